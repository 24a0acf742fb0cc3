"""The table urgency × impact as nine lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from catalog.models import Level
from servicedesk.tickets.models import Priority
from servicedesk.tickets.priority import USUAL, Cell


@dataclass(frozen=True)
class CellField:
    """One list of the table; `usual` is what the cell says unless somebody set it, `is_set` if they did."""

    field: BoundField
    impact: Promise | str
    usual: Priority
    is_set: bool


class PriorityTableForm(forms.Form):
    def __init__(self, data: Any = None, *, table: Mapping[Cell, Priority]) -> None:
        super().__init__(data, initial={_name(cell): int(priority) for cell, priority in table.items()})
        self.table = table
        for urgency, impact in USUAL:
            label = _("Urgency: %(urgency)s, impact: %(impact)s") % {
                "urgency": Level(urgency).label,
                "impact": Level(impact).label,
            }
            self.fields[_name((urgency, impact))] = forms.TypedChoiceField(
                label=label,
                choices=[(one.value, f"P{one.value} {one.label}") for one in Priority],
                coerce=_priority,
                widget=forms.Select(attrs={"aria-label": label}),
                error_messages={"invalid_choice": _("Choose a priority from the list.")},
            )

    def rows(self) -> Iterator[tuple[Promise | str, list[CellField]]]:
        """The urgencies from high to low, each with its cells by impact."""
        for urgency in Level:
            yield urgency.label, [self._cell(urgency, impact) for impact in Level]

    def wanted(self) -> dict[Cell, Priority]:
        """The table to be stored; call on a valid form."""
        return {cell: self.cleaned_data[_name(cell)] for cell in USUAL}

    def _cell(self, urgency: Level, impact: Level) -> CellField:
        cell = (urgency.value, impact.value)
        return CellField(self[_name(cell)], impact.label, USUAL[cell], self.table[cell] != USUAL[cell])


def _name(cell: Cell) -> str:
    return f"u{cell[0]}i{cell[1]}"


def _priority(text: str) -> Priority:
    return Priority(int(text))
