"""A year of a calendar, day by day: what each day is, and what a month adds up to. Pure."""

from __future__ import annotations

import calendar as almanac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sla.calendars.editing.exceptions import Definition, length
from sla.engine.calendar_definition import Hours, Spans
from sla.engine.compiled_calendars import worktime_of
from sla.engine.worktime import WorkTime

YEARS = range(1901, 2199)  # the years around them are known, too
_WEEKS = almanac.Calendar(firstweekday=almanac.MONDAY)


class DayKind(StrEnum):
    """What a day is beside its weekday."""

    WORKING = "working"
    OFF = "off"  # as every week
    CLOSED = "closed"
    HOLIDAY = "holiday"  # public, by the country
    SHORT = "short"
    EXTRA = "extra"  # work on a day off, or other hours that are not shorter


@dataclass(frozen=True)
class Day:
    """`name` is that of the public holiday on it; `is_changed`: published, it is another."""

    date: date
    kind: DayKind
    spans: Spans
    name: str
    is_changed: bool


@dataclass(frozen=True)
class Month:
    """`weeks` begin on Monday; None stands for a day of another month. `worked` is what clocks count."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]
    working_days: int
    worked: timedelta


@dataclass(frozen=True)
class Year:
    number: int
    months: tuple[Month, ...]

    @property
    def working_days(self) -> int:
        return sum(month.working_days for month in self.months)

    @property
    def worked(self) -> timedelta:
        return sum((month.worked for month in self.months), timedelta(0))


def year_of(
    definition: Definition,
    year: int,
    *,
    published: Definition | None = None,
    names: Mapping[int, str] | None = None,
) -> Year:
    """Draw a year (one of `YEARS`).

    Args:
        definition: what the calendar says.
        published: what it said before; days that differ are marked. None: nothing to compare with.
        names: of public holidays, by ordinal.

    Raises:
        CalendarError: a definition is wrong.
    """
    worktime = worktime_of(definition)
    before = worktime_of(published).hours if published is not None else worktime.hours
    days = _days(worktime.hours, before, names or {}, year)
    return Year(year, tuple(_month(worktime, days, year, number) for number in range(1, 13)))


def _days(hours: Hours, before: Hours, names: Mapping[int, str], year: int) -> dict[int, Day]:
    first, last = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    own, old = hours.exceptions(first, last), before.exceptions(first, last)
    found = {}
    for ordinal in range(first, last):
        day = date.fromordinal(ordinal)
        usual = hours.week[day.weekday()]
        spans, name = own.get(ordinal, usual), names.get(ordinal, "")
        is_changed = spans != old.get(ordinal, before.week[day.weekday()])
        found[ordinal] = Day(day, _kind(spans, usual, name), spans, name, is_changed)
    return found


def _kind(spans: Spans, usual: Spans, name: str) -> DayKind:
    if not spans:
        if name:
            return DayKind.HOLIDAY
        return DayKind.CLOSED if usual else DayKind.OFF
    if spans == usual:
        return DayKind.WORKING
    return DayKind.SHORT if length(spans) < length(usual) else DayKind.EXTRA


def _month(worktime: WorkTime, days: Mapping[int, Day], year: int, number: int) -> Month:
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1)
    weeks = tuple(
        tuple(days[day.toordinal()] if day.month == number else None for day in week)
        for week in _WEEKS.monthdatescalendar(year, number)
    )
    return Month(
        first=first,
        weeks=weeks,
        working_days=sum(
            bool(days[ordinal].spans) for ordinal in range(first.toordinal(), after.toordinal())
        ),
        worked=worktime.between(*(_midnight(day, worktime.hours.tz) for day in (first, after))),
    )


def _midnight(day: date, tz: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=tz)
