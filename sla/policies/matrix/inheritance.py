"""Which row a value of the matrix comes from. Pure.

An empty field takes the value of the next less specific row that has one, in the order in which rows are
selected (R9): service, then type, then priority, then rank.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from sla.engine.selection import ANY_KIND
from sla.policies.matrix import target_text

ANY_PRIORITY = "*"
PRIORITIES = ("1", "2", "3", "4")
COLUMNS = (*PRIORITIES, ANY_PRIORITY)
TARGETS = ("first_response", "next_response", "resolution")

Row = dict[str, Any]
Rows = Sequence[Row]
Place = tuple[int, str, str]
"""Number of the row, column, target."""


def text_at(rows: Rows, place: Place) -> str:
    """What is written there; "" for nothing."""
    row, column, target = place
    return str(rows[row]["cells"].get(column, {}).get(target, ""))


def fills(row: Mapping[str, Any], column: str) -> bool:
    """Does the row say anything of its own in this column?"""
    return any(not target_text.is_inherited(text) for text in row["cells"].get(column, {}).values())


def is_bare(row: Mapping[str, Any]) -> bool:
    """Nothing of its own at all."""
    return not any(fills(row, column) for column in COLUMNS)


def key(row: Mapping[str, Any]) -> tuple[str, int | None, int]:
    """What two rows of a matrix must not share."""
    return row["kind"], row["service"], row["rank"]


class Lineage:
    """Answers for one state of the rows; make a new one after a change."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._by_pattern: dict[tuple[Any, str], list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            self._by_pattern[row["service"], row["kind"]].append(number)
        for numbers in self._by_pattern.values():
            numbers.sort(key=lambda number: (rows[number]["rank"], number))

    def source(self, place: Place) -> Place | None:
        """Where the value of an empty field comes from; None: from nowhere."""
        target = place[2]
        for row, column in self._less_specific(place[0], place[1]):
            if not target_text.is_inherited(text_at(self.rows, (row, column, target))):
                return row, column, target
        return None

    def inherited(self, place: Place) -> str:
        """The text that an empty field stands for; "" for none."""
        source = self.source(place)
        return text_at(self.rows, source) if source else ""

    def effective(self, place: Place) -> str:
        """What holds there: the field's own text or the inherited one."""
        own = text_at(self.rows, place)
        return self.inherited(place) if target_text.is_inherited(own) else own

    def all_inherited(self) -> dict[Place, str]:
        return {place: self.inherited(place) for place in places(self.rows)}

    def _less_specific(self, number: int, column: str) -> Iterator[tuple[int, str]]:
        """Rows that hold wherever this one does, the next less specific first."""
        row = self.rows[number]
        services = (row["service"], None) if row["service"] is not None else (None,)
        kinds = (row["kind"], ANY_KIND) if row["kind"] != ANY_KIND else (ANY_KIND,)
        columns = (column, ANY_PRIORITY) if column != ANY_PRIORITY else (ANY_PRIORITY,)
        for service, kind, one in product(services, kinds, columns):
            others = self._by_pattern.get((service, kind), [])
            if (service, kind, one) == (row["service"], row["kind"], column):
                others = others[others.index(number) + 1 :]
            yield from ((other, one) for other in others)


def places(rows: Rows) -> Iterator[Place]:
    yield from product(range(len(rows)), COLUMNS, TARGETS)
