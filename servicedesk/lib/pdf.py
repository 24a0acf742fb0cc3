"""A page printed on A4. Nothing is fetched: style and pictures are inside the page."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db.models.fields.files import FieldFile
from django.utils.safestring import SafeString, mark_safe


def printed(page: str) -> bytes:
    """Return a tagged PDF of the HTML. Takes about a second for a few pages, mostly the first time."""
    from weasyprint import HTML  # loads Pango: only those who ask for a PDF wait for it
    from weasyprint.urls import URLFetcher

    only_from_inside = URLFetcher(allowed_protocols={"data"})
    paper: bytes = HTML(string=page, url_fetcher=only_from_inside).write_pdf(pdf_tags=True)
    return paper


@cache
def style() -> SafeString:
    """The style sheet of all our paper."""
    found = finders.find("css/report.css")
    return mark_safe(Path(str(found)).read_text())  # noqa: S308  our own file


def picture(file: FieldFile) -> str:
    """Return an uploaded picture as a data address; empty if there is none or its file is gone."""
    if not file:
        return ""
    try:
        with file.open("rb") as opened:
            content: bytes = opened.read()
    except OSError:
        return ""
    kind = "svg+xml" if str(file.name).lower().endswith(".svg") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
