"""Asking for hours."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from contracts.hours.offers import lifecycle as offers
from contracts.unusual_amounts import rules as unusual
from contracts.unusual_amounts.confirmation import ConfirmsUnusual

MAX_TEXT = 2000


class AskForm(ConfirmsUnusual, forms.Form):
    """More hours, please."""

    hours = forms.DecimalField(
        label=gettext_lazy("Number of hours"),
        min_value=Decimal("0.25"),
        max_value=offers.MOST,
        decimal_places=2,
    )
    wish = forms.CharField(
        label=gettext_lazy("What for?"), required=False, max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Your account manager will read it."),
    )  # fmt: skip

    def unusual(self, given: dict[str, Any]) -> list[str]:
        return [unusual.bought(given["hours"])]
