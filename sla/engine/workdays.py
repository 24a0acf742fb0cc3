"""Working days: which one a moment belongs to, the one so many later, when it opens and closes. Pure.

An interval belongs to the day on which it begins: at two at night on Saturday the night shift of Friday is
still at work. Used through `sla.engine.worktime`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sla.engine.calendar_definition import Hours
from sla.engine.timetable import EPOCH, LAST_DAY

_SECOND = timedelta(seconds=1)
_MOST_EMPTY = 731  # days: two years, as for any working time (R12)


def later(hours: Hours, day: int, count: int) -> int | None:
    """The working day `count` working days after `day` (ordinals).

    None: two years pass without one; `LAST_DAY`: it lies behind all that is known.
    """
    first, empty = day + 1, 0
    while count and first + count <= LAST_DAY:
        last = min(first + 2 * count + 14, LAST_DAY)
        exceptions = hours.exceptions(first, last)
        for ordinal in range(first, last):
            if exceptions.get(ordinal, hours.week[(ordinal - 1) % 7]):  # ordinal 1 was a Monday
                day, count, empty = ordinal, count - 1, 0
                if not count:
                    return day
            else:
                empty += 1
                if empty > _MOST_EMPTY:
                    return None
        first = last
    return LAST_DAY if count else day


def day_of(hours: Hours, at: datetime) -> int:
    """The working day (an ordinal) to which a working moment belongs."""
    day = at.astimezone(hours.tz).toordinal()
    return next((one for one in (day, day - 1) if is_within(hours, one, at)), day)


def is_within(hours: Hours, day: int, at: datetime) -> bool:
    opening, closing = edges(hours, day)
    return opening <= at < closing


def edges(hours: Hours, day: int) -> tuple[datetime, datetime]:
    """When the day opens first and closes last; twice its midnight if nothing is worked."""
    spans = hours.on(datetime.fromordinal(day).date()) or ((0, 0),)
    return at_wall_time(hours.tz, day, spans[0][0]), at_wall_time(hours.tz, day, spans[-1][1])


def wall_time(tz: ZoneInfo, day: int, at: datetime) -> int:
    """What the clocks on the wall show, in seconds after the midnight of `day`; past 86,400 at night."""
    shown = at.astimezone(tz).replace(tzinfo=None)
    return (shown - datetime.fromordinal(day)) // _SECOND


def at_wall_time(tz: ZoneInfo, day: int, seconds: int) -> datetime:
    """The first instant (UTC) at which the clocks show this; the change itself if they leave it out."""
    shown = datetime.fromordinal(day) + timedelta(seconds=seconds)
    instant = shown.replace(tzinfo=tz).astimezone(UTC)
    if instant.astimezone(tz).replace(tzinfo=None) == shown:
        return instant
    early = shown.replace(tzinfo=tz, fold=1).astimezone(UTC)
    return _change(tz, early, instant)


def _change(tz: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second at which the zone has the offset it has at `after`."""
    wanted = after.astimezone(tz).utcoffset()
    low, high = (before - EPOCH) // _SECOND, (after - EPOCH) // _SECOND
    while high - low > 1:
        middle = (low + high) // 2
        is_changed = (EPOCH + middle * _SECOND).astimezone(tz).utcoffset() == wanted
        low, high = (low, middle) if is_changed else (middle, high)
    return EPOCH + high * _SECOND
