"""What a client brings and takes: fees and billed work against hours worked, at the contract's own rate."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q, Sum

from contracts.models import Contract, TimeEntry
from contracts.renewals import add_months

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Profit:
    """One contract over a period; money in its currency. `worth` is the work within the plan at its rate.

    `rate` None: the contract names none, so the work has no worth and there is no result.
    """

    contract: Contract
    fee: Decimal
    hours: Decimal
    billed_hours: Decimal
    rate: Decimal | None

    @property
    def worth(self) -> Decimal | None:
        return None if self.rate is None else (self.hours * self.rate).quantize(CENT, ROUND_HALF_UP)

    @property
    def billed(self) -> Decimal:
        return ((self.rate or ZERO) * self.billed_hours).quantize(CENT, ROUND_HALF_UP)

    @property
    def result(self) -> Decimal | None:
        """What the fee leaves over the work within the plan; billed work pays for itself."""
        return None if self.worth is None else self.fee - self.worth


def of_contracts(contracts: Iterable[Contract], first: date, last: date) -> list[Profit]:
    """Each contract that was in force on some day of `[first, last]`; one statement besides theirs."""
    listed = [
        one for one in contracts if one.starts_on <= last and (one.ends_on is None or one.ends_on >= first)
    ]
    minutes: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    worked = TimeEntry.objects.standing().filter(
        spent_on__range=(first, last), ticket__coverage__contract__in=listed
    )
    rows = (
        worked.order_by()
        .values_list("ticket__coverage__contract")
        .annotate(
            within=Sum("minutes", filter=Q(is_billable=False)),
            billed=Sum("minutes", filter=Q(is_billable=True)),
        )
    )
    for contract, within, billed in rows:
        minutes[contract] = (within or 0, billed or 0)
    return [_profit(one, minutes[one.pk], first, last) for one in listed]


def _profit(contract: Contract, minutes: tuple[int, int], first: date, last: date) -> Profit:
    within, billed = (Decimal(one) / 60 for one in minutes)
    return Profit(contract, fee_of(contract, first, last), within, billed, contract.hourly_rate)


def fee_of(contract: Contract, first: date, last: date) -> Decimal:
    """The monthly fee over the days of the period on which the contract held; a part of a month by its days.

    >>> contract = Contract(starts_on=date(2026, 1, 16), monthly_fee=Decimal(310))
    >>> str(fee_of(contract, date(2026, 1, 1), date(2026, 2, 28)))
    '470.00'
    """
    begin = max(first, contract.starts_on)
    end = min(last, contract.ends_on or last)
    total, day = ZERO, begin
    while day <= end:
        month_end = add_months(day.replace(day=1), 1) - timedelta(days=1)
        days = (min(month_end, end) - day).days + 1
        total += (contract.monthly_fee or ZERO) * days / monthrange(day.year, day.month)[1]
        day = month_end + timedelta(days=1)
    return total.quantize(CENT, ROUND_HALF_UP)
