"""Alerts about hours: once for each threshold since the last purchase."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, Sum

from contracts.models import Contract, HoursAlert, LedgerEntry
from contracts.news import News, tell

Kind = LedgerEntry.Kind
_WORK = [Kind.RESERVE, Kind.CONSUMPTION, Kind.RELEASE]


def sweep(at: datetime) -> int:
    """Note which thresholds were reached by `at` and tell both sides; return how many were new.

    Only the highest of several reached at once is told; a later purchase makes all of them fresh again.
    Safe to run twice at once: a threshold has one row.
    """
    return sum(_tell(one) for row in _used(at.date()) if (one := _reached(row, at)))


@transaction.atomic
def _tell(alert: HoursAlert) -> bool:
    same = {"contract": alert.contract, "percent": alert.percent, "since": alert.since}
    moment = {"reached_at": alert.reached_at, "sent_at": alert.reached_at}
    kept, is_new = HoursAlert.objects.get_or_create(**same, defaults=moment)
    if is_new:
        tell(News.RUNNING_OUT, kept)
    return is_new


def _used(today: date) -> list[tuple[Contract, float, int]]:
    """Contracts in force with bought hours: percent used, and the entry of the last purchase."""
    of_work = Q(ledger__kind__in=_WORK)
    bought = Q(ledger__kind__in=[Kind.PURCHASE, Kind.ROLLOVER])
    contracts = Contract.objects.in_use().valid_on(today).exclude(alert_percents=[])
    rows = contracts.annotate(
        had=Sum("ledger__hours", filter=~of_work),
        used=Sum("ledger__hours", filter=of_work),
        last=Max("ledger", filter=bought),
    ).filter(had__gt=0, last__isnull=False)
    found: list[Any] = list(rows.order_by())
    return [(one, float(-100 * (one.used or 0) / one.had), one.last) for one in found]


def _reached(row: tuple[Contract, float, int], at: datetime) -> HoursAlert | None:
    contract, used, since = row
    reached = [percent for percent in contract.alert_percents if used >= percent]
    if not reached:
        return None
    return HoursAlert(contract=contract, percent=max(reached), since=since, reached_at=at)
