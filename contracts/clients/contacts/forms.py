"""A contact of a client, and the further addresses of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.access import keeps_person
from servicedesk.people import addresses
from servicedesk.people.addresses import AddressRefused
from servicedesk.people.models import Client, Membership, User

OF_PERSON = ("full_name", "job_title", "phone")


class ContactForm(forms.Form):
    """A person of a client: a new one, somebody known already, or a change of one.

    Of somebody who belongs to others too only the place in this client can be changed.
    """

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    job_title = forms.CharField(label=gettext_lazy("Job title"), max_length=120, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=Membership.Role.choices, widget=forms.RadioSelect,
        help_text=gettext_lazy("A manager sees all requests of the company, approves and buys hours."),
    )  # fmt: skip
    is_active = forms.BooleanField(
        label=gettext_lazy("Belongs to the company"), required=False, initial=True,
        help_text=gettext_lazy("Without it they lose access to the company; what they wrote is kept."),
    )  # fmt: skip
    is_invited = forms.BooleanField(
        label=gettext_lazy("Send an invitation to choose a password"), required=False
    )

    def __init__(
        self, data: Any = None, *, client: Client, by: User, member: Membership | None = None
    ) -> None:
        self.client, self.member, self.by = client, member, by
        super().__init__(data, initial=_said(member) if member else {"role": Membership.Role.CONTACT})
        if member:
            self.fields["email"].disabled = True
        if member and not keeps_person(by, member.user):
            for name in OF_PERSON:
                self.fields[name].disabled = True
            self.fields["full_name"].help_text = _(
                "This person is also an agent or belongs to another account manager’s client. Only "
                "an administrator can change their name, job and phone."
            )

    def clean_email(self) -> str:
        """Raises: ValidationError: somebody of the desk, or of this client already; or it can be nobody's."""
        address: str = self.cleaned_data["email"].strip()
        known = addresses.owner(address)
        if known and known.person.is_staff:
            raise forms.ValidationError(_("This person is an agent."))
        if self.member:
            return address
        if known and known.person.memberships.filter(client=self.client).exists():
            sentence = _("%(person)s belongs to this client already.")
            raise forms.ValidationError(sentence % {"person": known.person})
        if known is None or not _is_main(address, known.person):
            _refuse_unless_free(address)
        return address

    @transaction.atomic
    def keep(self) -> User:
        """Store person and membership. Somebody known by this address keeps what they said of themselves.

        Raises:
            AddressRefused: it was given to somebody meanwhile.
        """
        given = self.cleaned_data
        said = {name: given[name] for name in OF_PERSON}
        known = addresses.owner(given["email"])
        if self.member:
            person = self.member.user
            if keeps_person(self.by, person):  # asked again: they may have joined another client meanwhile
                User.objects.filter(pk=person.pk).update(**said)
        elif known and _is_main(given["email"], known.person):
            person = known.person
        else:
            person = addresses.new_person(given["email"], language=self.client.language, **said)
        Membership.objects.update_or_create(
            client=self.client, user=person, defaults={"role": given["role"], "is_active": given["is_active"]}
        )
        return person


class AddressForm(forms.Form):
    """A further address of a contact."""

    email = forms.EmailField(label=gettext_lazy("Another address"), max_length=254)

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data, auto_id="address_%s")
        self.person = person

    def clean_email(self) -> str:
        """Raises: ValidationError: it is somebody's, or can be nobody's."""
        address: str = self.cleaned_data["email"]
        _refuse_unless_free(address, self.person)
        return address


def _refuse_unless_free(address: str, person: User | None = None) -> None:
    try:
        addresses.free(address, person)
    except AddressRefused as error:
        raise forms.ValidationError(str(error)) from error


def _is_main(address: str, person: User) -> bool:
    return addresses.spelled(person.email) == addresses.spelled(address)


def _said(member: Membership) -> dict[str, Any]:
    person = {name: getattr(member.user, name) for name in ("email", *OF_PERSON)}
    return person | {"role": member.role, "is_active": member.is_active}
