"""The matrix as people edit it, and the rows of a version that come out of it.

A grid is a list of rows in the order shown, each for a type and a service (the columns are priorities):

    {"kind": "incident", "service": 7, "calendar": null, "rank": 0, "at_risk_percent": 80,
     "pause_in": ["waiting_client"], "retarget": "keep", "reopen": "continue",
     "cells": {"1": {"first_response": "15m", "next_response": "", "resolution": "1d 4h"}, "*": {…}}}

`kind` may be "*", `service` and `calendar` null (any; the contract's). Texts: see
`sla.policies.matrix.target_text`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Kind
from sla.engine.selection import ANY_KIND, choose
from sla.models import PolicyCell, PolicyVersion
from sla.models.policies import default_pauses
from sla.policies.matrix import target_text
from sla.policies.matrix.inheritance import (
    ANY_PRIORITY,
    COLUMNS,
    TARGETS,
    Lineage,
    Row,
    Rows,
    fills,
    is_bare,
    key,
    text_at,
)
from sla.policies.matrix.target_text import Amount

KINDS = (ANY_KIND, *Kind.values)
OPTIONS = ("calendar", "at_risk_percent", "pause_in", "retarget", "reopen")
MOST_ROWS = 200


@dataclass(frozen=True)
class CellError:
    """`row` is the number of the row from 0; without `column` and `target` the whole row is meant."""

    row: int
    sentence: str
    column: str = ""
    target: str = ""


def blank_row(kind: str, service: int | None = None, **options: Any) -> Row:
    """A row that says nothing of its own, with the usual options."""
    usual = {"calendar": None, "rank": 0, "at_risk_percent": 80, "pause_in": default_pauses()}
    rules = {"retarget": PolicyCell.Retarget.KEEP.value, "reopen": PolicyCell.Reopen.CONTINUE.value}
    return {"kind": kind, "service": service, **usual, **rules, **options, "cells": {}}


def fresh_rows() -> list[Row]:
    """What a new policy begins with: all services, type by type."""
    return [blank_row(kind) for kind in Kind.values]


def ordered(rows: Iterable[Row]) -> list[Row]:
    """In the order shown: by type, in each type all services first; else as they were."""
    return sorted(rows, key=lambda row: (KINDS.index(row["kind"]), row["service"] is not None))


def rows_of(version: PolicyVersion) -> list[Row]:
    """The grid of a published version: one statement, or none if its cells are prefetched."""
    rows: dict[tuple[Any, ...], Row] = {}
    for cell in sorted(version.cells.all(), key=lambda cell: cell.pk):
        column = str(cell.priority or ANY_PRIORITY)
        options = _options(cell)
        same: tuple[Any, ...] = (cell.kind, cell.service_id, cell.rank, str(options))
        while same in rows and column in rows[same]["cells"]:
            same = (*same, "again")
        if same not in rows:
            rows[same] = blank_row(cell.kind, cell.service_id, rank=cell.rank, **options)
        rows[same]["cells"][column] = {target: _text(cell, target) for target in TARGETS}
    return ordered(rows.values())


def build_cells(
    rows: Rows,
    services: Collection[int] | None = None,
    calendars: Collection[int] | None = None,
    unfit: Mapping[int, str] | None = None,
) -> tuple[list[PolicyCell], list[CellError]]:
    """Return the rows of the next version, unsaved, with inherited targets filled in; or what is wrong.

    `services` and `calendars` are the keys that exist, if that shall be looked at; `unfit` are calendars that
    no row may name, and why: see `matrix.calendars`.
    """
    found = errors(rows, services, calendars, unfit)
    return ([], found) if found else (_built(rows), [])


def errors(
    rows: Rows,
    services: Collection[int] | None = None,
    calendars: Collection[int] | None = None,
    unfit: Mapping[int, str] | None = None,
) -> list[CellError]:
    """What keeps these rows from being published; see `build_cells`."""
    return [*_row_errors(rows, services, calendars), *_unfit(rows, unfit or {}), *text_errors(rows)]


def as_fields(cell: PolicyCell) -> dict[str, Any]:
    """The row as `presets.publish_policy` takes it."""
    names = ("kind", "priority", "service_id", "rank", *_TERMS, "inherited")
    return {name: getattr(cell, name) for name in names}


def text_errors(rows: Rows) -> list[CellError]:
    """Every field that holds neither a duration nor a dash."""
    found = []
    for number, row in enumerate(rows):
        for column, cell in row["cells"].items():
            for target, text in cell.items():
                if sentence := target_text.fault(text):
                    found.append(CellError(number, sentence, column, target))
    return found


def _row_errors(
    rows: Rows, services: Collection[int] | None, calendars: Collection[int] | None
) -> list[CellError]:
    found = [CellError(number, twin) for number, row in enumerate(rows) if (twin := _twin(rows, number, row))]
    for number, row in enumerate(rows):
        if services is not None and row["service"] is not None and row["service"] not in services:
            found.append(CellError(number, _("This service does not exist any more. Remove the row.")))
        if calendars is not None and row["calendar"] is not None and row["calendar"] not in calendars:
            found.append(CellError(number, _("This calendar does not exist any more. Choose another.")))
    return found


def _unfit(rows: Rows, unfit: Mapping[int, str]) -> list[CellError]:
    named = ((number, row["calendar"]) for number, row in enumerate(rows))
    return [CellError(number, unfit[calendar]) for number, calendar in named if calendar in unfit]


def _twin(rows: Rows, number: int, row: Row) -> str:
    """A sentence if an earlier row is for the very same tickets."""
    for other in rows[:number]:
        is_same = key(other) == key(row)
        both = [column for column in COLUMNS if fills(other, column) and fills(row, column)]
        if is_same and (both or is_bare(other) or is_bare(row)):
            return _("There are two rows for this type, service and rank. Change a rank, or remove one.")
    return ""


def _built(rows: Rows) -> list[PolicyCell]:
    """Made from the weakest to the strongest, so that each can be compared with what it would replace."""
    lineage, times = Lineage(rows), Counter(key(row) for row in rows)
    places = [(number, column) for number in range(len(rows)) for column in COLUMNS]
    made: dict[tuple[int, str], PolicyCell] = {}
    below: dict[int | None, list[PolicyCell]] = defaultdict(list)
    for number, column in sorted(places, key=lambda place: _weakness(rows, *place)):
        row = rows[number]
        cell = _cell(lineage, number, column)
        is_needed = fills(row, column) or (
            times[key(row)] == 1 and _stands_alone(cell, row, [*below[None], *below[row["service"]]])
        )
        if is_needed:
            made[number, column] = cell
            below[row["service"]].append(cell)
    return [made[place] for place in places if place in made]


def _weakness(rows: Rows, number: int, column: str) -> tuple[bool, bool, bool, int, int]:
    row = rows[number]
    named = row["service"] is not None, row["kind"] != ANY_KIND, column != ANY_PRIORITY
    return *named, -row["rank"], -number


def _stands_alone(cell: PolicyCell, row: Row, below: list[PolicyCell]) -> bool:
    """An empty cell is written only where the row's options make it differ, or to keep an empty row."""
    if cell.priority is None or all(getattr(cell, target) is None for target in TARGETS):
        return False
    kinds = Kind.values if cell.kind == ANY_KIND else [cell.kind]
    instead = (choose(below, kind=kind, priority=cell.priority, service_id=cell.service_id) for kind in kinds)
    return is_bare(row) or any(other is None or _terms(other) != _terms(cell) for other in instead)


_TERMS = (*TARGETS, "days", "calendar_id", "at_risk_percent", "pause_in", "retarget", "reopen")


def _terms(cell: PolicyCell) -> list[Any]:
    values = [getattr(cell, name) for name in _TERMS]
    return [sorted(value) if isinstance(value, list) else value for value in values]


def _cell(lineage: Lineage, number: int, column: str) -> PolicyCell:
    row = lineage.rows[number]
    amounts_by_target = {target: _amount(lineage.effective((number, column, target))) for target in TARGETS}
    kept = {target: amount for target, amount in amounts_by_target.items() if amount}
    own = [text_at(lineage.rows, (number, column, target)) for target in TARGETS]
    return PolicyCell(
        kind=row["kind"],
        service_id=row["service"],
        priority=None if column == ANY_PRIORITY else int(column),
        rank=row["rank"],
        calendar_id=row["calendar"],
        at_risk_percent=row["at_risk_percent"],
        pause_in=list(row["pause_in"]),
        retarget=row["retarget"],
        reopen=row["reopen"],
        days={target: amount.kept_days for target, amount in kept.items() if amount.needs_start},
        inherited=[name for name, text in zip(TARGETS, own, strict=True) if target_text.is_inherited(text)],
        **{target: amount.rest for target, amount in kept.items()},
    )


def _amount(text: str) -> Amount | None:
    return None if target_text.is_inherited(text) else target_text.read(text)


def _options(cell: PolicyCell) -> dict[str, Any]:
    return {
        "calendar": cell.calendar_id,
        "at_risk_percent": cell.at_risk_percent,
        "pause_in": sorted(cell.pause_in),
        "retarget": cell.retarget,
        "reopen": cell.reopen,
    }


def _text(cell: PolicyCell, target: str) -> str:
    if target in (cell.inherited or ()):
        return ""
    promised = cell.target_of(target)
    return target_text.NO_CLOCK if promised is None else str(promised)
