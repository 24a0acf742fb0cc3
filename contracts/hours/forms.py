"""Forms of bought hours and of corrections."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contracts.hours import ledger
from contracts.models import AtZero, Contract
from contracts.unusual_amounts import rules as unusual
from contracts.unusual_amounts.confirmation import ConfirmsUnusual
from servicedesk.lib.day_field import DayField

_DAY = {"type": "date"}
MOST_HOURS = Decimal(100_000)


class PurchaseForm(ConfirmsUnusual, forms.Form):
    """Hours the client has bought."""

    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=Decimal("0.01"), max_value=MOST_HOURS, decimal_places=2
    )
    note = forms.CharField(
        label=gettext_lazy("Invoice or offer"), max_length=300, help_text=gettext_lazy("The client reads it.")
    )
    expires_on = DayField(
        label=gettext_lazy("Valid to"), required=False,
        help_text=gettext_lazy("The last day. Empty: no end."), widget=forms.DateInput(attrs=_DAY),
    )  # fmt: skip

    def unusual(self, given: dict[str, Any]) -> list[str]:
        return [unusual.bought(given["hours"])]


class CorrectionForm(ConfirmsUnusual, forms.Form):
    """A mistake on the ledger put right."""

    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=-MOST_HOURS, max_value=MOST_HOURS, decimal_places=2,
        help_text=gettext_lazy("Positive adds, negative takes away."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, help_text=gettext_lazy("The client reads it.")
    )

    def __init__(self, data: Any = None, *, contract: Contract) -> None:
        super().__init__(data)
        self.contract = contract

    def unusual(self, given: dict[str, Any]) -> list[str]:
        may_pass_zero = self.contract.at_zero != AtZero.REFUSE
        left = ledger.balance(self.contract)
        return [unusual.corrected(given["hours"], left, may_pass_zero=may_pass_zero)]
