"""The closed days of a calendar as an iCalendar file (RFC 5545), for other programs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sla.hours import Hours

_OCTETS = 75  # a longer line is folded
_EOL = "\r\n"


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
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Service desk//Calendars//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_escaped(title)}")
    for one in stretches:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.first:%Y%m%d}-{key}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{one.first:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.last + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(one.name or usual_name)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(part + _EOL for line in lines for part in _folded(line)).encode()


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, no letter torn apart; each but the first begins with a space."""
    piece, size = "", 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > _OCTETS:
            yield piece
            piece, size = " ", 1
        piece += letter
        size += weight
    yield piece
