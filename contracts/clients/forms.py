"""Forms of the account manager's desk."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import ledger, unusual
from contracts.asking import Asks
from contracts.models import AtZero, Contract, ContractDocument, HoursOffer
from servicedesk.lib.day_field import DayField
from servicedesk.people.models import User
from servicedesk.tickets import attachments
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.errors import FileRefused

_DAY = {"type": "date"}
MOST_HOURS = Decimal(100_000)


class PurchaseForm(Asks, forms.Form):
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


class OfferForm(Asks, forms.Form):
    """Hours offered; what was asked for is filled in."""

    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), min_value=Decimal("0.01"), max_value=MOST_HOURS, decimal_places=2
    )
    price = forms.DecimalField(
        label=gettext_lazy("Price"), min_value=0, max_digits=10, decimal_places=2, required=False
    )
    expires_on = DayField(
        label=gettext_lazy("Valid to"), required=False,
        help_text=gettext_lazy("The last day. Empty: no end."), widget=forms.DateInput(attrs=_DAY),
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


class DocumentForm(forms.Form):
    """A paper of the contract."""

    file = forms.FileField(label=gettext_lazy("File"))
    is_for_client = forms.BooleanField(
        label=gettext_lazy("The client may read it"), required=False, initial=True
    )

    def clean_file(self) -> Any:
        """Raises: ValidationError: too large, or of a forbidden type, as with any attachment."""
        given = self.cleaned_data["file"]
        try:
            attachments.check(Upload(given.name, given.content_type or "", given.read()))
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        given.seek(0)
        return given

    def keep(self, contract: Contract, *, by: User) -> ContractDocument:
        given = self.cleaned_data["file"]
        return ContractDocument.objects.create(
            contract=contract,
            file=given,
            name=given.name[:200],
            size=given.size,
            is_for_client=self.cleaned_data["is_for_client"],
            added_by=by,
        )


class CorrectionForm(Asks, forms.Form):
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


class RenewalForm(Asks, forms.Form):
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
