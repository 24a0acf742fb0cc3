"""Choosing a client, and then a person of that client."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.lib import keys
from servicedesk.people.client_field import ClientField
from servicedesk.people.models import Client, User


class PeopleField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Namesakes are told apart by their addresses."""

    def label_from_instance(self, obj: User) -> str:
        further = [one.email for one in obj.addresses.all() if one.is_active]
        return f"{obj.full_name} · {', '.join([obj.email, *further])}"


def client_field() -> forms.Field:
    return ClientField(
        label=gettext_lazy("Client"),
        empty_label=gettext_lazy("Choose…"),
        error_messages={"required": gettext_lazy("Choose the client.")},
    )


def contact_field(required: Any) -> forms.Field:
    """`required` is the sentence for when nobody is chosen."""
    return PeopleField(
        User.objects.none(),
        label=gettext_lazy("Contact"),
        empty_label=gettext_lazy("Choose…"),
        error_messages={
            "required": required,
            "invalid_choice": gettext_lazy("Choose a contact of this client."),
        },
    )


def offer_clients(form: forms.Form, user: User) -> None:
    _clients_of(form).offer(Client.objects.visible_to(user).active())


def offer_contacts(form: forms.Form) -> Client | None:
    """Offer the people of the client that is chosen so far, and return that client."""
    field = _choice_of(form, "contact")
    client = _clients_of(form).known(form["client"].value())
    if client is None:
        field.help_text = _("Choose the client first.")
        return None
    people = User.objects.active().filter(memberships__client=client, memberships__is_active=True)
    field.queryset = people.order_by("full_name", "pk").prefetch_related("addresses")
    if not people.exists():
        field.help_text = _("This client has no contacts yet. An administrator can add them.")
    return client


def chosen(form: forms.Form, name: str) -> int | None:
    """The key that stands in a list so far, whether it was sent or not; None when it is none."""
    return keys.read(form[name].value())


def _clients_of(form: forms.Form) -> ClientField:
    field = form.fields["client"]
    assert isinstance(field, ClientField)
    return field


def _choice_of(form: forms.Form, name: str) -> forms.ModelChoiceField[Any]:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    return field
