"""The matrix of a version or a draft as an .xlsx file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from sla.engine.selection import ANY_KIND
from sla.policies.excel import layout
from sla.policies.excel.layout import (
    BETWEEN,
    CALENDAR,
    NOTES,
    PAUSES,
    REOPEN,
    RETARGET,
    SERVICE,
    Vocabulary,
)
from sla.policies.matrix.grid import KINDS
from sla.policies.matrix.inheritance import ANY_PRIORITY, Row, Rows, fills

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_WIDTHS = {SERVICE: 30, CALENDAR: 24, PAUSES: 40, RETARGET: 28, REOPEN: 16}
_FIELD_WIDTH, _OTHER_WIDTH, _NOTES_WIDTH = 12, 12, 100
_FILL = "EEF4F7"
_TEXT = "@"  # so that a spreadsheet program does not make a time out of “4h”


def write(rows: Rows, vocabulary: Vocabulary, heading: str) -> bytes:
    """Return the file; `heading` says on the sheet with the notes which matrix it is."""
    from openpyxl import Workbook  # half a second: only those who ask for Excel wait for it

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    keys = layout.columns(with_any_priority=any(fills(row, ANY_PRIORITY) for row in rows))
    for kind in KINDS:
        own = [row for row in rows if row["kind"] == kind]
        if own or kind != ANY_KIND:
            _write_sheet(workbook, kind, own, keys, vocabulary)
    _write_notes(workbook, heading)
    paper = io.BytesIO()
    workbook.save(paper)
    return paper.getvalue()


def _write_sheet(workbook: Workbook, kind: str, rows: list[Row], keys: list[str], known: Vocabulary) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = workbook.create_sheet(str(layout.SHEETS[kind]))
    for place, key in enumerate(keys, 1):
        head = _put(sheet, 1, place, layout.title(key))
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_FILL)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        width = _FIELD_WIDTH if "." in key else _WIDTHS.get(key, _OTHER_WIDTH)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(rows, 2):
        for place, key in enumerate(keys, 1):
            _put(sheet, number, place, _value(row, key, known))
    sheet.freeze_panes = "B2"


def _write_notes(workbook: Workbook, heading: str) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = workbook.create_sheet(str(layout.SHEETS[NOTES]))
    sheet.column_dimensions["A"].width = _NOTES_WIDTH
    for number, text in enumerate([heading, *_notes()], 1):
        cell = _put(sheet, number, 1, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)


def _notes() -> list[str]:
    return [
        _("Each sheet is a type of ticket, each line a service. “All services” is the default."),
        _("Write working time as 30m, 4h, 2d or 1d 4h. Days keep the time of day."),
        _("eod is the end of the working day, eod+1 that of the next one."),
        _("An empty cell inherits from the next less specific line: service, then type, then priority."),
        _("A dash “–” means no such clock."),
        _("Write names of services and calendars as they are in the service desk."),
        _("Separate several statuses with “;”. No formulas."),
        _("A line that is deleted here is removed from the matrix."),
    ]


def _value(row: Row, key: str, known: Vocabulary) -> str | int:
    if "." in key:
        column, target = key.split(".")
        return str(row["cells"].get(column, {}).get(target, ""))
    if key == SERVICE:
        return known.services.get(row[SERVICE], str(layout.ALL_SERVICES))
    if key == CALENDAR:
        return known.calendars.get(row[CALENDAR], str(layout.CLIENTS_CALENDAR))
    if key == PAUSES:
        return f"{BETWEEN} ".join(str(layout.CHOICES[PAUSES][status]) for status in row[PAUSES])
    if key in layout.CHOICES:
        return str(layout.CHOICES[key][row[key]])
    return int(row[key])


def _put(sheet: Worksheet, line: int, place: int, value: str | int) -> Any:
    cell = sheet.cell(line, place)
    if isinstance(value, str):
        cell.number_format = _TEXT
        if value:
            cell.value = value
            cell.data_type = "s"  # never a formula, whatever it begins with
    else:
        cell.value = value
    return cell
