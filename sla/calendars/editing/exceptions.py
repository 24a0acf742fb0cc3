"""The lines of a definition about days of their own: read, added, taken out, switched. Pure.

A definition is never changed in place; every function returns a new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sla.engine.calendar_definition import LEAP_YEAR, WEEKDAYS, Spans, parse

Definition = Mapping[str, Any]
_USUAL_HOURS = ("09:00-18:00",)
MOST_DAYS = 2000


@dataclass(frozen=True)
class Entry:
    """One line: these days have these hours, none when closed.

    Days of every year are dated in 2000; such a range may run over New Year, so that `last < first`.
    """

    first: date
    last: date
    lines: tuple[str, ...] = ()
    is_yearly: bool = False

    @property
    def key(self) -> str:
        """As the definition names the days."""
        begin, end = (self._named(day) for day in (self.first, self.last))
        return begin if begin == end else f"{begin}..{end}"

    @property
    def is_range(self) -> bool:
        return self.first != self.last

    @property
    def section(self) -> str:
        return "yearly" if self.is_yearly else "days"

    def covers(self, day: date) -> bool:
        """Is `day` one of these days? For days of every year its year does not matter."""
        if not self.is_yearly:
            return self.first <= day <= self.last
        day = day.replace(year=LEAP_YEAR)
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last

    def _named(self, day: date) -> str:
        return day.isoformat()[5:] if self.is_yearly else day.isoformat()


def entry_of(section: str, key: str, lines: Iterable[str]) -> Entry:
    """The line `key` of `days` or `yearly`.

    Raises:
        ValueError: the key names no days.
    """
    first, _, last = key.partition("..")
    start, end = (f"{LEAP_YEAR}-{text}" if section == "yearly" else text for text in (first, last or first))
    return Entry(date.fromisoformat(start), date.fromisoformat(end), tuple(lines), section == "yearly")


def entries(definition: Definition, section: str) -> list[Entry]:
    """All lines of a section (`days` or `yearly`) by date."""
    found = [entry_of(section, key, lines) for key, lines in definition.get(section, {}).items()]
    return sorted(found, key=lambda entry: (entry.first, entry.last))


def put(definition: Definition, entry: Entry) -> dict[str, Any]:
    """With this line, in place of one for the same days."""
    section = {**definition.get(entry.section, {}), entry.key: list(entry.lines)}
    return {**definition, entry.section: section}


def without(definition: Definition, section: str, keys: Iterable[str]) -> dict[str, Any]:
    """Without these lines; a section with none left is left out."""
    gone = set(keys)
    rest = {key: lines for key, lines in definition.get(section, {}).items() if key not in gone}
    others = {name: value for name, value in definition.items() if name != section}
    return others | {section: rest} if rest else others


def toggled(definition: Definition, day: date) -> dict[str, Any]:
    """A day on which somebody works closed, a closed day opened with as little as it takes.

    Without its own line it is again what the rest says; where that is not enough it gets one.

    Raises:
        CalendarError: the definition is wrong.
    """
    was_open = bool(parse(definition).on(day))
    bare = without(definition, "days", [day.isoformat()])
    if bool(parse(bare).on(day)) is not was_open:
        return bare
    return put(bare, Entry(day, day, () if was_open else usual_lines(definition, day)))


def usual_lines(definition: Definition, day: date) -> tuple[str, ...]:
    """The hours of its weekday; on a day off those of the commonest working day."""
    week = definition.get("week", {})
    if lines := tuple(week.get(WEEKDAYS[day.weekday()], ())):
        return lines
    common = Counter(tuple(lines) for lines in week.values() if lines).most_common(1)
    return common[0][0] if common else _USUAL_HOURS


def source_of(definition: Definition, day: date) -> Entry | None:
    """The line that decides about a day: its own, a range, a yearly day, a yearly range; None for none."""
    for section in ("days", "yearly"):
        found = [entry for entry in entries(definition, section) if entry.covers(day)]
        if found:
            return min(found, key=lambda entry: entry.is_range)
    return None


def length(spans: Spans) -> timedelta:
    return timedelta(seconds=sum(closes - opens for opens, closes in spans))


def count(definition: Definition) -> int:
    """How many lines there are."""
    return len(definition.get("days", {})) + len(definition.get("yearly", {}))
