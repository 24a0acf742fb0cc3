"""All text that an answer carries, whatever it is written in."""

from __future__ import annotations

import html
import io
import zipfile
from functools import cache
from typing import Any

from openpyxl import load_workbook
from pypdf import PdfReader


def content(answer: Any) -> bytes:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content)
    return bytes(answer.content)


def text(answer: Any) -> str:
    """Headers too: file names and addresses name things as well."""
    raw, kind = content(answer), answer.headers.get("Content-Type", "")
    said = " ".join(str(value) for value in answer.headers.values())
    if kind.startswith("application/pdf"):
        return said + _paper(raw)
    if raw[:2] == b"PK":
        return said + _workbook(raw)
    return said + html.unescape(raw.decode("utf-8", "replace"))


@cache
def _paper(raw: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)


@cache
def _workbook(raw: bytes) -> str:
    if "xl/workbook.xml" not in zipfile.ZipFile(io.BytesIO(raw)).namelist():
        return ""
    book = load_workbook(io.BytesIO(raw))
    cells = (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    return " ".join(f"{cell.value or ''} {cell.comment.text if cell.comment else ''}" for cell in cells)
