"""A report on A4. Nothing is fetched: style and logo are inside the page."""

from __future__ import annotations

from reports.render import html
from reports.report import Report


def render(report: Report) -> bytes:
    """Return a tagged PDF. Takes about a second for a few pages, mostly the first time."""
    from weasyprint import HTML  # loads Pango: only those who ask for a PDF wait for it
    from weasyprint.urls import URLFetcher

    only_from_inside = URLFetcher(allowed_protocols={"data"})
    page = HTML(string=html.page(report), url_fetcher=only_from_inside)
    paper: bytes = page.write_pdf(pdf_tags=True)
    return paper
