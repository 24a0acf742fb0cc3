"""Days as people paste them from letters and tables, a line each, read into entries. Pure.

2026-03-09                              closed
09.03.2026 Holiday                      with its name, which is only shown
2026-12-28..2027-01-03                  a range; also with a dash or in two columns
30.04.2026 09:00-17:00 Short day        other hours
31.12                                   every year
2026-03-14; 09:00-18:00; Moved          columns by semicolon or tab; an empty second one: closed
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sla.calendars.editing import typed_hours
from sla.calendars.editing.exceptions import Entry
from sla.calendars.editing.typed_hours import HoursError
from sla.engine.calendar_definition import LEAP_YEAR, RANGE_LIMIT, YEARS, gettext_noop

MOST_LINES, MOST_CHARACTERS = 1000, 300
LONGEST_NAME = 120

_DATE = (
    r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}\.\d{1,2}(?!\d)\.?"
    r"|\d\d-\d\d(?!\d|[:-]|\.\d))"
)
_TIME = r"\d{1,2}[:.]\d\d"
_SPAN = rf"{_TIME}\s*[-–—−]\s*{_TIME}"
_DAYS = re.compile(rf"({_DATE})(?:\s*(?:\.\.\.?|…|[-–—−]|;|\t)\s*(?!{_SPAN})({_DATE}))?", re.ASCII)
_HOURS = re.compile(rf"{_SPAN}(?:\s*[,+]\s*{_SPAN})*(?![\d:.])", re.ASCII)
_ALMOST_HOURS = re.compile(r"\d{1,2}:\d\d", re.ASCII)
_TWO_MEANINGS = re.compile(r"\d{1,4}/\d{1,2}(?:/\d{2,4})?", re.ASCII)
_PARTS = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True)
class Line:
    """A line that was understood; `number` counts from 1."""

    number: int
    entry: Entry
    name: str


@dataclass(frozen=True)
class Fault:
    """A line that was not; `template` and `params` are the reason."""

    number: int
    text: str
    template: str
    params: dict[str, object]


class _Unclear(ValueError):
    def __init__(self, template: str, **params: object) -> None:
        self.template, self.params = template, params
        super().__init__(template % params)


def read(text: str) -> tuple[list[Line], list[Fault]]:
    """Return the lines that were understood and those that were not. Empty lines do not count."""
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not (stripped := line.strip(" \ufeff\u00a0\r\n")) or not stripped.strip():
            continue
        if len(lines) + len(faults) == MOST_LINES:
            message = gettext_noop("These are more than %(most)s lines. Paste them in parts.")
            faults.append(Fault(number, _short(stripped), message, {"most": MOST_LINES}))
            break
        try:
            lines.append(Line(number, *_understood(stripped.replace("\u00a0", " "))))
        except (_Unclear, HoursError) as error:
            faults.append(Fault(number, _short(stripped), error.template, error.params))
    return lines, faults


def write(entry: Entry, name: str) -> str:
    """A line that `read` understands as the same."""
    words = " ".join(re.sub(r"[;\t]+", ", ", name).split())
    return f"{entry.key}; {typed_hours.write(entry.lines)}; {words}".rstrip("; ")


def _understood(line: str) -> tuple[Entry, str]:
    if len(line) > MOST_CHARACTERS:
        raise _Unclear(gettext_noop("The line is longer than %(most)s characters."), most=MOST_CHARACTERS)
    match = _DAYS.match(line)
    if not match:
        raise _no_date(line)
    rest = line[match.end() :]
    if rest[:1].isalnum() or rest[:1] == "/":
        raise _no_date(line)
    first, last, is_yearly = _range(match[1], match[2] or match[1])
    hours, name = _hours_and_name(rest)
    return Entry(first, last, tuple(hours), is_yearly), name[:LONGEST_NAME]


def _no_date(line: str) -> _Unclear:
    if _TWO_MEANINGS.match(line):
        return _Unclear(gettext_noop("A date with “/” can mean two days. Write it like 2026-03-09."))
    message = gettext_noop(
        "There is no date at the beginning. Write for example “2026-03-09” or “09.03.2026”."
    )
    return _Unclear(message)


def _hours_and_name(rest: str) -> tuple[list[str], str]:
    """What follows the days: “; 09:00-17:00; Short day”. An empty column of hours means closed."""
    columns = [column.strip(" ,") for column in re.split(r"[;\t]", rest)]
    if len(columns) > 2 and not columns[0] and not columns[1]:
        return [], _joined(columns[2:])
    text = _joined(columns).lstrip(" ,:–—")
    match = _HOURS.match(text)
    if match:
        return typed_hours.read(match[0]), text[match.end() :].strip(" ,:–—-")
    if _ALMOST_HOURS.match(text):
        message = gettext_noop("“%(text)s” is not a time range. Write for example “09:00-17:00”.")
        raise _Unclear(message, text=text[:20])
    return [], text


def _joined(columns: list[str]) -> str:
    return " ".join(column for column in columns if column)


def _range(first: str, last: str) -> tuple[date, date, bool]:
    """Both days; a day without a year takes that of the other, and without both it is every year's."""
    begin, end = _numbers(first), _numbers(last)
    if begin[0] is None and end[0] is None:
        return _date(first, LEAP_YEAR, *begin[1:]), _date(last, LEAP_YEAR, *end[1:]), True
    year, to_year = begin[0], end[0]
    if year is None and to_year is not None:
        year = to_year - (begin[1:] > end[1:])
    if to_year is None and year is not None:
        to_year = year + (end[1:] < begin[1:])
    start, stop = _date(first, year or 0, *begin[1:]), _date(last, to_year or 0, *end[1:])
    if not 0 <= (stop - start).days < RANGE_LIMIT:
        raise _Unclear(gettext_noop("The range runs backwards or over more than ten years."))
    return start, stop, False


def _numbers(text: str) -> tuple[int | None, int, int]:
    """Year or None, month, day."""
    parts = [int(part) for part in _PARTS.findall(text)]
    if "." not in text:  # year or month first
        return (None, parts[0], parts[1]) if len(parts) == 2 else (parts[0], parts[1], parts[2])
    return (parts[2] if len(parts) == 3 else None), parts[1], parts[0]


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        if year in YEARS:
            return date(year, month, day)
    except ValueError:
        pass
    raise _Unclear(gettext_noop("There is no day “%(text)s”."), text=text)


def _short(line: str) -> str:
    return line if len(line) <= 80 else f"{line[:79]}…"


def lines_of(entries: Iterator[tuple[Entry, str]]) -> str:
    """Many of them, for a text field."""
    return "\n".join(write(entry, name) for entry, name in entries)
