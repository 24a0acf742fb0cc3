"""Arithmetic with working time: pure, exact to the microsecond, one at a time or a million at once.

A calendar's hours are compiled to sorted UTC instants with the working time that lies before each, so
adding and measuring are binary searches. The table covers the years asked about and grows on demand.
Working time is `[open, close)`; a deadline on closing time stays that day; all results are in UTC.

>>> office = compiled({"tz": "Europe/Moscow", "week": {"mon": ["09:00-18:00"], "tue": ["09:00-18:00"]}})
>>> monday = datetime(2026, 3, 2, 14, tzinfo=UTC)  # 17:00 in Moscow
>>> office.add(monday, timedelta(hours=4)).isoformat()
'2026-03-03T09:00:00+00:00'
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from sla.engine import workdays
from sla.engine.calendar_definition import DAY, CalendarError, Hours, gettext_noop, parse
from sla.engine.timetable import (
    EPOCH,
    EPOCH_DAY,
    FIRST_DAY,
    LAST_DAY,
    MICROSECOND,
    SECOND,
    Micros,
    Quick,
    Timetable,
    timetable,
)

__all__ = ["CalendarError", "NoWorkingTime", "WorkTime", "compiled", "require_working_time"]

TWO_YEARS = 731  # days
_DESERT = TWO_YEARS * DAY * SECOND
_NOTHING_KNOWN: Quick = (0, 0, [], [], [], [], [])
_NONE = timedelta(0)
_TOO_FAR = "So much working time does not pass before the year 2200."
_NAIVE = "the moment has no time zone"


class NoWorkingTime(Exception):
    """The calendar has no working time for two years where it is needed (R12)."""

    def __init__(self, sentence: str = "The calendar has no working time within two years.") -> None:
        super().__init__(sentence)


class WorkTime:
    """A compiled calendar. Safe to share between threads: the table is replaced, never changed."""

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self._table: Timetable | None = None
        self._quick = _NOTHING_KNOWN

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """Return the moment at which `amount` of working time has passed since `start`.

        Nothing added gives `start` in working time, else the next opening.

        Raises:
            ValueError: `start` is naive or `amount` negative.
            NoWorkingTime: nothing is worked for two years, or the time is not used up before 2200.
        """
        # The searches stand here and not in functions of their own: a call costs as much as a search.
        try:
            elapsed = start - EPOCH
        except TypeError:
            raise ValueError(_NAIVE) from None
        instant = (elapsed.days * DAY + elapsed.seconds) * SECOND + elapsed.microseconds
        wanted = (amount.days * DAY + amount.seconds) * SECOND + amount.microseconds
        since, until, opens, closes, offsets, after, returns = self._quick
        if since <= instant < until and wanted > 0 and (index := bisect_right(opens, instant) - 1) >= 0:
            close = closes[index]
            goal = wanted + offsets[index] + (instant if instant < close else close)
            found = bisect_left(after, goal, index)
            if found < len(after) and (due := returns[found] + goal) - instant <= _DESERT:
                return EPOCH + MICROSECOND * due
        return self._add_afar(start, instant, wanted)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from `start` to `end`, both aware; zero if `end` is not later."""
        try:
            elapsed, later = start - EPOCH, end - EPOCH
        except TypeError:
            raise ValueError(_NAIVE) from None
        first = (elapsed.days * DAY + elapsed.seconds) * SECOND + elapsed.microseconds
        last = (later.days * DAY + later.seconds) * SECOND + later.microseconds
        if last <= first:
            return _NONE
        since, until, opens, closes, offsets, _, _ = self._quick
        if since <= first and last < until and (index := bisect_right(opens, first) - 1) >= 0:
            close = closes[index]
            first = offsets[index] + (first if first < close else close)
            index = bisect_right(opens, last, index) - 1
            close = closes[index]
            return MICROSECOND * (offsets[index] + (last if last < close else close) - first)
        return self._between_afar(first, last)

    def add_many(self, starts: npt.ArrayLike, amounts: npt.ArrayLike) -> Micros:
        """The twin of `add` over int64 arrays: microseconds since 1970 and microseconds of work."""
        instants, wanted = np.broadcast_arrays(_int64(starts), _int64(amounts))
        if not instants.size:
            return instants.copy()
        if wanted.min() < 0:
            raise ValueError("the amount of working time must not be negative")
        table = self._covering(int(instants.min()), int(instants.max()))
        goals = table.worked_many(instants)
        goals += wanted
        if goals.max() > table.total:
            table = self._grown(int(wanted.max()), int(instants.max()))
            goals = table.worked_many(instants) + wanted
        _, closes, _, after = table.arrays
        found = np.searchsorted(after, goals)
        due: Micros = (closes - after)[found]
        due += goals
        # What needs a second look is rare: nothing to add, or a gap of years.
        odd = wanted == 0 if table.longest_gap <= _DESERT else np.full(due.shape, True)
        for index in np.flatnonzero(odd):
            due[index] = micros(self.add(moment(instants[index]), timedelta(microseconds=int(wanted[index]))))
        return due

    def between_many(self, starts: npt.ArrayLike, ends: npt.ArrayLike) -> Micros:
        """The twin of `between` over int64 arrays of microseconds since 1970."""
        since, until = np.broadcast_arrays(_int64(starts), _int64(ends))
        if not since.size:
            return since.copy()
        table = self._covering(int(min(since.min(), until.min())), int(max(since.max(), until.max())))
        worked: Micros = table.worked_many(until) - table.worked_many(since)
        np.maximum(worked, 0, out=worked)
        return worked

    def intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """List the working intervals from `start` to `end`, cut off at both; what touches is one."""
        since, until = micros(start), micros(end)
        if until <= since:
            return []
        table = self._covering(since, until)
        first, last = max(bisect_right(table.opens, since) - 1, 0), bisect_left(table.opens, until)
        pairs = zip(table.opens[first:last], table.closes[first:last], strict=True)
        cut = [(max(opens, since), min(closes, until)) for opens, closes in pairs]
        return [(moment(opens), moment(closes)) for opens, closes in cut if opens < closes]

    def is_open(self, at: datetime) -> bool:
        """Is this a working moment?"""
        instant = micros(at)
        table = self._covering(instant, instant)
        return table.is_open(instant)

    def add_days(self, start: datetime, days: int) -> datetime:
        """Return the same local time of day `days` working days later (R8).

        Outside working time the count begins at the next opening; if that day closes earlier,
        its last working moment is taken.
        """
        begin = self.add(start, _NONE)
        first = workdays.day_of(self.hours, begin)
        day = self._day_later(first, days)
        wanted = workdays.at_wall_time(self.hours.tz, day, workdays.wall_time(self.hours.tz, first, begin))
        # what is less than a second is the same on every wall
        wanted += timedelta(microseconds=begin.microsecond)
        opening, closing = workdays.edges(self.hours, day)
        if wanted >= closing or self.is_open(wanted):
            return min(wanted, closing)
        earlier = self.intervals(opening, wanted)
        return earlier[-1][1] if earlier else self.add(wanted, _NONE)

    def closing(self, start: datetime, days: int = 0) -> datetime:
        """Return the closing of the working day of `start`, or that of `days` working days later (R8).

        A moment before the opening or in a break belongs to its day; one after the closing, to the next.
        """
        day = workdays.day_of(self.hours, self.add(start, _NONE))
        return workdays.edges(self.hours, self._day_later(day, days))[1]

    def _day_later(self, day: int, count: int) -> int:
        found = workdays.later(self.hours, day, count)
        if found is None:
            raise NoWorkingTime
        if found >= LAST_DAY:
            raise NoWorkingTime(_TOO_FAR)
        return found

    def day_length(self) -> timedelta:
        """The ordinary length of a working day, where no moment is known from which days could be counted."""
        return self.hours.day_length()

    def _add_afar(self, start: datetime, instant: int, wanted: int) -> datetime:
        """Add what the table cannot answer yet, or what leads over years without work."""
        if wanted < 0:
            raise ValueError("the amount of working time must not be negative")
        table = self._covering(instant, instant)
        if not wanted:
            return start.astimezone(UTC) if table.is_open(instant) else self._next_open(instant)
        table = self._grown(wanted, instant)
        goal = wanted + table.worked(instant)
        found = bisect_left(table.after, goal)
        due = table.closes[found] - table.after[found] + goal
        if due - instant > _DESERT and table.has_gap(instant, found, _DESERT):
            raise NoWorkingTime
        return moment(due)

    def _between_afar(self, since: int, until: int) -> timedelta:
        table = self._covering(since, until)
        return MICROSECOND * (table.worked(until) - table.worked(since))

    def _covering(self, since: int, until: int) -> Timetable:
        table = self._table
        if table is not None and table.since <= since and until < table.until:
            return table
        first, last = since // (DAY * SECOND) + EPOCH_DAY, until // (DAY * SECOND) + EPOCH_DAY
        if first < FIRST_DAY + 3 or last > LAST_DAY - 3:
            raise ValueError("working time is known for the years 1900 to 2200 only")
        return self._compile(first - 366, last + TWO_YEARS)

    def _compile(self, first: int, last: int) -> Timetable:
        """Compile these days, and all between them and those already known."""
        if self._table is not None:
            first, last = min(first, self._table.first), max(last, self._table.last)
        table = timetable(self.hours, first, last)
        self._table, self._quick = table, table.quick
        return table

    def _grown(self, wanted: int, instant: int) -> Timetable:
        """Look ahead until `wanted` more working time after `instant` is in the table."""
        table, ahead = self._covering(instant, instant), TWO_YEARS
        if wanted > (LAST_DAY - EPOCH_DAY) * DAY * SECOND - instant:
            raise NoWorkingTime(_TOO_FAR)
        while table.total - table.worked(instant) < wanted:
            known = table.total
            table = self._compile(table.first, table.last + ahead)
            if table.total == known:
                raise NoWorkingTime
            ahead *= 2
        return table

    def _next_open(self, instant: int) -> datetime:
        table = self._grown(1, instant)
        opens = table.opens[bisect_left(table.opens, instant)]
        if opens - instant > _DESERT:
            raise NoWorkingTime
        return moment(opens)


def compiled(definition: Any) -> WorkTime:
    """Check a definition and return the calendar, ready for use.

    Raises:
        CalendarError: with the place of the fault.
    """
    return WorkTime(parse(definition))


def require_working_time(calendar: WorkTime, at: datetime) -> None:
    """Refuse a calendar without working time in the two years from `at`, or for a whole year (R12).

    Raises:
        CalendarError: no target could be met in it.
    """
    if not calendar.between(at, at + timedelta(days=TWO_YEARS)):
        raise CalendarError("week", gettext_noop("There is no working time within two years."))
    days = [at.toordinal(), *calendar.hours.dates]
    table = timetable(calendar.hours, min(days) - 15, max(days) + 15)
    for closed, opens in zip(table.closes, table.opens[1:], strict=False):
        if opens - closed >= 365 * DAY * SECOND:
            first_day = moment(closed).astimezone(calendar.hours.tz).date()
            message = gettext_noop("After %(day)s there is no working time for a whole year.")
            raise CalendarError("days", message, day=first_day.isoformat())


def micros(at: datetime) -> int:
    """Microseconds since 1970 of an aware moment."""
    try:
        since = at - EPOCH
    except TypeError:
        raise ValueError(_NAIVE) from None
    return (since.days * DAY + since.seconds) * SECOND + since.microseconds


def moment(instant: int) -> datetime:
    return EPOCH + MICROSECOND * int(instant)


def _int64(values: npt.ArrayLike) -> Micros:
    array = np.asarray(values)
    if array.dtype.kind in "mM":
        array = array.astype(f"{array.dtype.kind}8[us]")
    return array.astype(np.int64, copy=False)
