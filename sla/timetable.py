"""Local hours turned into sorted UTC instants. Pure; used through `sla.worktime`.

A local time that the clocks skip means the instant of the change, one that they show twice means the
first showing. The mapping never turns round: a later local time is never an earlier instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from sla.hours import DAY, YEARS, Hours

Micros = npt.NDArray[np.int64]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
SECOND = 1_000_000  # microseconds
FIRST_DAY, LAST_DAY = date(YEARS[0], 1, 2).toordinal(), date(YEARS[-1], 12, 30).toordinal()


@dataclass(frozen=True, eq=False)
class Timetable:
    """The working intervals of the local days `[first, last)` (ordinals).

    Arrays and lists hold the same: the lists serve one question, the arrays a million. Instants are
    microseconds since 1970, `before` and `after` the working time up to each opening and closing.
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
    longest_gap: int

    @property
    def total(self) -> int:
        return self.after[-1] if self.after else 0


def timetable(hours: Hours, first: int, last: int) -> Timetable:
    """Compile the days `[first, last)`, no further than the years 1900 to 2200."""
    first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
    local_opens, local_closes = _local(hours, first - 1, last)  # the night before may run into the first day
    begins, offsets = _offsets(hours.tz, first - 2, last + 2)
    opens, closes = _merged(_utc(local_opens, begins, offsets), _utc(local_closes, begins, offsets))
    opens, closes = opens * SECOND, closes * SECOND
    after = np.cumsum(closes - opens)
    before = after - (closes - opens)
    return Timetable(
        first=first,
        last=last,
        # a day to spare at both ends, whatever the zone
        since=(first + 1 - EPOCH_DAY) * DAY * SECOND,
        until=(last - 1 - EPOCH_DAY) * DAY * SECOND,
        opens=opens.tolist(),
        closes=closes.tolist(),
        before=before.tolist(),
        after=after.tolist(),
        arrays=(opens, closes, before, after),
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
