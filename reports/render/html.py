"""A report as HTML: the parts that page and paper share, and a page that stands alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from reports import charts
from reports.datasets import facts
from reports.report import Column, Facets, Figure, Line, Report, Row, Table, Value
from reports.value_text import written
from servicedesk.lib import pdf

# A longer list is for Excel; paper says how many it leaves out.
MOST_ROWS_ON_PAPER = 500
_LONG = {"subject", "comment"}
# How wide a column is beside the others: letters that are usual in it.
_WEIGHTS = {"number": 9, "subject": 24, "comment": 26, "opened_at": 12, "rated_at": 12, "last_at": 12}
_TALL = 400  # letters in a cell, from which on a line may go over to the next page
_USUAL, _NUMBER, _NARROW_TABLE = 13, 11, 70
Link = Callable[[Facets], str]
TicketLink = Callable[[int], str]


@dataclass(frozen=True)
class DrawnCell:
    text: str
    is_number: bool = False
    is_late: bool = False
    url: str = ""
    is_long: bool = False
    is_tall: bool = False


@dataclass(frozen=True)
class DrawnFigure:
    label: str
    text: str
    note: str
    is_bad: bool
    url: str


@dataclass(frozen=True)
class DrawnTable:
    title: str
    head: Sequence[DrawnCell]
    lines: Sequence[Sequence[DrawnCell]]
    chart: SafeString | str = ""
    widths: Sequence[int] = ()


@dataclass(frozen=True)
class Drawing:
    """Everything a template needs, already in words; links only where the reader can follow them."""

    figures: Sequence[DrawnFigure]
    chart: SafeString | str
    chart_title: str
    tables: Sequence[DrawnTable]
    rows: DrawnTable


def drawn(
    report: Report,
    *,
    link: Link | None = None,
    ticket_link: TicketLink | None = None,
    columns: Sequence[Column] | None = None,
    most_rows: int = 0,
    on_paper: bool = False,
) -> Drawing:
    """Put the report into words, in its own language.

    Args:
        link: the address of the tickets behind a figure.
        ticket_link: the address of one ticket.
        columns: which columns the list of tickets shows; all if left out.
        most_rows: how many tickets it shows.
        on_paper: each column gets a share of the sheet, whatever stands in it.
    """
    has_days = len(report.series.points) > 1 and not report.is_empty
    with translation.override(report.language):
        return Drawing(
            figures=[_figure(figure, link) for figure in report.figures],
            chart=charts.over_time(report.series) if has_days else "",
            chart_title=report.series.title,
            tables=[_table(table, link, on_paper) for table in report.tables if table.lines],
            rows=_rows(report, columns or report.columns, report.rows[:most_rows], ticket_link, on_paper),
        )


def render(report: Report) -> bytes:
    return page(report).encode()


def page(report: Report) -> str:
    """Return a page that needs nothing from outside; paper is printed from it."""
    drawing = drawn(report, columns=_on_paper(report), most_rows=MOST_ROWS_ON_PAPER, on_paper=True)
    return render_to_string(
        "reports/render/document.html",
        {
            "report": report,
            "drawing": drawing,
            "client": report.client,
            "manager": report.client and report.client.account_manager,
            "logo": pdf.picture(report.client.logo) if report.client else "",
            "style": pdf.style(),
            "company": settings.COMPANY_NAME,
            "made_on": facts.in_zone(timezone.now(), report.period).date(),
            "left_out": max(len(report.rows) - MOST_ROWS_ON_PAPER, 0),
        },
    )


def _on_paper(report: Report) -> list[Column]:
    one_client = report.client is not None
    return [
        column
        for column in report.columns
        if not column.is_extra and not (one_client and column.key == "client")
    ]


def _figure(figure: Figure, link: Link | None) -> DrawnFigure:
    url = link(figure.facets) if link and figure.value else ""
    return DrawnFigure(figure.label, written(figure.value, figure.measure), figure.note, figure.is_bad, url)


def _head(columns: Iterable[Column]) -> list[DrawnCell]:
    return [DrawnCell(column.label, column.measure.is_number) for column in columns]


def _table(table: Table, link: Link | None, on_paper: bool) -> DrawnTable:
    lines = [_line(table, line, link) for line in table.lines]
    chart = charts.bars(table) if table.bars else ""
    return DrawnTable(table.title, _head(table.columns), lines, chart, _shares(table.columns, on_paper))


def _line(table: Table, line: Line, link: Link | None) -> list[DrawnCell]:
    cells = []
    for column, value in zip(table.columns, line.values, strict=True):
        url = link({**line.facets, **column.facets}) if link and value and column.measure.is_number else ""
        is_late = bool(value) and "overdue" in column.facets
        cells.append(DrawnCell(written(value, column.measure), column.measure.is_number, is_late, url))
    return cells


def _rows(
    report: Report,
    columns: Sequence[Column],
    rows: Sequence[Row],
    ticket_link: TicketLink | None,
    on_paper: bool,
) -> DrawnTable:
    places = [list(report.columns).index(column) for column in columns]
    lines = [
        [
            _cell(row, row.values[place], column, ticket_link)
            for place, column in zip(places, columns, strict=True)
        ]
        for row in rows
    ]
    return DrawnTable("", _head(columns), lines, widths=_shares(columns, on_paper))


def _shares(columns: Sequence[Column], on_paper: bool) -> list[int]:
    """Percent of the sheet for each column, by what is usual in it; together at most 100."""
    if not on_paper:
        return []
    weights = [
        _WEIGHTS.get(column.key, _NUMBER if column.measure.is_number else _USUAL) for column in columns
    ]
    if sum(weights) < _NARROW_TABLE:  # a small table: its first column takes what is left
        return [100 - sum(weights[1:]), *weights[1:]]
    return [100 * weight // sum(weights) for weight in weights]


def _cell(row: Row, value: Value, column: Column, ticket_link: TicketLink | None) -> DrawnCell:
    return DrawnCell(
        written(value, column.measure),
        column.measure.is_number,
        is_late=column.key == "overdue" and row.facets.get("overdue") == "1",
        url=ticket_link(row.ticket) if ticket_link and column.key == "number" else "",
        is_long=column.key in _LONG,
        is_tall=isinstance(value, str) and len(value) > _TALL,
    )
