"""A workbook: summary with a chart, one sheet for each table, the days, the tickets."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from reports.report import Column, Measure, Report, ReportKind, Table, Value
from servicedesk.lib.shares import percent
from servicedesk.lib.spreadsheet_cells import harmless

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.chart import BarChart
    from openpyxl.worksheet.worksheet import Worksheet

_NUMBER_FORMATS = {
    Measure.TEXT: "@",
    Measure.COUNT: "#,##0",
    Measure.SHARE: "0.0%",
    Measure.AVERAGE: "0.00",
    Measure.MOMENT: "yyyy-mm-dd hh:mm",
    Measure.DAY: "yyyy-mm-dd",
}
_WIDTHS = {"subject": 48, "comment": 60, "number": 12, "client": 26, "service": 28}
_NARROW, _WIDE, _LONGEST_TITLE = 12, 22, 31
_CHART_PLACE = "E2"


def render(report: Report) -> bytes:
    """Return an .xlsx file. Moments are local times of the period's zone, which the summary names."""
    from openpyxl import Workbook  # half a second: only those who ask for Excel wait for it

    book = Workbook()
    book.remove(book.worksheets[0])
    summary = _add_sheet(book, _("Summary"))
    _write_summary(summary, report)
    sheets = {table.key: _add_table(book, table) for table in report.tables}
    days = _add_days(book, report)
    charted = sheets["rating"] if report.kind is ReportKind.RATINGS else days
    summary.add_chart(_chart(charted, report), _CHART_PLACE)
    _write_rows(_add_sheet(book, _("Requests")), report.columns, (row.values for row in report.rows))
    _describe(book, report)
    paper = io.BytesIO()
    book.save(paper)
    return paper.getvalue()


def _write_summary(sheet: Worksheet, report: Report) -> None:
    from openpyxl.styles import Alignment, Font

    facts: list[tuple[str, Value, Measure]] = [
        (_("Client"), report.client.name if report.client else _("All clients"), Measure.TEXT),
        (_("From"), report.period.first, Measure.DAY),
        (_("To"), report.period.last, Measure.DAY),
        (_("Time zone"), report.period.zone, Measure.TEXT),
        (_("Prepared by"), settings.COMPANY_NAME, Measure.TEXT),
    ]
    facts += [(figure.label, figure.value, figure.measure) for figure in report.figures]
    _put(sheet.cell(1, 1), report.title, Measure.TEXT).font = Font(bold=True, size=16)
    _put(sheet.cell(2, 1), report.summary, Measure.TEXT)
    long = Alignment(vertical="top", wrap_text=True)
    for place, (label, value, measure) in enumerate(facts, 4):
        _put(sheet.cell(place, 1), label, Measure.TEXT)
        told = _put(sheet.cell(place, 2), value, measure)
        told.font, told.alignment = Font(bold=True), long
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 28
    sheet.freeze_panes = "A4"


def _add_table(book: Workbook, table: Table) -> Worksheet:
    sheet = _add_sheet(book, table.title)
    _write_rows(sheet, table.columns, (line.values for line in table.lines))
    return sheet


def _add_days(book: Workbook, report: Report) -> Worksheet:
    series = report.series
    columns = [Column("day", _("Day"), Measure.DAY), Column("count", series.label, Measure.COUNT)]
    rows: list[Sequence[Value]] = [[day, number] for day, number in series.points]
    if series.part_label:
        columns.append(Column("part", series.part_label, Measure.COUNT))
        rows = [[*row, bad] for row, bad in zip(rows, series.part, strict=True)]
    sheet = _add_sheet(book, _("By day"))
    _write_rows(sheet, columns, rows)
    return sheet


def _write_rows(sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> None:
    """Write a frozen, filterable header and typed cells below it."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for place, column in enumerate(columns, 1):
        head = _put(sheet.cell(1, place), column.label, Measure.TEXT)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="EEF4F7")
        width = _WIDTHS.get(column.key, _NARROW if column.measure.is_number else _WIDE)
        sheet.column_dimensions[get_column_letter(place)].width = max(width, len(column.label) + 4)
    top = Alignment(vertical="top")
    wrapped = Alignment(vertical="top", wrap_text=True)  # a long text takes more lines, not other columns
    for number, values in enumerate(rows, 2):
        for place, (column, value) in enumerate(zip(columns, values, strict=True), 1):
            cell = _put(sheet.cell(number, place), value, column.measure)
            cell.alignment = wrapped if isinstance(value, str) else top
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(sheet.max_row, 1)}"


def _put(cell: Any, value: Value, measure: Measure) -> Cell:
    match value:
        case str():
            cell.value = harmless(value)
            cell.data_type = "s"  # never a formula, whatever it begins with
        case datetime():
            cell.value = value.replace(tzinfo=None, microsecond=0)  # Excel knows no time zones
        case float() if measure is Measure.SHARE:
            said = percent(value)  # what the page says; a program of tables would make 100 of 99.96
            cell.value = value if f"{value * 100:.1f}" == f"{said:.1f}" else round(said / 100, 3)
        case date() | int() | float():
            cell.value = value
    cell.number_format = _NUMBER_FORMATS[Measure.TEXT if isinstance(value, str) else measure]
    placed: Cell = cell
    return placed


def _chart(sheet: Worksheet, report: Report) -> BarChart:
    """Draw the second column of `sheet` (and the third, if it is a count too) over its first."""
    from openpyxl.chart import BarChart, Reference

    is_by_day = report.kind is not ReportKind.RATINGS
    chart = BarChart()
    chart.title = report.series.title if is_by_day else report.tables[0].title
    chart.height, chart.width = 9, 20  # cm
    last = max(sheet.max_row, 2)
    columns = sheet.max_column if is_by_day else 2
    chart.add_data(
        Reference(sheet, min_col=2, max_col=columns, min_row=1, max_row=last), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    if is_by_day:
        chart.x_axis.number_format = "d.mm."
    chart.x_axis.delete = chart.y_axis.delete = False  # else some programs hide the axes
    return chart


def _describe(book: Workbook, report: Report) -> None:
    book.properties.title = f"{report.title}, {report.period}"
    book.properties.creator = settings.COMPANY_NAME
    book.properties.language = report.language


def _add_sheet(book: Workbook, title: str) -> Worksheet:
    allowed = re.sub(r"[\[\]:*?/\\]", " ", title)[:_LONGEST_TITLE].strip("' ")
    sheet: Worksheet = book.create_sheet(allowed or None)
    return sheet
