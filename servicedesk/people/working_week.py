"""A working week as people write and read it: “9-13, 14-18” ↔ `["09:00-13:00", "14:00-18:00"]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from servicedesk.people import working_hours
from servicedesk.people.working_hours import DAYS

_CLOSED = frozenset({"", "-", "–", "—", "−"})
_TIME = r"(\d{1,2})(?:[:.](\d\d))?"
_TYPED = re.compile(rf"{_TIME}\s*[-–—−]\s*{_TIME}", re.ASCII)
_BETWEEN = re.compile(r"[,;+\n]")


def read(text: str) -> list[str]:
    """The hours of one day; what cannot be read stays as it is, for `schedule.mistakes` to name.

    >>> read("9-13, 14.30 – 18:00")
    ['09:00-13:00', '14:30-18:00']
    >>> read("–")
    []
    """
    if text.strip() in _CLOSED:
        return []
    return [_line(piece.strip()) for piece in _BETWEEN.split(text) if piece.strip()]


def write(lines: list[str]) -> str:
    """For a text field; `read` reads it back."""
    return ", ".join(lines)


def in_words(week: Mapping[str, Any]) -> str:
    """“Mon–Fri 09:00–18:00, Sat 10:00–14:00”; days with the same hours stand together."""
    if not working_hours.has_hours(week):
        return _("at any time")
    said = []
    for hours, numbers in groupby(range(7), key=lambda number: tuple(week.get(DAYS[number], ()))):
        days = list(numbers)
        if hours:
            said.append(f"{_days(days)} {', '.join(hours).replace('-', '–')}")
    return ", ".join(said)


def _days(numbers: list[int]) -> str:
    first, last = str(WEEKDAYS_ABBR[numbers[0]]), str(WEEKDAYS_ABBR[numbers[-1]])
    return first if first == last else f"{first}–{last}"


def _line(piece: str) -> str:
    match = _TYPED.fullmatch(piece)
    if not match:
        return piece
    hour, minute, to_hour, to_minute = match.groups()
    return f"{int(hour):02d}:{minute or '00'}-{int(to_hour):02d}:{to_minute or '00'}"
