"""The client's word on an estimate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class EstimateForm(forms.Form):
    """Approved with a comment or without, declined with a reason."""

    APPROVE, DECLINE = "approve", "decline"

    decision = forms.ChoiceField(choices=[(APPROVE, ""), (DECLINE, "")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason or comment"), required=False, max_length=2000,
        help_text=gettext_lazy("Required when you decline; the author of the estimate will read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="estimate_%s")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == self.DECLINE and not given.get("reason"):
            self.add_error("reason", _("Write the reason for declining."))
        return given

    @property
    def approves(self) -> bool:
        return bool(self.cleaned_data["decision"] == self.APPROVE)
