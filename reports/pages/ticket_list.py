"""The list of tickets behind a figure: sortable, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.report import Column, Report, Row
from reports.value_text import written


class ReportColumn(tables.Column):  # type: ignore[misc]  # has no types
    """A column of a report: sorted by the value, shown in words."""

    def __init__(self, column: Column) -> None:
        css = (
            "num end" if column.measure.is_number else "long" if column.key in {"subject", "comment"} else ""
        )
        super().__init__(
            verbose_name=column.label, default="", attrs={"td": {"class": css}, "th": {"class": css}}
        )
        self.column = column

    def render(self, value: Any, record: dict[str, Any]) -> str | SafeString:
        text = written(value, self.column.measure)
        if self.column.key != "number":
            return text
        return format_html('<a href="{}">{}</a>', reverse("desk:ticket", args=[record["ticket"]]), text)


class TicketRows(tables.Table):  # type: ignore[misc]  # has no types
    class Meta:
        template_name = "reports/pages/_sorted_table.html"
        attrs = {"class": "table"}


def ticket_rows(report: Report, rows: Sequence[Row]) -> TicketRows:
    """Return the table of `rows`, which are some of `report`."""
    keys = [column.key for column in report.columns]
    data = [{"ticket": row.ticket, **dict(zip(keys, row.values, strict=True))} for row in rows]
    extra = [(column.key, ReportColumn(column)) for column in report.columns]
    return TicketRows(data, extra_columns=extra)
