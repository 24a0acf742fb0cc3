"""Alerts about hours: once for each threshold since the last purchase."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import OuterRef

from contracts.events import ContractEvent, tell
from contracts.hours import ledger, prepaid
from contracts.models import Contract, HoursAlert, LedgerEntry

Kind = LedgerEntry.Kind
logger = structlog.get_logger(__name__)


def sweep(at: datetime) -> int:
    """Note which thresholds were reached by `at` and tell both sides; return how many were new.

    Only the highest of several reached at once is told; a later purchase makes all of them fresh again.
    Hours set aside are not used. Two statements, and some more for each that is new, however many contracts
    there are. Safe to run twice at once: a threshold has one row.
    """
    reached = [one for row in _used(at.date()) if (one := _reached_alone(row, at))]
    return sum(_tell_alone(one) for one in _new(reached))


def _tell_alone(alert: HoursAlert) -> bool:
    try:
        return _tell(alert)
    except Exception:  # one contract that cannot be told of must not silence the others
        logger.exception("hours_alert_failed", contract=alert.contract_id)
        return False


@transaction.atomic
def _tell(alert: HoursAlert) -> bool:
    same = {"contract": alert.contract, "percent": alert.percent, "since": alert.since}
    moment = {"reached_at": alert.reached_at, "sent_at": alert.reached_at}
    kept, is_new = HoursAlert.objects.get_or_create(**same, defaults=moment)
    if is_new:
        tell(ContractEvent.RUNNING_OUT, kept)
    return is_new


def _new(reached: list[HoursAlert]) -> list[HoursAlert]:
    """Those that were not told yet."""
    told = HoursAlert.objects.filter(since__in={one.since for one in reached}) if reached else None
    known = set(told.values_list("contract", "percent", "since")) if told is not None else set()
    return [one for one in reached if (one.contract_id, one.percent, one.since) not in known]


def _used(today: date) -> list[tuple[Contract, float, int]]:
    """Contracts in force of active clients with bought hours: percent used, entry of the last purchase."""
    contracts = Contract.objects.in_use().valid_on(today).filter(client__is_active=True)
    contracts = contracts.exclude(alert_percents=[])
    rows = contracts.annotate(**ledger.sums(), last=ledger.newest_purchase(OuterRef("pk")))
    found: list[Any] = list(rows.filter(last__isnull=False).select_related("client").order_by())
    sums = [(one, prepaid.totals_of(vars(one))) for one in found]
    return [(one, float(100 * had.used / had.total), one.last) for one, had in sums if had.total > 0]


def _reached_alone(row: tuple[Contract, float, int], at: datetime) -> HoursAlert | None:
    try:
        return _reached(row, at)
    except Exception:  # thresholds that are none must not silence the other contracts
        logger.exception("hours_alert_failed", contract=row[0].pk)
        return None


def _reached(row: tuple[Contract, float, int], at: datetime) -> HoursAlert | None:
    contract, used, since = row
    reached = [percent for percent in contract.alert_percents if used >= percent]
    if not reached:
        return None
    return HoursAlert(contract=contract, percent=max(reached), since=since, reached_at=at)
