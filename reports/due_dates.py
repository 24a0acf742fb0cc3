"""When a schedule is due. Pure: the wall clock of its time zone in, instants in UTC out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from reports.periods import ONE_DAY, Period, Span, local_day


@dataclass(frozen=True)
class Timetable:
    """Once in each calendar period, on its `day`-th day (1 is the first), at `clock` local time.

    A local time that summer time skips is taken an hour later; a doubled one, the first time.
    """

    span: Span
    zone: str
    day: int
    clock: time

    def next_after(self, at: datetime) -> datetime:
        """Return the first moment after `at` (exclusive) when it is due."""
        this = self.span.begins(local_day(at, self.zone))
        following = self.span.begins_next(this)
        candidates = [this, following, self.span.begins_next(following)]
        return min(moment for day in candidates if (moment := self._moment(day)) > at)

    def latest_until(self, at: datetime) -> datetime:
        """Return the last moment up to `at` (inclusive) when it was due."""
        this = self.span.begins(local_day(at, self.zone))
        previous, _last = self.span.full_before(this)
        candidates = [this, previous, self.span.full_before(previous)[0]]
        return max(moment for day in candidates if (moment := self._moment(day)) <= at)

    def period_sent_at(self, moment: datetime) -> Period:
        """Return the whole calendar period that is reported on at `moment`."""
        return Period(*self.span.full_before(local_day(moment, self.zone)), self.zone)

    def _moment(self, begins: date) -> datetime:
        day = begins if self.span is Span.DAY else begins + (self.day - 1) * ONE_DAY
        return datetime.combine(day, self.clock, ZoneInfo(self.zone)).astimezone(UTC)
