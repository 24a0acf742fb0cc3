"""A report as bytes. The heavy libraries are imported by the format that needs them."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import translation

from reports.formats import Format
from reports.render import csv, html, json, pdf, xlsx
from reports.report import Report

_RENDERERS: dict[Format, Callable[[Report], bytes]] = {
    Format.PDF: pdf.render,
    Format.XLSX: xlsx.render,
    Format.CSV: csv.render,
    Format.HTML: html.render,
    Format.JSON: json.render,
}


def render(report: Report, format: Format) -> bytes:
    """Return `report` in `format`, headings in the language of the report."""
    with translation.override(report.language):
        return _RENDERERS[format](report)
