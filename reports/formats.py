"""The shapes a report is handed out in."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.text import slugify

from reports.report import Report


class Format(models.TextChoices):
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"
    HTML = "html", "HTML"
    JSON = "json", "JSON"

    @classmethod
    def for_people(cls) -> list[Format]:
        """What screens offer and schedules send."""
        return [cls.PDF, cls.XLSX, cls.CSV]

    @property
    def content_type(self) -> str:
        return {
            Format.PDF: "application/pdf",
            Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format.CSV: "text/csv; charset=utf-8",
            Format.HTML: "text/html; charset=utf-8",
            Format.JSON: "application/json",
        }[self]

    def file_name(self, report: Report) -> str:
        """Return a name that says what is inside: tickets-halden-logistics-2025-11-01-2025-11-30.pdf."""
        whose = slugify(report.client.name, allow_unicode=True)[:60] if report.client else ""
        days = [day.isoformat() for day in _ends(report.period.first, report.period.last)]
        return "-".join(filter(None, [report.kind.value, whose, *days])) + f".{self.value}"


def _ends(first: date, last: date) -> list[date]:
    return [first] if first == last else [first, last]
