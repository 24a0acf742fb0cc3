"""The closed days of a calendar as an iCalendar file (RFC 5545), for other programs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sla.engine.calendar_definition import Hours

PRODUCT = "-//Service desk//Calendars//EN"


@dataclass(frozen=True)
class Stretch:
    """Days in a row that are closed for one reason; `name` is that of a public holiday."""

    first: date
    last: date
    name: str


def closed(hours: Hours, names: Mapping[int, str], years: Iterable[int]) -> list[Stretch]:
    """Days without hours on which, by their weekday, somebody would work; and all named ones.

    `names` are of public holidays, by ordinal.
    """
    found: list[Stretch] = []
    for year in sorted(years):
        first, after = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        for ordinal, spans in sorted(hours.exceptions(first, after).items()):
            day, name = date.fromordinal(ordinal), names.get(ordinal, "")
            if spans or not (name or hours.week[day.weekday()]):
                continue
            if found and found[-1].name == name and found[-1].last == day - timedelta(days=1):
                found[-1] = Stretch(found[-1].first, day, name)
            else:
                found.append(Stretch(day, day, name))
    return found


def write(title: str, stretches: Iterable[Stretch], *, key: str, usual_name: str, at: datetime) -> bytes:
    """The file.

    Args:
        title: name of the calendar.
        stretches: events, one each.
        key: makes the events' identities differ from those of other calendars.
        usual_name: for days without a name.
        at: when the calendar was changed last.
    """
    from icalendar import Calendar, Event, vText  # heavy, and wanted by nobody but this page

    file = Calendar()
    file.add("VERSION", "2.0")
    file.add("PRODID", PRODUCT)
    file.add("CALSCALE", "GREGORIAN")
    file.add("X-WR-CALNAME", vText(" ".join(title.split())))
    for one in stretches:
        event = Event()
        event.add("UID", f"{one.first:%Y%m%d}-{key}")
        event.add("DTSTAMP", at.astimezone(UTC))
        event.add("DTSTART", one.first)
        event.add("DTEND", one.last + timedelta(days=1))
        event.add("SUMMARY", one.name or usual_name)
        event.add("TRANSP", "TRANSPARENT")
        file.add_component(event)
    return bytes(file.to_ical())
