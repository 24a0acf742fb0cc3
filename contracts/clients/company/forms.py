"""What the desk knows of a client, as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.lib.choices import with_stored
from servicedesk.people.forms import time_zones
from servicedesk.people.models import Client, User


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
        offered = User.objects.active().filter(is_account_manager=True)
        managers.queryset = with_stored(offered, self.instance.account_manager_id)
        managers.empty_label = _("Nobody")
        if not by.is_superuser:
            del self.fields["account_manager"]
