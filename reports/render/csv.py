"""The tickets of a report, one a line, for any table program."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

from reports.report import Report, Value
from servicedesk.lib.spreadsheet_cells import harmless


def render(report: Report) -> bytes:
    """Return UTF-8 with the mark that Excel needs to believe it; moments in the zone of the period."""
    paper = io.StringIO(newline="")
    writer = csv.writer(paper)
    writer.writerow([harmless(column.label) for column in report.columns])
    writer.writerows([_cell(value) for value in row.values] for row in report.rows)
    return paper.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str | int | float:
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case str():
            return harmless(value)
    return value
