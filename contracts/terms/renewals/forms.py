"""The form of a renewal, and the number it offers for the new contract."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.hours.forms import MOST_HOURS
from contracts.models import Contract
from contracts.unusual_amounts import rules as unusual
from contracts.unusual_amounts.confirmation import ConfirmsUnusual


class RenewalForm(ConfirmsUnusual, forms.Form):
    """One contract of the list of renewals."""

    is_chosen = forms.BooleanField(label=gettext_lazy("Renew"), required=False)
    number = forms.CharField(label=gettext_lazy("New number"), max_length=40, required=False)
    months = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=120, initial=12)
    hours = forms.DecimalField(
        label=gettext_lazy("Hours bought"),
        min_value=0,
        max_value=MOST_HOURS,
        decimal_places=2,
        required=False,
    )

    def __init__(self, data: Any = None, *, contract: Contract) -> None:
        super().__init__(data, prefix=f"contract-{contract.pk}", initial={"number": next_number(contract)})
        self.contract = contract

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("is_chosen") and not given.get("number"):
            self.add_error("number", _("Give the new contract a number."))
        return given

    def unusual(self, given: dict[str, Any]) -> list[str]:
        return [unusual.bought(given["hours"])] if given["is_chosen"] else []


def next_number(contract: Contract) -> str:
    """The number of a renewal: “C-12/2” after “C-12”, “C-12/3” after that.

    >>> next_number(Contract(number="C-12")), next_number(Contract(number="C-12/2"))
    ('C-12/2', 'C-12/3')
    """
    stem, slash, turn = contract.number.rpartition("/")
    if slash and turn.isdecimal():
        return f"{stem}/{int(turn) + 1}"[:40]
    return f"{contract.number[:36]}/2"
