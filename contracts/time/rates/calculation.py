"""What an hour of work takes from the plan: by night, weekend, holiday, urgency, kind of work.

Pure: rows of `RateClass` and a calendar come in, a rate goes out. Work that ran over a border is weighed
minute by minute; without a moment of beginning only the day and the kind of work can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from contracts.models import RateClass
from servicedesk.tickets.models import Priority
from sla.engine.calendar_definition import Hours

ONE = Decimal(1)
MINUTE = timedelta(minutes=1)
NIGHT_ENDS, NIGHT_BEGINS = 6, 22  # local hours
When = RateClass.When


@dataclass(frozen=True)
class Rate:
    """`name` is that of the class that held longest, empty for the ordinary one."""

    name: str
    factor: Decimal


ORDINARY = Rate("", ONE)


class WorkTime(Protocol):
    """What is asked of `sla.engine.worktime.WorkTime`."""

    def between(self, start: datetime, end: datetime) -> timedelta: ...


@dataclass(frozen=True)
class Work:
    """Work as far as rates care. `started_at` is aware; `day` the person's own."""

    day: date
    minutes: int
    work_kind: str
    priority: int
    started_at: datetime | None = None


def rate(classes: Sequence[RateClass], work: Work, hours: Hours | None, worktime: WorkTime | None) -> Rate:
    """Return the rate of a piece of work; `hours` and `worktime` are those of the contract's calendar.

    The first class that fits a minute holds for it; the factor is the mean over the minutes.
    """
    if not classes:
        return ORDINARY
    if work.started_at is None or hours is None:
        return _of(_fitting(classes, work, work.day, None, hours, worktime))
    found: Counter[Rate] = Counter()
    for number in range(work.minutes):
        moment = work.started_at + number * MINUTE
        local = moment.astimezone(hours.tz)
        found[_of(_fitting(classes, work, local.date(), moment, hours, worktime))] += 1
    factor = sum((n * one.factor for one, n in found.items()), Decimal(0)) / work.minutes
    longest = max(found, key=lambda one: found[one])
    return Rate(longest.name, factor.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _of(one: RateClass | None) -> Rate:
    return Rate(one.name, one.factor) if one else ORDINARY


def _fitting(
    classes: Sequence[RateClass],
    work: Work,
    day: date,
    moment: datetime | None,
    hours: Hours | None,
    worktime: WorkTime | None,
) -> RateClass | None:
    for one in classes:
        if _fits(one, work, day, moment, hours, worktime):
            return one
    return None


def _fits(
    one: RateClass,
    work: Work,
    day: date,
    moment: datetime | None,
    hours: Hours | None,
    worktime: WorkTime | None,
) -> bool:
    match one.when:
        case When.URGENT:
            return work.priority == Priority.P1
        case When.WORK_KIND:
            return work.work_kind == one.work_kind
        case When.WEEKEND:
            return day.weekday() >= 5
        case When.HOLIDAY:
            return hours is not None and is_holiday(hours, day)
        case When.NIGHT:
            return moment is not None and hours is not None and _is_night(moment.astimezone(hours.tz))
        case When.OUTSIDE_HOURS:
            return (
                moment is not None and worktime is not None and not worktime.between(moment, moment + MINUTE)
            )
    return False


def is_holiday(hours: Hours, day: date) -> bool:
    """Closed that day, though its weekday is a working one."""
    return bool(hours.week[day.weekday()]) and not hours.on(day)


def _is_night(local: datetime) -> bool:
    return local.hour < NIGHT_ENDS or local.hour >= NIGHT_BEGINS
