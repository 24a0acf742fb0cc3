"""Who wrote this mail: a new contact of a client, or one who is known by another address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.desk import contact_choice
from servicedesk.people.models import Membership, User


class ContactForm(forms.Form):
    client = contact_choice.client_field()
    full_name = forms.CharField(
        label=_("Full name"), max_length=150, error_messages={"required": _("Write the person’s name.")}
    )

    def __init__(self, data: Any = None, *, user: User, name: str = "") -> None:
        """`name` is what the mail says about its sender."""
        super().__init__(data, initial={"full_name": name[:150]})
        contact_choice.offer_clients(self, user)


class KnownContactForm(forms.Form):
    """Begins with the only contact who is called as the mail says."""

    client = contact_choice.client_field()
    contact = contact_choice.contact_field(_("Choose who wrote."))

    def __init__(self, data: Any = None, *, user: User, name: str = "", typed: Any = None) -> None:
        """`typed` is what stands in a form that is only looked at again."""
        initial = typed.dict() if typed is not None else _called(name) if data is None else {}
        super().__init__(data, initial=initial, auto_id="known_%s")
        contact_choice.offer_clients(self, user)
        self.company = contact_choice.offer_contacts(self)


def _called(name: str) -> dict[str, Any]:
    if not name.strip():
        return {}
    found = Membership.objects.filter(
        is_active=True, client__is_active=True, user__is_active=True, user__full_name__iexact=name.strip()
    )
    people = list(found.values_list("client", "user")[:2])
    return dict(zip(("client", "contact"), people[0], strict=True)) if len(people) == 1 else {}
