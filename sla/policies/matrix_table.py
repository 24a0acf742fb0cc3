"""The matrix as its page shows it: groups of rows, cells of three fields, and what each says of itself.

A field is named by what its row is, not by its place, so that another person's new row moves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sla.engine.selection import ANY_KIND
from sla.policies import wording
from sla.policies.matrix import target_text
from sla.policies.matrix.differences import Base, Identity, identified
from sla.policies.matrix.grid import KINDS, CellError
from sla.policies.matrix.inheritance import (
    ANY_PRIORITY,
    COLUMNS,
    PRIORITIES,
    TARGETS,
    Lineage,
    Place,
    Row,
    Rows,
    fills,
    is_bare,
    text_at,
)
from sla.policies.wording import Names


@dataclass(frozen=True)
class Field:
    """`text` is what stands in it, `saved` what is stored, `inherited` what an empty one means.

    `was` is the text that Esc puts back, None if nothing changed; `before` what it meant. `error` is what
    is wrong, and what to write instead.
    """

    id: str
    name: str
    label: str
    text: str
    saved: str
    inherited: str
    was: str | None
    before: str
    error: tuple[str, str] | None

    @property
    def shown(self) -> str:
        """What holds there, for reading only."""
        return self.text or self.inherited or target_text.NO_CLOCK

    @property
    def is_own(self) -> bool:
        return bool(self.text)

    @property
    def is_unsaved(self) -> bool:
        return self.text != self.saved

    @property
    def is_changed(self) -> bool:
        return self.was is not None


@dataclass(frozen=True)
class Cell:
    id: str
    column: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class TableRow:
    number: int
    slug: str
    name: str
    note: str
    calendar: str
    is_own: bool
    is_new: bool
    error: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    kind: str
    name: str
    icon: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class Column:
    key: str
    name: str


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    captions: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.columns) + 2


class Drawing:
    """Puts a table together. `base` is the version the draft began from, `typed` what is not stored."""

    def __init__(
        self,
        rows: Rows,
        names: Names,
        *,
        base: Rows | None = None,
        typed: Mapping[Place, str] | None = None,
        errors: Collection[CellError] = (),
    ) -> None:
        self.rows, self.names = rows, names
        self._typed = typed or {}
        self._lineage = Lineage(rows)
        self._base = Base(base, rows) if base is not None else None
        self._slugs = slugs(rows)
        self._errors = {(one.row, one.column, one.target): one.sentence for one in errors}
        self._errors |= {place: target_text.fault(text) for place, text in self._typed.items()}
        self._errors = {place: sentence for place, sentence in self._errors.items() if sentence}
        used = any(fills(row, ANY_PRIORITY) for row in [*rows, *(base or ())])
        self.columns = COLUMNS if used else PRIORITIES

    def table(self) -> Table:
        return Table(
            columns=tuple(Column(column, wording.column_name(column)) for column in self.columns),
            groups=tuple(group for kind in KINDS if (group := self._group(kind)).rows),
            captions=tuple(str(caption) for caption in wording.CAPTIONS.values()),
        )

    def first_error(self) -> str:
        """Where a reader is sent: the id of the first wrong field, or of the first wrong row."""
        for number, column, target in sorted(self._errors):
            slug = self._slugs[number]
            return f"f-{slug}-{_tag(column)}-{target}" if target else f"r-{slug}"
        return ""

    def _group(self, kind: str) -> Group:
        numbers = [number for number, row in enumerate(self.rows) if row["kind"] == kind]
        rows = tuple(self._row(number, is_alone=len(numbers) == 1) for number in numbers)
        return Group(kind, wording.kind_name(kind), wording.KIND_ICONS[kind], rows)

    def _row(self, number: int, *, is_alone: bool) -> TableRow:
        row, slug = self.rows[number], self._slugs[number]
        calendar = self.names.calendar(row["calendar"])
        return TableRow(
            number=number,
            slug=slug,
            name=self.names.service(row["service"]),
            note=wording.row_note(row, is_alone=is_alone, calendar=calendar),
            calendar=calendar,
            is_own=not is_bare(row),
            is_new=self._base is not None and not self._base.knows(number),
            error=self._errors.get((number, "", ""), ""),
            cells=tuple(self.cell(number, column) for column in self.columns),
        )

    def cell(self, number: int, column: str) -> Cell:
        fields = tuple(self._field((number, column, target)) for target in TARGETS)
        return Cell(f"{self._slugs[number]}-{_tag(column)}", column, fields)

    def _field(self, place: Place) -> Field:
        number, column, target = place
        saved = text_at(self.rows, place)
        was = self._base.own(*place) if self._base else saved
        name = f"{self._slugs[number]}-{_tag(column)}-{target}"
        label = _("%(row)s, %(column)s, %(promise)s") % {
            "row": self.names.service(self.rows[number]["service"]),
            "column": wording.column_name(column),
            "promise": wording.TARGETS[target],
        }
        return Field(
            id=f"f-{name}",
            name=name,
            label=label,
            text=self._typed.get(place, saved),
            saved=saved,
            inherited=self._lineage.inherited(place),
            was=None if was == saved else was,
            before=self._base.effective(*place) if self._base else "",
            error=_in_two(self._errors[place]) if place in self._errors else None,
        )


def slugs(rows: Rows) -> dict[int, str]:
    """How a page names each row: `incident-7-0-0`."""
    return {number: _slug(same) for same, number in identified(rows).items()}


def places(rows: Rows) -> dict[str, Place]:
    """The fields of these rows by their names on the page."""
    return {
        f"{slug}-{_tag(column)}-{target}": (number, column, target)
        for number, slug in slugs(rows).items()
        for column in COLUMNS
        for target in TARGETS
    }


def written(rows: Rows, place: Place, text: str) -> list[Row]:
    """The rows with another text at one place; the given ones stay as they are."""
    number, column, target = place
    row = rows[number]
    cell = row["cells"].get(column, {}) | {target: target_text.neat(text)}
    changed = row | {"cells": row["cells"] | {column: cell}}
    return [changed if place_ == number else other for place_, other in enumerate(rows)]


def _in_two(sentences: str) -> tuple[str, str]:
    """The first sentence, and the rest."""
    first, stop, rest = sentences.partition(". ")
    return f"{first}{stop.strip()}", rest


def _slug(same: Identity) -> str:
    kind, service, rank, time = same
    return f"{'any' if kind == ANY_KIND else kind}-{service or 'all'}-{rank}-{time}"


def _tag(column: str) -> str:
    return "any" if column == ANY_PRIORITY else column
