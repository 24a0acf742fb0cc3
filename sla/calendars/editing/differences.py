"""What differs between two definitions of a calendar. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sla.calendars.editing.exceptions import Definition, Entry, entries
from sla.engine.calendar_definition import WEEKDAYS

Lines = tuple[str, ...]
SINGLE_KEYS = ("tz", "country", "subdivision")


@dataclass(frozen=True)
class Differences:
    """`values` are by key of the definition, `week` by weekday, both before and after."""

    values: tuple[tuple[str, str, str], ...] = ()
    week: tuple[tuple[str, Lines, Lines], ...] = ()
    added: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()
    changed: tuple[tuple[Entry, Entry], ...] = ()

    def __bool__(self) -> bool:
        return any((self.values, self.week, self.added, self.removed, self.changed))


def between(before: Definition, after: Definition) -> Differences:
    """Compare what is written, not what it amounts to; both must be readable."""
    values = [(key, before.get(key) or "", after.get(key) or "") for key in SINGLE_KEYS]
    old_week, new_week = before.get("week", {}), after.get("week", {})
    week = [(name, tuple(old_week.get(name, ())), tuple(new_week.get(name, ()))) for name in WEEKDAYS]
    old, new = _by_key(before), _by_key(after)
    return Differences(
        values=tuple(one for one in values if one[1] != one[2]),
        week=tuple(one for one in week if one[1] != one[2]),
        added=tuple(entry for key, entry in new.items() if key not in old),
        removed=tuple(entry for key, entry in old.items() if key not in new),
        changed=tuple(
            (old[key], entry) for key, entry in new.items() if key in old and old[key].lines != entry.lines
        ),
    )


def _by_key(definition: Definition) -> dict[tuple[bool, str], Entry]:
    found = [*entries(definition, "days"), *entries(definition, "yearly")]
    return {(entry.is_yearly, entry.key): entry for entry in found}
