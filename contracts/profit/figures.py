"""What a client brings and takes: fees and billed work against hours worked, at the rates of their time.

A rate or a fee that changes leaves what was before: each version of a contract holds from its day on.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.db.models import Q, Sum

from contracts.models import Contract, ContractVersion, TimeEntry
from contracts.terms.renewals.renewal import add_months

CENT = Decimal("0.01")
ZERO = Decimal(0)
DAY = timedelta(days=1)


class Price(NamedTuple):
    """What an hour and a month cost from a day on; None: nothing is agreed."""

    since: date
    rate: Decimal | None
    fee: Decimal | None


class Day(NamedTuple):
    """Hours worked on one day, within the plan and billed on top."""

    on: date
    hours: Decimal
    billed: Decimal


@dataclass(frozen=True)
class Profit:
    """One contract over a period; money in its currency. `worth` is the work within the plan at its rates.

    `rate` is that of the last day. If some of the work had no rate, there is neither worth nor result.
    """

    contract: Contract
    fee: Decimal
    prices: Sequence[Price]
    days: Sequence[Day] = field(default_factory=list)

    @property
    def hours(self) -> Decimal:
        return sum((day.hours for day in self.days), ZERO)

    @property
    def rate(self) -> Decimal | None:
        return self.prices[-1].rate

    @property
    def worth(self) -> Decimal | None:
        rates = [(day.hours, price_on(self.prices, day.on).rate) for day in self.days if day.hours]
        if (self.rate is None and not rates) or any(rate is None for _hours, rate in rates):
            return None
        return _money(sum((hours * (rate or ZERO) for hours, rate in rates), ZERO))

    @property
    def billed(self) -> Decimal:
        return _money(
            sum((day.billed * (price_on(self.prices, day.on).rate or ZERO) for day in self.days), ZERO)
        )

    @property
    def result(self) -> Decimal | None:
        """What the fee leaves over the work within the plan; billed work pays for itself."""
        return None if self.worth is None else self.fee - self.worth


def of_contracts(contracts: Iterable[Contract], first: date, last: date) -> list[Profit]:
    """Each contract that was in force on some day of `[first, last]`; two statements besides theirs."""
    listed = [
        one for one in contracts if one.starts_on <= last and (one.ends_on is None or one.ends_on >= first)
    ]
    prices, days = _prices(listed, last), _days(listed, first, last)
    return [
        Profit(one, fee_of(one, prices[one.pk], first, last), prices[one.pk], days[one.pk]) for one in listed
    ]


def price_on(prices: Sequence[Price], day: date) -> Price:
    """What held on the day; before the first, the first."""
    return prices[max(bisect_right([price.since for price in prices], day) - 1, 0)]


def fee_of(contract: Contract, prices: Sequence[Price], first: date, last: date) -> Decimal:
    """The monthly fee over the days of the period on which the contract held; a part of a month by its days.

    >>> contract = Contract(starts_on=date(2026, 1, 16))
    >>> prices = [Price(date(2026, 1, 16), None, Decimal(310)), Price(date(2026, 2, 15), None, Decimal(620))]
    >>> str(fee_of(contract, prices, date(2026, 1, 1), date(2026, 2, 28)))
    '625.00'
    """
    begin, end = max(first, contract.starts_on), min(last, contract.ends_on or last)
    total, day = ZERO, begin
    while day <= end:
        month_end = add_months(day.replace(day=1), 1) - DAY
        changes = [price.since - DAY for price in prices if price.since > day]
        until = min([month_end, end, *changes])
        fee = price_on(prices, day).fee or ZERO
        total += fee * ((until - day).days + 1) / monthrange(day.year, day.month)[1]
        day = until + DAY
    return _money(total)


def _prices(contracts: Sequence[Contract], last: date) -> dict[int, list[Price]]:
    """By contract, in order of time; of several versions of one day the last holds. One statement."""
    found: dict[int, dict[date, Price]] = defaultdict(dict)
    applied = ContractVersion.objects.filter(contract__in=contracts, starts_on__lte=last)
    rows = applied.exclude(applied_at=None).order_by("contract", "starts_on", "number")
    for contract, since, terms in rows.values_list("contract", "starts_on", "terms"):
        found[contract][since] = Price(since, _amount(terms, "hourly_rate"), _amount(terms, "monthly_fee"))
    return {
        one.pk: list(found[one.pk].values()) or [Price(one.starts_on, one.hourly_rate, one.monthly_fee)]
        for one in contracts
    }


def _days(contracts: Sequence[Contract], first: date, last: date) -> dict[int, list[Day]]:
    """By contract; one statement."""
    found: dict[int, list[Day]] = defaultdict(list)
    worked = TimeEntry.objects.standing().filter(
        spent_on__range=(first, last), ticket__coverage__contract__in=contracts
    )
    rows = (
        worked.order_by()
        .values_list("ticket__coverage__contract", "spent_on")
        .annotate(
            within=Sum("minutes", filter=Q(is_billable=False)),
            billed=Sum("minutes", filter=Q(is_billable=True)),
        )
    )
    for contract, day, within, billed in rows:
        found[contract].append(Day(day, Decimal(within or 0) / 60, Decimal(billed or 0) / 60))
    return found


def _amount(terms: dict[str, str | None], name: str) -> Decimal | None:
    text = terms.get(name)
    return None if text is None else Decimal(text)


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
