"""Which row of the matrix holds for a ticket (R9). Pure.

The most specific row wins: one that names the service before one that names the type, that before one
that names the priority; then the smallest rank, then the older row. Nothing matches: None, and no clock.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Protocol, TypeVar

ANY_KIND = "*"


class Row(Protocol):
    """A row of a matrix; an empty service or priority and the type `*` stand for any."""

    @property
    def kind(self) -> str: ...
    @property
    def priority(self) -> int | None: ...
    @property
    def service_id(self) -> Hashable: ...
    @property
    def rank(self) -> int: ...
    @property
    def pk(self) -> int: ...


R = TypeVar("R", bound=Row)


def choose(rows: Iterable[R], *, kind: str, priority: int, service_id: Hashable) -> R | None:
    """Return the row for these facts of a ticket; the same one whatever the order of `rows`."""
    matching = [
        row
        for row in rows
        if row.kind in (ANY_KIND, kind)
        and row.priority in (None, priority)
        and row.service_id in (None, service_id)
    ]
    return min(matching, key=_strength, default=None)


def _strength(row: Row) -> tuple[bool, bool, bool, int, int]:
    return row.service_id is None, row.kind == ANY_KIND, row.priority is None, row.rank, row.pk
