"""The answer to a request for approval, from the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ApprovalForm(forms.Form):
    """Approve, with a comment or without; reject with a reason. `asked` is the row that the page showed."""

    APPROVE, REJECT = "approve", "reject"

    decision = forms.ChoiceField(choices=[(APPROVE, ""), (REJECT, "")], widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason or comment"), required=False, max_length=2000,
        help_text=gettext_lazy("Required when you reject. The client will read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, asked: int) -> None:
        super().__init__(data, auto_id=f"approval_{asked}_%s")
        self.asked = asked
        self.fields["reason"].widget.attrs["data-draft"] = f"approval-{asked}"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == self.REJECT and not given.get("reason"):
            self.add_error("reason", _("Write the reason for the rejection."))
        return given
