"""A report on A4."""

from __future__ import annotations

from reports.render import html
from reports.report import Report
from servicedesk.lib import pdf


def render(report: Report) -> bytes:
    return pdf.printed(html.page(report))
