"""The form of an offer of hours."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contracts.hours.forms import MOST_HOURS
from contracts.models import HoursOffer
from contracts.unusual_amounts import rules as unusual
from contracts.unusual_amounts.confirmation import ConfirmsUnusual
from servicedesk.lib.day_field import DayField


class OfferForm(ConfirmsUnusual, forms.Form):
    """Hours offered; what was asked for is filled in."""

    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=Decimal("0.01"), max_value=MOST_HOURS, decimal_places=2
    )
    price = forms.DecimalField(
        label=gettext_lazy("Price"), min_value=0, max_digits=10, decimal_places=2, required=False
    )
    expires_on = DayField(
        label=gettext_lazy("Valid to"), required=False,
        help_text=gettext_lazy("The last day. Empty: no end."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note for the client"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, standing: HoursOffer | None = None) -> None:
        filled = ("hours", "price", "expires_on", "note")
        super().__init__(data, initial={name: getattr(standing, name) for name in filled} if standing else {})

    def unusual(self, given: dict[str, Any]) -> list[str]:
        return [unusual.offered(given["hours"], given["price"])]
