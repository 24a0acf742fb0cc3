"""Durations as people write them in the matrix: `30m`, `4h`, `1d 4h`. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

from sla.hours import gettext_noop

_DURATION = re.compile(r"(?:(\d{1,6})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,6})m)?")


class DurationError(ValueError):
    """The text is no duration; `template` and `params` let a screen translate the sentence."""

    template = gettext_noop("“%(text)s” is not a duration. Write for example “30m”, “4h” or “1d 4h”.")

    def __init__(self, text: object) -> None:
        self.params = {"text": text}
        super().__init__(self.template % self.params)


def parse(text: object, day: timedelta) -> timedelta:
    """Return working time; `d` is `day`, the ordinary length of a working day of the calendar.

    Raises:
        DurationError: anything but whole days, hours and minutes, in this order.

    >>> parse("1d 4h", timedelta(hours=9))
    datetime.timedelta(seconds=46800)
    """
    days, rest = parts(text)
    return days * day + rest


def parts(text: object) -> tuple[int, timedelta]:
    """Return the working days, whose length the calendar decides, and the working time besides.

    Raises:
        DurationError: anything but whole days, hours and minutes, in this order.

    >>> parts("1d 4h")
    (1, datetime.timedelta(seconds=14400))
    """
    cleaned = text.strip() if isinstance(text, str) else ""
    match = _DURATION.fullmatch(cleaned)
    if not match or not any(match.groups()):
        raise DurationError(text)
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return days, timedelta(hours=hours, minutes=minutes)


def write(duration: timedelta, day: timedelta) -> str:
    """Return the shortest text that `parse` reads back, seconds left out.

    >>> write(timedelta(hours=13), timedelta(hours=9))
    '1d 4h'
    """
    minutes, length = int(duration.total_seconds() // 60), int(day.total_seconds() // 60)
    days, minutes = divmod(minutes, length) if length else (0, minutes)
    parts = [(days, "d"), (minutes // 60, "h"), (minutes % 60, "m")]
    return " ".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0m"
