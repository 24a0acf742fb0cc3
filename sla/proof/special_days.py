"""Days on which nobody works although the week would have it so, and days with hours of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sla.engine.calendar_definition import Hours, public_holidays


@dataclass(frozen=True)
class ClosedDay:
    """A working day of the week that is closed all day."""

    day: date
    is_public: bool


def closed_days(hours: Hours, start: datetime, end: datetime) -> tuple[ClosedDay, ...]:
    """The closed days that lie, wholly or in part, between two moments."""
    first, last = _local_days(hours, start, end)
    exceptions = hours.exceptions(first, last + 1)
    return tuple(
        ClosedDay(date.fromordinal(ordinal), _is_public(hours, ordinal))
        for ordinal, spans in sorted(exceptions.items())
        if not spans and hours.week[(ordinal - 1) % 7]
    )


def is_special(hours: Hours, start: datetime, end: datetime) -> bool:
    """Does a day in between have other hours than its weekday?"""
    first, last = _local_days(hours, start, end)
    exceptions = hours.exceptions(first, last + 1)
    return any(spans and spans != hours.week[(ordinal - 1) % 7] for ordinal, spans in exceptions.items())


def clocks_change(hours: Hours, start: datetime, end: datetime) -> bool:
    """Are the hours on the wall not the hours that passed?"""
    return start.astimezone(hours.tz).utcoffset() != end.astimezone(hours.tz).utcoffset()


def _local_days(hours: Hours, start: datetime, end: datetime) -> tuple[int, int]:
    return start.astimezone(hours.tz).toordinal(), end.astimezone(hours.tz).toordinal()


def _is_public(hours: Hours, ordinal: int) -> bool:
    if not hours.country or ordinal in hours.dates:
        return False
    year = date.fromordinal(ordinal).year
    return ordinal in public_holidays(hours.country, hours.subdivision, year)
