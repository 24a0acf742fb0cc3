"""Many days put into a calendar at once: what becomes of each, before anything is stored. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sla.calendars.editing import exceptions
from sla.calendars.editing.exceptions import Definition, Entry
from sla.calendars.editing.pasted_text import Fault, Line
from sla.engine.calendar_definition import LEAP_YEAR, gettext_noop

_WHOLE_YEAR = 365  # steps from the first to the last of 366 days


class Result(StrEnum):
    NEW = "new"
    KNOWN = "known"  # it says so already
    REPLACES = "replaces"  # other hours of the same days
    JOINS = "joins"  # a range with the same hours that it touches on


@dataclass(frozen=True)
class Added:
    """What becomes of a line. `former` is what it replaces or joins, `kept` are days in a range with hours
    of their own, which stay."""

    line: Line
    result: Result
    former: Entry | None = None
    kept: tuple[Entry, ...] = ()


def add(definition: Definition, lines: Iterable[Line]) -> tuple[dict[str, Any], list[Added], list[Fault]]:
    """Put the lines in, one after another; the definition holds those without a fault."""
    found, added, faults = dict(definition), list[Added](), list[Fault]()
    said: dict[tuple[bool, str], Line] = {}
    for line in lines:
        entry = line.entry
        earlier = said.setdefault((entry.is_yearly, entry.key), line)
        if earlier.entry.lines != entry.lines:
            message = gettext_noop("Line %(number)s contradicts this line.")
            faults.append(Fault(line.number, entry.key, message, {"number": earlier.number}))
        elif exceptions.count(found) >= exceptions.MOST_DAYS:
            message = gettext_noop("A calendar has at most %(most)s exceptions.")
            faults.append(Fault(line.number, entry.key, message, {"most": exceptions.MOST_DAYS}))
            break
        elif other := _contradiction(found, entry):
            message = gettext_noop("It overlaps “%(days)s”, which has other hours.")
            faults.append(Fault(line.number, entry.key, message, {"days": other.key}))
        else:
            found, one = _added(found, line)
            added.append(one)
    return found, added, faults


def _contradiction(definition: Definition, entry: Entry) -> Entry | None:
    """Another range with other hours for some of the same days; single days go before ranges."""
    if not entry.is_range:
        return None
    others = (other for other in _ranges(definition, entry) if other.lines != entry.lines)
    return next((other for other in others if other.key != entry.key and _overlap(entry, other)), None)


def _added(definition: Definition, line: Line) -> tuple[dict[str, Any], Added]:
    entry = line.entry
    lines = definition.get(entry.section, {}).get(entry.key)
    if lines is not None:
        before = replace(entry, lines=tuple(lines))
        result = Result.KNOWN if before == entry else Result.REPLACES
        return exceptions.put(definition, entry), Added(line, result, before, _kept(definition, entry))
    same = [other for other in _ranges(definition, entry) if other.lines == entry.lines]
    if holder := next((other for other in same if holds(other, entry)), None):
        return dict(definition), Added(line, Result.KNOWN, holder, _kept(definition, entry))
    if not entry.is_range:
        return exceptions.put(definition, entry), Added(line, Result.NEW)
    touching = [other for other in same if _overlap(entry, other)]
    joined = entry
    for other in touching:
        joined = _joined(joined, other)
    bare = exceptions.without(definition, entry.section, [other.key for other in touching])
    result = Result.JOINS if touching else Result.NEW
    former = touching[0] if touching else None
    return exceptions.put(bare, joined), Added(line, result, former, _kept(definition, entry))


def _ranges(definition: Definition, entry: Entry) -> list[Entry]:
    return [other for other in exceptions.entries(definition, entry.section) if other.is_range]


def _kept(definition: Definition, entry: Entry) -> tuple[Entry, ...]:
    if not entry.is_range:
        return ()
    singles = (other for other in exceptions.entries(definition, entry.section) if not other.is_range)
    return tuple(one for one in singles if entry.covers(one.first) and one.lines != entry.lines)


def _overlap(one: Entry, other: Entry) -> bool:
    return any((one.covers(other.first), one.covers(other.last), other.covers(one.first)))


def holds(outer: Entry, inner: Entry) -> bool:
    """Is every day of `inner` one of `outer`'s?"""
    if not (outer.covers(inner.first) and outer.covers(inner.last)):
        return False
    if not inner.is_yearly or _round(outer) == _WHOLE_YEAR:
        return True
    return _round(outer) >= _steps(outer.first, inner.first) + _round(inner)


def _joined(one: Entry, other: Entry) -> Entry:
    """Both ranges as one; they overlap."""
    begins, ends = other.covers(one.first), other.covers(one.last)
    if begins and ends and not holds(other, one):  # each fills the other's gap: the whole year
        return replace(one, last=_day_before(one.first))
    return replace(one, first=other.first if begins else one.first, last=other.last if ends else one.last)


def _day_before(day: date) -> date:
    return (day - timedelta(days=1)).replace(year=LEAP_YEAR)


def _round(entry: Entry) -> int:
    return _steps(entry.first, entry.last)


def _steps(first: date, last: date) -> int:
    """Days from one day of the year to the other, over New Year if need be."""
    return (last - first).days % 366
