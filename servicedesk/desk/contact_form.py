"""Who wrote this mail: the client and the name of a new contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Client, User


class ContactForm(forms.Form):
    client = forms.ModelChoiceField(
        Client.objects.none(),
        label=_("Client"),
        empty_label=_("Choose…"),
        error_messages={"required": _("Choose the client.")},
    )
    full_name = forms.CharField(
        label=_("Full name"), max_length=150, error_messages={"required": _("Write the person’s name.")}
    )

    def __init__(self, data: Any = None, *, user: User, name: str = "") -> None:
        """`name` is what the mail says about its sender."""
        super().__init__(data, initial={"full_name": name[:150]})
        choice = self.fields["client"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Client.objects.visible_to(user).active()
