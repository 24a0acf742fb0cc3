"""What differs between two states of a grid. Pure.

Rows are the same row when type, service and rank agree; their place in the list does not matter.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import Any

from sla.policies.matrix.grid import KINDS, OPTIONS
from sla.policies.matrix.inheritance import COLUMNS, TARGETS, Lineage, Row, Rows, key, text_at

Identity = tuple[Any, ...]
_FIELDS = tuple(product(COLUMNS, TARGETS))
_DIGEST = "options"  # of a row that came out of a stamp


@dataclass(frozen=True)
class TextChange:
    """One field: `before` and `after` are its own texts, "" for inherited."""

    row: Row
    column: str
    target: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    texts: tuple[TextChange, ...]
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    options: tuple[Row, ...]

    def __bool__(self) -> bool:
        return bool(self.texts or self.added or self.removed or self.options)


def identified(rows: Rows) -> dict[Identity, int]:
    """The number of each row by what it is; a second one of the same gets a suffix."""
    times: Counter[Identity] = Counter()
    found: dict[Identity, int] = {}
    for number, row in enumerate(rows):
        same = key(row)
        found[*same, times[same]] = number
        times[same] += 1
    return found


def between(before: Rows, after: Rows) -> Differences:
    old, new = identified(before), identified(after)
    kept = [same for same in new if same in old]
    empty: Row = {"cells": {}}
    texts = [
        change
        for same, number in new.items()
        for change in _texts(before[old[same]] if same in old else empty, after[number])
    ]
    return Differences(
        texts=tuple(texts),
        added=tuple(after[number] for same, number in new.items() if same not in old),
        removed=tuple(before[number] for same, number in old.items() if same not in new),
        options=tuple(
            after[new[same]] for same in kept if _options(before[old[same]]) != _options(after[new[same]])
        ),
    )


def _texts(before: Row, after: Row) -> list[TextChange]:
    pairs = [(place, text_at([before], (0, *place)), text_at([after], (0, *place))) for place in _FIELDS]
    return [TextChange(after, *place, old, new) for place, old, new in pairs if old != new]


def _options(row: Row) -> str:
    """A short mark that differs when an option does."""
    if _DIGEST in row:
        return str(row[_DIGEST])
    values = [sorted(row[name]) if name == "pause_in" else row[name] for name in OPTIONS]
    return f"{zlib.crc32(json.dumps(values).encode()):x}"


class Base:
    """What holds in the version that a draft began from, asked by the rows of the draft."""

    def __init__(self, before: Rows, after: Rows) -> None:
        self._lineage = Lineage(before)
        old = identified(before)
        self._numbers = {number: old.get(same) for same, number in identified(after).items()}

    def knows(self, number: int) -> bool:
        return self._numbers.get(number) is not None

    def own(self, number: int, column: str, target: str) -> str:
        old = self._numbers.get(number)
        return "" if old is None else text_at(self._lineage.rows, (old, column, target))

    def effective(self, number: int, column: str, target: str) -> str:
        old = self._numbers.get(number)
        return "" if old is None else self._lineage.effective((old, column, target))


def stamp(rows: Rows) -> str:
    """The rows in short, for a page to carry: it tells later what others changed since."""
    short = [
        [*same, _options(rows[number]), *(text_at(rows, (number, *place)) for place in _FIELDS)]
        for same, number in identified(rows).items()
    ]
    return json.dumps(short, ensure_ascii=False, separators=(",", ":"))


def unstamped(text: str) -> list[Row]:
    """The rows of a stamp, enough of them for `between`; none if it is no stamp of ours."""
    try:
        return [_unfolded(*line) for line in json.loads(text)]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def _unfolded(kind: str, service: int | None, rank: int, _time: int, options: str, *texts: str) -> Row:
    if kind not in KINDS or not isinstance(service, int | None) or not isinstance(rank, int):
        raise ValueError
    cells: dict[str, dict[str, str]] = {}
    for (column, target), own in zip(_FIELDS, texts, strict=True):
        cells.setdefault(column, {})[target] = str(own)
    return {"kind": kind, "service": service, "rank": rank, _DIGEST: str(options), "cells": cells}
