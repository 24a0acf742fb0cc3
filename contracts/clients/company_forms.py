"""The company card: the client itself, and its contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.people.forms import time_zones
from servicedesk.people.models import Client, Membership, User


class ClientForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """What the desk knows of a company. Who manages its account is the administrators' to say."""

    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=time_zones)

    class Meta:
        model = Client
        fields = ["name", "language", "time_zone", "logo", "account_manager", "is_active"]

    def __init__(
        self, data: Any = None, files: Any = None, *, by: User, instance: Client | None = None
    ) -> None:
        super().__init__(data, files, instance=instance)
        managers = self.fields["account_manager"]
        assert isinstance(managers, forms.ModelChoiceField)
        managers.queryset = User.objects.active().filter(is_account_manager=True)
        managers.empty_label = _("Nobody")
        if not by.is_superuser:
            del self.fields["account_manager"]


class ContactForm(forms.Form):
    """A person of a client: a new one, somebody known already, or a change of one."""

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
        help_text=gettext_lazy("Without it they see nothing of the company any more; what they wrote stays."),
    )  # fmt: skip
    is_invited = forms.BooleanField(
        label=gettext_lazy("Send an invitation to choose a password"), required=False
    )

    def __init__(self, data: Any = None, *, client: Client, member: Membership | None = None) -> None:
        self.client, self.member = client, member
        super().__init__(data, initial=_said(member) if member else {"role": Membership.Role.CONTACT})
        if member:
            self.fields["email"].disabled = True

    def clean_email(self) -> str:
        """Raises: ValidationError: somebody of the desk, or of this client already."""
        address: str = self.cleaned_data["email"].strip()
        known = User.objects.filter(email__iexact=address).first()
        if known and known.is_staff:
            raise forms.ValidationError(_("This is somebody of the desk."))
        if known and not self.member and known.memberships.filter(client=self.client).exists():
            raise forms.ValidationError(_("%(person)s belongs to this client already.") % {"person": known})
        return address

    @transaction.atomic
    def keep(self) -> User:
        """Store person and membership. Somebody known by this address keeps what they said of themselves."""
        given = self.cleaned_data
        said = {name: given[name] for name in ("full_name", "job_title", "phone")}
        person: User | None = User.objects.filter(email__iexact=given["email"]).first()
        if person is None:
            person = User.objects.create_user(given["email"], language=self.client.language, **said)
        elif self.member:
            User.objects.filter(pk=person.pk).update(**said)
        Membership.objects.update_or_create(
            client=self.client, user=person, defaults={"role": given["role"], "is_active": given["is_active"]}
        )
        return person


def _said(member: Membership) -> dict[str, Any]:
    person = {name: getattr(member.user, name) for name in ("email", "full_name", "job_title", "phone")}
    return person | {"role": member.role, "is_active": member.is_active}
