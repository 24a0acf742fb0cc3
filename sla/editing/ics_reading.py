"""Whole days out of an iCalendar file (RFC 5545). Pure; made for files of strangers.

Events that last whole days are taken, and of the repeating ones those of every year. All else is named and
left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from sla.editing.days import Entry
from sla.hours import LEAP_YEAR, RANGE_LIMIT, YEARS, gettext_noop

MOST_BYTES = 512 * 1024
MOST_EVENTS = 1000
MOST_CHARACTERS = 2000  # of one unfolded line; what is longer is no date and no name
LONGEST_NAME = 100

_NAME = re.compile(r"[A-Za-z0-9-]{1,60}", re.ASCII)
_DAY = re.compile(r"\d{8}", re.ASCII)
_DURATION = re.compile(r"\+?P(\d{1,4})([DW])", re.ASCII)
_ESCAPED = re.compile(r"\\([nN,;\\:\"])")
_REPEATED = ("RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")
_ONE = frozenset({"", "1"})
_EVENT = ["VCALENDAR", "VEVENT"]
_DEEPEST = 8
_NO_CALENDAR = gettext_noop("This is not a calendar file. Such files end in “.ics”.")


class IcsError(ValueError):
    """The file as a whole cannot be read; `template` and `params` let a screen translate the sentence."""

    def __init__(self, template: str, **params: object) -> None:
        self.template, self.params = template, params
        super().__init__(template % params)


@dataclass(frozen=True)
class LeftOut:
    """An event that is not taken, with the reason."""

    name: str
    template: str


@dataclass(frozen=True)
class Contents:
    """What a file has: days (all closed) with their names, and what is left out."""

    events: list[tuple[Entry, str]]
    left_out: list[LeftOut]


class _Unfit(ValueError):
    """The event cannot become a day of a calendar."""


@dataclass
class _Property:
    parameters: str
    value: str


@dataclass
class _Event:
    properties: dict[str, _Property] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def text(self, name: str) -> str:
        found = self.properties.get(name)
        return found.value if found else ""

    @property
    def name(self) -> str:
        plain = _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], self.text("SUMMARY"))
        words = " ".join("".join(one if one.isprintable() else " " for one in plain).split())
        return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"


def read(data: bytes) -> Contents:
    """Return what the file says.

    Raises:
        IcsError: it is too big, no text or no calendar file, or cut off.
    """
    events, left_out = dict[Entry, str](), list[LeftOut]()
    for number, event in enumerate(_events(_text(data))):
        if number == MOST_EVENTS:
            raise IcsError(gettext_noop("There are more than %(most)s events in the file."), most=MOST_EVENTS)
        try:
            events.setdefault(_entry(event), event.name)
        except _Unfit as reason:
            left_out.append(LeftOut(event.name, str(reason)))
    if not events and not left_out:
        raise IcsError(gettext_noop("There are no events in the file."))
    return Contents(list(events.items()), left_out)


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise IcsError(gettext_noop("The file is larger than %(most)s KB."), most=MOST_BYTES // 1024)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise IcsError(gettext_noop("The file is not text in UTF-8, as calendar files are.")) from None
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise IcsError(_NO_CALENDAR)
    return text


def _events(text: str) -> Iterator[_Event]:
    """The VEVENTs right inside a VCALENDAR; what lies inside them, like alarms, is passed over."""
    inside: list[str] = []
    event = _Event()
    for name, one in _properties(text):
        if name == "BEGIN":
            _open(inside, one.value.strip().upper())
            event = _Event() if inside == _EVENT else event
        elif name == "END":
            is_complete = inside == _EVENT
            _close(inside, one.value.strip().upper())
            if is_complete:
                yield event
        elif inside == _EVENT:
            event.properties.setdefault(name, one)
            event.counts[name] += 1
    if inside:
        raise IcsError(gettext_noop("The file is cut off: “END:%(name)s” is missing."), name=inside[-1][:40])


def _open(inside: list[str], name: str) -> None:
    inside.append(name)
    if inside[0] != "VCALENDAR" or len(inside) > _DEEPEST:
        raise IcsError(_NO_CALENDAR)


def _close(inside: list[str], name: str) -> None:
    if not inside or inside.pop() != name:
        message = gettext_noop("The file is damaged: “END:%(name)s” is in the wrong place.")
        raise IcsError(message, name=name[:40])


def _properties(text: str) -> Iterator[tuple[str, _Property]]:
    """Unfolded lines, parted into name, parameters and value."""
    for line in _unfolded(text):
        match = _NAME.match(line)
        colon = _colon(line)
        if not match or colon < match.end() or line[match.end()] not in ";:":
            raise IcsError(
                gettext_noop("This is not a calendar file: “%(text)s” has no place in it."), text=line[:40]
            )
        yield match[0].upper(), _Property(line[match.end() : colon].upper(), line[colon + 1 :])


def _unfolded(text: str) -> Iterator[str]:
    """A line that begins with a space or a tab goes on with the one before. Only line feeds end a line."""
    parts: list[str] = []
    size = 0
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in {" ", "\t"} and parts:
            size += len(line)
            if size < MOST_CHARACTERS:
                parts.append(line[1:])
            continue
        if parts:
            yield "".join(parts)
        parts, size = ([line] if line.strip() else []), len(line)
    if parts:
        yield "".join(parts)


def _colon(line: str) -> int:
    """Where the value begins: the first colon outside quotation marks; -1 for none."""
    quoted = False
    for place, sign in enumerate(line[:MOST_CHARACTERS]):
        if sign == '"':
            quoted = not quoted
        elif sign == ":" and not quoted:
            return place
    return -1


def _entry(event: _Event) -> Entry:
    if event.text("STATUS").strip().upper() == "CANCELLED":
        raise _Unfit(gettext_noop("It was cancelled."))
    if any(name in event.counts for name in _REPEATED) or event.counts["RRULE"] > 1:
        raise _Unfit(gettext_noop("It repeats with exceptions."))
    first = _start(event)
    last = _last(event, first)
    if not 0 <= (last - first).days < RANGE_LIMIT:
        raise _Unfit(gettext_noop("It ends before it begins, or lasts more than ten years."))
    if "RRULE" not in event.counts:
        return Entry(first, last)
    if not _is_every_year(event.text("RRULE"), first):
        raise _Unfit(gettext_noop("It repeats in another way than every year."))
    if (last - first).days >= 365:
        raise _Unfit(gettext_noop("It repeats every year and lasts longer than one."))
    return Entry(first.replace(year=LEAP_YEAR), last.replace(year=LEAP_YEAR), is_yearly=True)


def _start(event: _Event) -> date:
    if "DTSTART" not in event.counts:
        raise _Unfit(gettext_noop("It has no day."))
    return _day(event.properties["DTSTART"])


def _last(event: _Event, first: date) -> date:
    """The last day; the file names the one after it, or how long it lasts, or nothing."""
    if "DTEND" in event.counts:
        end = _day(event.properties["DTEND"])
        return first if end == first else end - timedelta(days=1)  # some programs write the same day twice
    if "DURATION" in event.counts:
        match = _DURATION.fullmatch(event.text("DURATION").strip())
        if not match or not int(match[1]):
            raise _Unfit(gettext_noop("It does not last whole days."))
        return first + timedelta(days=int(match[1]) * (7 if match[2] == "W" else 1) - 1)
    return first


def _day(found: _Property) -> date:
    value = found.value.strip()
    if "T" in value.upper() or "VALUE=DATE-TIME" in found.parameters:
        raise _Unfit(gettext_noop("It has a time of day; only whole days are imported."))
    try:
        day = date(int(value[:4]), int(value[4:6]), int(value[6:])) if _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise _Unfit(gettext_noop("Its date cannot be read."))
    return day


def _is_every_year(rule: str, first: date) -> bool:
    """`FREQ=YEARLY`, for ever, on this very day."""
    parts = dict(part.strip().upper().partition("=")[::2] for part in rule.split(";") if part.strip())
    return (
        parts.pop("FREQ", "") == "YEARLY"
        and parts.pop("INTERVAL", "") in _ONE
        and parts.pop("BYMONTH", str(first.month)).lstrip("0") == str(first.month)
        and parts.pop("BYMONTHDAY", str(first.day)).lstrip("0") == str(first.day)
        and not parts.keys() - {"WKST"}
    )
