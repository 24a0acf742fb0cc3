"""An uploaded .xlsx file read into rows of a grid, with the place of everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.lib.workbook import Written
from sla.policies.excel import cells, layout
from sla.policies.excel.layout import (
    CALENDAR,
    NOTES,
    OPTION_COLUMNS,
    RANK,
    REOPEN,
    RETARGET,
    RISK,
    SERVICE,
    Vocabulary,
)
from sla.policies.excel.limits import MOST_LINES, Sheet, opened
from sla.policies.matrix import grid, target_text
from sla.policies.matrix.inheritance import ANY_PRIORITY, Row, key

_USUAL_IF_EMPTY = {RISK, RETARGET, REOPEN, RANK}


@dataclass(frozen=True)
class Problem:
    """`place` is the address in the sheet, such as D7; "" when the sheet as a whole is meant."""

    sheet: str
    place: str
    text: str
    reason: str


@dataclass
class Reading:
    """`rows` are of use only if there are no `problems`."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(content: bytes, vocabulary: Vocabulary) -> Reading:
    """Read every sheet; go on after a fault, so that all of them are named at once.

    Raises:
        NotAMatrix: the file cannot be read at all; `str(error)` is a sentence for people.
    """
    reading = Reading()
    seen: set[str] = set()
    for sheet in opened(content):
        kind = layout.keys_of_sheets().get(sheet.title.strip().lower())
        if kind == NOTES:
            continue
        if kind is None:
            reading.problems.append(Problem(sheet.title, "", "", _("There is no type of this name.")))
        elif kind in seen:
            reading.problems.append(Problem(sheet.title, "", "", _("Another sheet is for this type.")))
        else:
            _SheetReader(sheet, kind, vocabulary, reading).run()
        seen.add(kind or "")
    if not seen - {""} and not reading.problems:
        reading.problems.append(Problem("", "", "", _("The file has no sheet for a type of ticket.")))
    if len(reading.rows) > grid.MOST_ROWS:
        sentence = _("A matrix has at most %(most)s rows.") % {"most": grid.MOST_ROWS}
        reading.problems.append(Problem("", "", str(len(reading.rows)), sentence))
    reading.rows = grid.ordered(reading.rows)
    return reading


class _SheetReader:
    def __init__(self, sheet: Sheet, kind: str, vocabulary: Vocabulary, reading: Reading) -> None:
        self.sheet, self.kind, self.reading = sheet, kind, reading
        self.services = vocabulary.keys_of_services()
        self.calendars, self.unfit = vocabulary.keys_of_calendars(), vocabulary.unfit
        self.places: dict[str, str] = {}  # column of the matrix → letter in the sheet

    def run(self) -> None:
        head, *lines = self.sheet.lines or [{}]
        self._read_head(head)
        if SERVICE not in self.places:
            return
        if self.sheet.is_cut:
            self._wrong("", "", _("A sheet has at most %(most)s lines.") % {"most": MOST_LINES})
        keys = {key(row) for row in self.reading.rows}
        for number, line in enumerate(lines, 2):
            if any(written.text for written in line.values()):
                self._read_line(number, line, keys)

    def _read_head(self, head: Mapping[str, Written]) -> None:
        known = layout.keys_of_titles()
        for letter, written in head.items():
            column = known.get(" ".join(written.text.split()).lower())
            if column is None and written.text:
                self._wrong(f"{letter}1", written.text, _("There is no column of this name."))
            elif column in self.places:
                self._wrong(f"{letter}1", written.text, _("This column is there twice."))
            elif column is not None:
                self.places[column] = letter
        for column in layout.columns(with_any_priority=False):
            if column not in self.places:
                self._wrong("", layout.title(column), _("This column is missing."))

    def _read_line(self, number: int, line: Mapping[str, Written], keys: set[Any]) -> None:
        """A line becomes a row even with faults, so that its other cells are looked at, too."""
        row = grid.blank_row(self.kind)
        faults = len(self.reading.problems)
        row[SERVICE] = self._read(number, line, SERVICE, self._service)
        is_known = len(self.reading.problems) == faults
        for column in OPTION_COLUMNS:
            if column in self.places:
                row[column] = self._read(number, line, column, self._option(column), row[column])
        for column in self.places:
            if "." in column:
                priority, target = column.split(".")
                text = self._read(number, line, column, cells.amount, "")
                row["cells"].setdefault(priority, {})[target] = text
        if not any(row["cells"].get(ANY_PRIORITY, {}).values()):
            row["cells"].pop(ANY_PRIORITY, None)
        if is_known and key(row) in keys:
            place = f"{self.places[SERVICE]}{number}"
            self._wrong(
                place, line[self.places[SERVICE]].text, _("This service with this rank is there twice.")
            )
        keys.add(key(row))
        self.reading.rows.append(row)

    def _read(
        self, number: int, line: Mapping[str, Written], column: str, parse: Any, otherwise: Any = None
    ) -> Any:
        letter = self.places[column]
        written = line.get(letter, cells.NOTHING)
        if written is cells.NOTHING and column in _USUAL_IF_EMPTY:
            return otherwise
        try:
            return parse(written)
        except cells.Wrong as fault:
            self._wrong(f"{letter}{number}", written.text, str(fault))
            return otherwise

    def _option(self, column: str) -> Any:
        return self._calendar if column == CALENDAR else cells.OPTIONS[column]

    def _service(self, written: Written) -> int | None:
        name = written.text.strip().lower()
        if not name:
            raise cells.Wrong(_("Write the name of a service, or “All services”."))
        if name in layout.words_for(layout.ALL_SERVICES):
            return None
        if name not in self.services:
            raise cells.Wrong(_("There is no service of this name."))
        return self.services[name]

    def _calendar(self, written: Written) -> int | None:
        name = written.text.strip().lower()
        if not name or name in layout.words_for(layout.CLIENTS_CALENDAR):
            return None
        if name not in self.calendars:
            raise cells.Wrong(_("There is no calendar of this name."))
        key = self.calendars[name]
        if key in self.unfit:
            raise cells.Wrong(self.unfit[key])
        return key

    def _wrong(self, place: str, text: str, reason: str) -> None:
        cut = text.strip()[: target_text.LONGEST_TEXT]
        self.reading.problems.append(Problem(self.sheet.title, place, cut, reason))
