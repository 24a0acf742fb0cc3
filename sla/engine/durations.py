"""Durations as people write them in the matrix: `30m`, `4h`, `2d`, `1d 4h`, `eod`, `eod+1` (R8). Pure.

Minutes and hours are working time. Days keep the time of day, and `eod` is the closing of the day: how much
working time that is depends on the moment from which they are counted, and is settled once, at that moment.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from sla.engine.calendar_definition import gettext_noop
from sla.engine.worktime import WorkTime

_DURATION = re.compile(r"(?:(\d{1,6})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,6})m)?", re.ASCII)
_CLOSING = re.compile(r"eod(?:\+([1-9]\d{0,5}))?", re.ASCII)
_ZERO = timedelta(0)


class DurationError(ValueError):
    """The text is no duration; `template` and `params` let a screen translate the sentence."""

    template = gettext_noop(
        "“%(text)s” is not a duration. Write for example “30m”, “4h”, “2d”, “1d 4h”, or “eod” and “eod+1” "
        "for the end of the day."
    )

    def __init__(self, text: object) -> None:
        self.params = {"text": text}
        super().__init__(self.template % self.params)


class ShiftError(DurationError):
    """The same where no day is known that could end."""

    template = gettext_noop("“%(text)s” is not a duration. Write for example “30m”, “4h” or “1d 4h”.")


class Duration(NamedTuple):
    """Working days and working time after them; `to_closing`: the end of the day, so many days later."""

    days: int = 0
    rest: timedelta = _ZERO
    to_closing: bool = False

    def __str__(self) -> str:
        """The shortest text that `read` reads back, seconds left out."""
        if self.to_closing:
            return f"eod+{self.days}" if self.days else "eod"
        days = f"{self.days}d" if self.days else ""
        rest = write(self.rest, _ZERO) if self.rest or not days else ""
        return f"{days} {rest}".strip()

    @property
    def is_some_time(self) -> bool:
        return bool(self.days or self.rest or self.to_closing)

    @property
    def needs_start(self) -> bool:
        """Does it depend on the moment from which it is counted how much working time this is?"""
        return bool(self.days) or self.to_closing

    @property
    def kept_days(self) -> int | str:
        """As a row of the matrix keeps its days besides the hours: a number, or `eod+1`."""
        return str(self) if self.to_closing else self.days

    def working_time(self, calendar: WorkTime, start: datetime) -> timedelta:
        """How much working time this is, counted from `start` (R8).

        Raises:
            NoWorkingTime: the calendar has not so many working days.
        """
        if not self.needs_start:
            return self.rest
        if self.to_closing:
            return calendar.between(start, calendar.closing(start, self.days))
        return calendar.between(start, calendar.add_days(start, self.days)) + self.rest

    def usual(self, day: timedelta) -> timedelta:
        """About as much working time, if all days were as long as `day`; a day that ends counts whole."""
        return (self.days + self.to_closing) * day + self.rest


def read(text: object) -> Duration:
    """Return what is written.

    Raises:
        DurationError: anything but whole days, hours and minutes, in this order, or the end of a day.

    >>> read("1d 4h")
    Duration(days=1, rest=datetime.timedelta(seconds=14400), to_closing=False)
    >>> str(read("eod+1"))
    'eod+1'
    """
    cleaned = text.strip() if isinstance(text, str) else ""
    if closing := _CLOSING.fullmatch(cleaned):
        return Duration(int(closing[1] or 0), to_closing=True)
    match = _DURATION.fullmatch(cleaned)
    if not match or not any(match.groups()):
        raise DurationError(text)
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return Duration(days, timedelta(hours=hours, minutes=minutes))


def parse(text: object, day: timedelta) -> timedelta:
    """Return working time for what has no start of its own, as “an hour before”; a `d` is as long as `day`.

    Raises:
        ShiftError: anything but whole days, hours and minutes, in this order.

    >>> parse("1d 4h", timedelta(hours=9))
    datetime.timedelta(seconds=46800)
    """
    try:
        found = read(text)
    except DurationError:
        raise ShiftError(text) from None
    if found.to_closing:
        raise ShiftError(text)
    return found.usual(day)


def write(duration: timedelta, day: timedelta) -> str:
    """Return the shortest text that `parse` reads back, seconds left out.

    >>> write(timedelta(hours=13), timedelta(hours=9))
    '1d 4h'
    """
    minutes, length = int(duration.total_seconds() // 60), int(day.total_seconds() // 60)
    days, minutes = divmod(minutes, length) if length else (0, minutes)
    parts = [(days, "d"), (minutes // 60, "h"), (minutes % 60, "m")]
    return " ".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0m"
