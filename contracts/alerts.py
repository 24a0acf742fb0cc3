"""Alerts about hours: once for each threshold since the last purchase."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import OuterRef, Subquery

from contracts import ledger
from contracts.models import Contract, HoursAlert, LedgerEntry
from contracts.news import News, tell

Kind = LedgerEntry.Kind
logger = structlog.get_logger(__name__)


def sweep(at: datetime) -> int:
    """Note which thresholds were reached by `at` and tell both sides; return how many were new.

    Only the highest of several reached at once is told; a later purchase makes all of them fresh again.
    Safe to run twice at once: a threshold has one row.
    """
    return sum(_tell_alone(row, at) for row in _used(at.date()))


def _tell_alone(row: tuple[Contract, float, int], at: datetime) -> bool:
    try:
        alert = _reached(row, at)
        return alert is not None and _tell(alert)
    except Exception:  # one contract that cannot be told of must not silence the others
        logger.exception("hours_alert_failed", contract=row[0].pk)
        return False


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
    contracts = Contract.objects.in_use().valid_on(today).exclude(alert_percents=[])
    bought = LedgerEntry.objects.filter(
        contract=OuterRef("pk"), kind__in=[Kind.PURCHASE, Kind.ROLLOVER]
    ).order_by("-pk")
    had, left = ledger.came_and_left()
    rows = contracts.annotate(had=had, left=left, last=Subquery(bought.values("pk")[:1]))
    found: list[Any] = list(rows.filter(had__gt=0, last__isnull=False).order_by())
    return [(one, float(100 * (one.had - one.left) / one.had), one.last) for one in found]


def _reached(row: tuple[Contract, float, int], at: datetime) -> HoursAlert | None:
    contract, used, since = row
    reached = [percent for percent in contract.alert_percents if used >= percent]
    if not reached:
        return None
    return HoursAlert(contract=contract, percent=max(reached), since=since, reached_at=at)
