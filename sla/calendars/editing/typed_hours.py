"""Hours as people type them: “9-13, 14:00–18:00” ↔ `["09:00-13:00", "14:00-18:00"]`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sla.engine.calendar_definition import CalendarError, Spans, gettext_noop, parse

_CLOSED = frozenset({"", "-", "–", "—", "−"})
_TIME = r"(\d{1,2})(?:[:.](\d\d))?"
_SPAN = re.compile(rf"{_TIME}\s*[-–—−]\s*{_TIME}", re.ASCII)
_BETWEEN = re.compile(r"[,;+\n]")
_ANY_DAY = "2026-01-01"


class HoursError(ValueError):
    """The text is no list of hours; `template` and `params` let a screen translate the sentence."""

    def __init__(self, template: str, **params: object) -> None:
        self.template, self.params = template, params
        super().__init__(template % params)


def read(text: str) -> list[str]:
    """Return the hours as a calendar's definition has them; none for an empty text or a dash.

    Raises:
        HoursError: with the part that cannot be read, overlaps another or is empty.

    >>> read("9-13, 14.00 – 18:00")
    ['09:00-13:00', '14:00-18:00']
    """
    if text.strip() in _CLOSED:
        return []
    lines = [_line(piece.strip()) for piece in _BETWEEN.split(text) if piece.strip()]
    spans(lines)
    return lines


def spans(lines: Iterable[str]) -> Spans:
    """The same in seconds after midnight, in order.

    Raises:
        HoursError: a line is wrong, or two overlap.
    """
    try:
        hours = parse({"tz": "UTC", "days": {_ANY_DAY: list(lines)}})
    except CalendarError as error:
        raise HoursError(error.template, **error.params) from None
    return next(iter(hours.dates.values()))


def write(lines: Iterable[str]) -> str:
    """For a text field; `read` reads it back.

    >>> write(["09:00-13:00", "14:00-18:00"])
    '09:00-13:00, 14:00-18:00'
    """
    return ", ".join(lines)


def in_words(lines: Iterable[str]) -> str:
    """For reading, with dashes as they are printed; empty when closed."""
    return ", ".join(line.replace("-", "–") for line in lines)


def _line(piece: str) -> str:
    match = _SPAN.fullmatch(piece)
    if not match:
        message = gettext_noop("“%(text)s” is not a time range. Write for example “09:00-18:00”.")
        raise HoursError(message, text=piece[:40])
    hour, minute, to_hour, to_minute = match.groups()
    return f"{int(hour):02d}:{minute or '00'}-{int(to_hour):02d}:{to_minute or '00'}"
