"""Opening an uploaded workbook: nothing is believed, everything is bounded."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from django.utils.translation import gettext as _

from sla.matrix.excel.cells import Written

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 20 * 1024 * 1024
MOST_PARTS = 200
MOST_SHEETS = 12
MOST_LINES = 300
_MOST_COLUMNS = 40
# what zipfile raises for damage, encryption and methods that it does not know
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError)
_DECLARATIONS = tuple("<!DOCTYPE".encode(coding) for coding in ("ascii", "utf-16-le", "utf-16-be"))

log = structlog.get_logger("sla.matrix")


class NotAMatrix(Exception):
    """The file cannot be read; `str(error)` is a sentence for people."""


@dataclass(frozen=True)
class Sheet:
    """`lines` hold what is written by the letter of the column; empty cells are left out."""

    title: str
    lines: list[dict[str, Written]]
    is_cut: bool


def opened(content: bytes) -> list[Sheet]:
    """Read the sheets of an .xlsx file.

    Raises:
        NotAMatrix: too large, packed to burst, or no workbook.
    """
    _examine(content)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        titles = book.sheetnames
        if len(titles) > MOST_SHEETS:
            raise NotAMatrix(_("A file has at most %(most)s sheets.") % {"most": MOST_SHEETS})
        return [_sheet(book[title], title) for title in titles]
    except NotAMatrix:
        raise
    except Exception as error:  # what a broken file makes of the parsers below openpyxl is without end
        log.info("workbook refused", reason=type(error).__name__)
        raise NotAMatrix(_not_excel()) from error


def _examine(content: bytes) -> None:
    """Look into the archive before anything is unpacked."""
    if len(content) > MOST_BYTES:
        raise NotAMatrix(_("This file is too large. A matrix takes at most 2 MB."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise NotAMatrix(_("This file unpacks to more than a matrix can be."))
            if any(_declares(archive.read(part)) for part in parts):
                raise NotAMatrix(_not_excel())
    except _BROKEN as error:
        raise NotAMatrix(_not_excel()) from error


def _declares(part: bytes) -> bool:
    """Entities, with which a small XML file can grow without end, need a declaration; Excel writes none."""
    return any(declaration in part for declaration in _DECLARATIONS)


def _not_excel() -> str:
    return _("This is not an Excel file (.xlsx) that can be read. Export the matrix and change that file.")


def _sheet(sheet: Any, title: str) -> Sheet:
    rows = sheet.iter_rows(min_row=1, max_row=MOST_LINES + 2, max_col=_MOST_COLUMNS)
    lines = [dict(_line(row)) for row in rows]
    while lines and not lines[-1]:
        lines.pop()
    return Sheet(title, lines[: MOST_LINES + 1], len(lines) > MOST_LINES + 1)


def _line(row: Any) -> Iterator[tuple[str, Written]]:
    from openpyxl.utils import get_column_letter

    for place, cell in enumerate(row, 1):
        if cell.value is not None and str(cell.value).strip():
            yield get_column_letter(place), _written(cell)


def _written(cell: Any) -> Written:
    value = cell.value
    if cell.data_type == "f":
        return Written(str(value), "formula")
    if cell.data_type == "e":
        return Written(str(value), "error")
    if isinstance(value, datetime | date | time | timedelta):
        return Written(str(value), "moment")
    if isinstance(value, float) and value.is_integer():
        return Written(str(int(value)), "number")
    if isinstance(value, bool | int | float):
        return Written(str(value), "number")
    return Written(str(value))
