"""Whole days out of an iCalendar file (RFC 5545), read by `icalendar`; made for files of strangers.

Events that last whole days are taken, and of the repeating ones those of every year. All else is named and
left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sla.calendars.editing.exceptions import Entry
from sla.engine.calendar_definition import LEAP_YEAR, RANGE_LIMIT, YEARS, gettext_noop

if TYPE_CHECKING:
    from icalendar import Component

MOST_BYTES = 512 * 1024
MOST_EVENTS = 1000
LONGEST_NAME = 100

_REPEATED = ("RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")
_NO_CALENDAR = gettext_noop("This is not a calendar file. Such files end in “.ics”.")
_DAMAGED = gettext_noop("The file is damaged and cannot be read as a calendar.")
_CUT_OFF = gettext_noop("The file is cut off: “END:%(name)s” is missing.")


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


def read(data: bytes) -> Contents:
    """Return what the file says.

    Raises:
        IcsError: it is too big, no text or no calendar file, damaged or cut off.
    """
    events, left_out = dict[Entry, str](), list[LeftOut]()
    for number, event in enumerate(_events(_text(data))):
        if number == MOST_EVENTS:
            raise IcsError(gettext_noop("There are more than %(most)s events in the file."), most=MOST_EVENTS)
        try:
            events.setdefault(_entry(event), _name(event))
        except _Unfit as reason:
            left_out.append(LeftOut(_name(event), str(reason)))
    if not events and not left_out:
        raise IcsError(gettext_noop("There are no events in the file."))
    return Contents(list(events.items()), left_out)


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise IcsError(gettext_noop("The file is larger than %(most)s KB."), most=MOST_BYTES // 1024)
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise IcsError(gettext_noop("The file is not text in UTF-8, as calendar files are.")) from None
    if not text.upper().startswith("BEGIN:VCALENDAR"):
        raise IcsError(_NO_CALENDAR)
    if not text.upper().endswith("END:VCALENDAR"):
        raise IcsError(_CUT_OFF, name="VCALENDAR")
    return text


def _events(text: str) -> list[Component]:
    from icalendar import Calendar  # heavy, and wanted by nobody but this page

    try:
        calendars = Calendar.from_ical(text, multiple=True)
        return [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, LookupError, AttributeError, TypeError):
        raise IcsError(_DAMAGED) from None


def _name(event: Component) -> str:
    plain = str(_first(event, "SUMMARY") or "")
    words = " ".join("".join(one if one.isprintable() else " " for one in plain).split())
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"


def _first(event: Component, name: str) -> Any:
    found = event.get(name)
    return found[0] if isinstance(found, list) else found


def _entry(event: Component) -> Entry:
    if str(_first(event, "STATUS") or "").strip().upper() == "CANCELLED":
        raise _Unfit(gettext_noop("It was cancelled."))
    rule = event.get("RRULE")
    if isinstance(rule, list) or any(name in event for name in _REPEATED):
        raise _Unfit(gettext_noop("It repeats with exceptions."))
    first = _start(event)
    last = _last(event, first)
    if not 0 <= (last - first).days < RANGE_LIMIT:
        raise _Unfit(gettext_noop("It ends before it begins, or lasts more than ten years."))
    if rule is None:
        return Entry(first, last)
    if not _is_every_year(rule, first):
        raise _Unfit(gettext_noop("It repeats in another way than every year."))
    if (last - first).days >= 365:
        raise _Unfit(gettext_noop("It repeats every year and lasts longer than one."))
    return Entry(first.replace(year=LEAP_YEAR), last.replace(year=LEAP_YEAR), is_yearly=True)


def _start(event: Component) -> date:
    if "DTSTART" not in event:
        raise _Unfit(gettext_noop("It has no day."))
    return _day(_first(event, "DTSTART"))


def _last(event: Component, first: date) -> date:
    """The last day; the file names the one after it, or how long it lasts, or nothing."""
    if "DTEND" in event:
        end = _day(_first(event, "DTEND"))
        return first if end == first else end - timedelta(days=1)  # some programs write the same day twice
    if "DURATION" in event:
        length = _value(_first(event, "DURATION"))
        if not isinstance(length, timedelta) or length < timedelta(days=1) or length % timedelta(days=1):
            raise _Unfit(gettext_noop("It does not last whole days."))
        return _after(first, length)
    return first


def _after(first: date, length: timedelta) -> date:
    try:
        return first + length - timedelta(days=1)
    except OverflowError:
        return date.max


def _day(found: Any) -> date:
    day = _value(found)
    if isinstance(day, datetime) or found.params.get("VALUE") == "DATE-TIME":
        raise _Unfit(gettext_noop("It has a time of day; only whole days are imported."))
    if not isinstance(day, date) or day.year not in YEARS:
        raise _Unfit(gettext_noop("Its date cannot be read."))
    return day


def _value(found: Any) -> Any:
    """What a property holds; None for one that `icalendar` could not read."""
    try:
        return found.dt
    except (ValueError, AttributeError):
        return None


def _is_every_year(rule: object, first: date) -> bool:
    """`FREQ=YEARLY`, for ever, on this very day."""
    if not isinstance(rule, Mapping):
        return False
    parts = {name.upper(): [str(value) for value in values] for name, values in rule.items()}
    return (
        parts.pop("FREQ", []) == ["YEARLY"]
        and parts.pop("INTERVAL", ["1"]) == ["1"]
        and parts.pop("BYMONTH", [str(first.month)]) == [str(first.month)]
        and parts.pop("BYMONTHDAY", [str(first.day)]) == [str(first.day)]
        and not parts.keys() - {"WKST"}
    )
