"""How long a request will take, for the client to approve."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contracts.unusual_amounts import rules as unusual
from contracts.unusual_amounts.confirmation import ConfirmsUnusual
from servicedesk.tickets.models import Ticket

MAX_NOTE = 2000


class EstimateForm(ConfirmsUnusual, forms.Form):
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), max_digits=7, decimal_places=2,
        help_text=gettext_lazy("All the work on this ticket, including what is done already."),
        widget=forms.NumberInput(attrs={"min": "0.25", "step": "0.25"}),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("What is in it"), required=False, max_length=MAX_NOTE,
        help_text=gettext_lazy("The client reads it, by mail and in the portal."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, ticket: Ticket) -> None:
        super().__init__(data, auto_id="estimate_%s")
        self.fields["note"].widget.attrs["data-draft"] = f"estimate-{ticket.pk}"

    def unusual(self, given: dict[str, Any]) -> list[str]:
        return [unusual.estimated(given["hours"])]
