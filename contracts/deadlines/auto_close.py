"""When a resolved ticket is closed because its client says nothing.

`AUTO_CLOSE_DAYS` count as the contract says: days of the calendar, or working days of its intake hours (R8:
the same time of day so many working days later). It is the contract as it was when the ticket came (R7).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from contracts.models import Contract, Coverage, Silence
from servicedesk.tickets.models import Ticket
from sla.engine.worktime import NoWorkingTime, WorkTime
from sla.models import Calendar


def closes_at(ticket: Ticket, since: datetime) -> datetime:
    """The moment until which the client may answer a word of `since`; at most four statements."""
    by_calendar = since + settings.AUTO_CLOSE_AFTER
    hours = _working_hours(ticket, since)
    if hours is None:
        return by_calendar
    try:
        return max(hours.add_days(since, settings.AUTO_CLOSE_AFTER.days), by_calendar)
    except NoWorkingTime:
        return by_calendar


def _working_hours(ticket: Ticket, since: datetime) -> WorkTime | None:
    """None: calendar days."""
    coverage = (
        Coverage.objects.filter(ticket=ticket, contract__isnull=False).select_related("contract").first()
    )
    if coverage is None or coverage.contract is None:
        return None
    silence, key = _agreed(coverage.contract, coverage.details.get("version", 0))
    if silence != Silence.WORKING:
        return None
    calendar = Calendar.objects.filter(pk=key).first()
    version = calendar.version_at(since) if calendar else None
    return version.worktime() if version else None


def _agreed(contract: Contract, version: int) -> tuple[str, int]:
    """The term and the calendar of this version; of the present terms when it was never written down."""
    kept = contract.versions.filter(number=version).exclude(applied_at=None).first()
    if kept is None:
        return contract.silence, contract.calendar_id
    return kept.terms.get("silence", Silence.CALENDAR), kept.terms.get("calendar") or contract.calendar_id
