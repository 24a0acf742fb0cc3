"""Local hours turned into sorted UTC instants. Pure; used through `sla.engine.worktime`.

A local time that the clocks skip means the instant of the change, one that they show twice means the
first showing. The mapping never turns round: a later local time is never an earlier instant.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from sla.engine.calendar_definition import DAY, YEARS, Hours

Micros = npt.NDArray[np.int64]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
SECOND = 1_000_000  # microseconds
MICROSECOND = timedelta(microseconds=1)
Quick = tuple[int, int, list[int], list[int], list[int], list[int], list[int]]
FIRST_DAY, LAST_DAY = date(YEARS[0], 1, 2).toordinal(), date(YEARS[-1], 12, 30).toordinal()


@dataclass(frozen=True, eq=False)
class Timetable:
    """The working intervals of the local days `[first, last)` (ordinals).

    Arrays and lists hold the same: the lists serve one question, the arrays a million. Instants are
    microseconds since 1970, `before` and `after` the working time up to each opening and closing.
    `quick` is what a single question needs, for one look: `since`, `until`, `opens`, `closes`, what to add
    to an instant of an interval for the working time before it, `after`, and what to add to that for the
    instant.
    """

    first: int
    last: int
    since: int  # right for instants in [since, until)
    until: int
    opens: list[int]
    closes: list[int]
    before: list[int]
    after: list[int]
    arrays: tuple[Micros, Micros, Micros, Micros]
    quick: Quick
    longest_gap: int

    @property
    def total(self) -> int:
        return self.after[-1] if self.after else 0

    def is_open(self, instant: int) -> bool:
        index = bisect_right(self.opens, instant) - 1
        return index >= 0 and instant < self.closes[index]

    def worked(self, instant: int) -> int:
        """Working time in the table up to `instant`."""
        index = bisect_right(self.opens, instant) - 1
        if index < 0:
            return 0
        return self.before[index] - self.opens[index] + min(instant, self.closes[index])

    def worked_many(self, instants: Micros) -> Micros:
        """The twin of `worked` over an array."""
        opens, closes, before, _ = self.arrays
        if not opens.size:
            return np.zeros(instants.shape, dtype=np.int64)
        index = np.searchsorted(opens, instants, side="right")
        index -= 1
        np.maximum(index, 0, out=index)
        worked: Micros = np.minimum(instants, closes[index])
        worked += (before - opens)[index]
        np.maximum(worked, 0, out=worked)
        return worked

    def has_gap(self, instant: int, found: int, length: int) -> bool:
        """Is nothing worked for longer than `length` between `instant` and interval `found`?"""
        index = bisect_right(self.opens, instant) - 1
        closed = max(instant, self.closes[index]) if index >= 0 else instant
        for number in range(index + 1, found + 1):
            if self.opens[number] - closed > length:
                return True
            closed = self.closes[number]
        return False


def timetable(hours: Hours, first: int, last: int) -> Timetable:
    """Compile the days `[first, last)`, no further than the years 1900 to 2200."""
    first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
    local_opens, local_closes = _local(hours, first - 1, last)  # the night before may run into the first day
    begins, offsets = _offsets(hours.tz, first - 2, last + 2)
    opens, closes = _merged(_utc(local_opens, begins, offsets), _utc(local_closes, begins, offsets))
    opens, closes = opens * SECOND, closes * SECOND
    after = np.cumsum(closes - opens)
    before = after - (closes - opens)
    # a day to spare at both ends, whatever the zone
    since, until = (first + 1 - EPOCH_DAY) * DAY * SECOND, (last - 1 - EPOCH_DAY) * DAY * SECOND
    lists = opens.tolist(), closes.tolist(), (before - opens).tolist(), after.tolist()
    return Timetable(
        first=first,
        last=last,
        since=since,
        until=until,
        opens=lists[0],
        closes=lists[1],
        before=before.tolist(),
        after=lists[3],
        arrays=(opens, closes, before, after),
        quick=(since, until, *lists, (closes - after).tolist()),
        longest_gap=int((opens[1:] - closes[:-1]).max()) if opens.size > 1 else 0,
    )


def _local(hours: Hours, first: int, last: int) -> tuple[Micros, Micros]:
    """Openings and closings as seconds of local time since 1970, as if there were no zones."""
    exceptions, week = hours.exceptions(first, last), hours.week
    opens: list[int] = []
    closes: list[int] = []
    for ordinal in range(first, last):
        spans = exceptions.get(ordinal)
        if spans is None:
            spans = week[(ordinal - 1) % 7]  # ordinal 1 was a Monday
        midnight = (ordinal - EPOCH_DAY) * DAY
        for opening, closing in spans:
            opens.append(midnight + opening)
            closes.append(midnight + closing)
    return np.array(opens, dtype=np.int64), np.array(closes, dtype=np.int64)


def _offsets(tz: ZoneInfo, first: int, last: int) -> tuple[Micros, Micros]:
    """The moments (UTC seconds) at which the zone's offset changes, and each offset from then on."""
    begins = [(first - EPOCH_DAY) * DAY]
    offsets = [_offset(tz, begins[0])]
    for day in range(first + 1, last + 1):
        instant = (day - EPOCH_DAY) * DAY
        if (offset := _offset(tz, instant)) != offsets[-1]:
            begins.append(_change(tz, instant - DAY, instant))
            offsets.append(offset)
    return np.array(begins, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _offset(tz: ZoneInfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, tz).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _change(tz: ZoneInfo, low: int, high: int) -> int:
    """The first second with the offset of `high`."""
    wanted = _offset(tz, high)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _offset(tz, middle) == wanted else (middle, high)
    return high


def _utc(local: Micros, begins: Micros, offsets: Micros) -> Micros:
    """Local seconds to UTC seconds: the first stretch of one offset whose local end is later."""
    local_ends = begins[1:] + offsets[:-1]
    stretch = np.searchsorted(local_ends, local, side="right")
    instants: Micros = np.maximum(local - offsets[stretch], begins[stretch])
    return instants


def _merged(opens: Micros, closes: Micros) -> tuple[Micros, Micros]:
    """Sort, drop what a clock change swallowed, and join what touches or overlaps."""
    kept = closes > opens
    opens, closes = opens[kept], closes[kept]
    order = np.argsort(opens, kind="stable")
    opens, closes = opens[order], np.maximum.accumulate(closes[order])
    if not opens.size:
        return opens, closes
    starts = np.concatenate(([True], opens[1:] > closes[:-1]))
    ends = np.concatenate((starts[1:], [True]))
    return opens[starts], closes[ends]
