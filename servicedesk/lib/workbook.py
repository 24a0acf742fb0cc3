"""Opening an uploaded .xlsx file: nothing is believed, everything is bounded."""

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

# what zipfile raises for damage, encryption and methods that it does not know
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError)
_DECLARATIONS = tuple("<!DOCTYPE".encode(coding) for coding in ("ascii", "utf-16-le", "utf-16-be"))
_MEGABYTE = 1024 * 1024

log = structlog.get_logger("servicedesk.workbook")


class NotAWorkbook(Exception):
    """The file cannot be read; `str(error)` is a sentence for people."""


@dataclass(frozen=True)
class Limits:
    """`lines` counts those below the head of a sheet."""

    megabytes: int = 2
    unpacked: int = 20 * _MEGABYTE
    parts: int = 200
    sheets: int = 12
    lines: int = 300
    columns: int = 40


@dataclass(frozen=True)
class Written:
    """One cell: `text` as people see it; `sort` is text, number, moment, formula or error."""

    text: str
    sort: str = "text"


@dataclass(frozen=True)
class Sheet:
    """`lines` hold what is written by the letter of the column; empty cells are left out."""

    title: str
    lines: list[dict[str, Written]]
    is_cut: bool


def opened(content: bytes, limits: Limits) -> list[Sheet]:
    """Read the sheets of an .xlsx file.

    Raises:
        NotAWorkbook: too large, packed to burst, or no workbook.
    """
    _examine(content, limits)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        titles = book.sheetnames
        if len(titles) > limits.sheets:
            raise NotAWorkbook(_("A file has at most %(most)s sheets.") % {"most": limits.sheets})
        return [_sheet(book[title], title, limits) for title in titles]
    except NotAWorkbook:
        raise
    except Exception as error:  # what a broken file makes of the parsers below openpyxl is without end
        log.info("workbook refused", reason=type(error).__name__)
        raise NotAWorkbook(_not_excel()) from error


def _examine(content: bytes, limits: Limits) -> None:
    """Look into the archive before anything is unpacked."""
    if len(content) > limits.megabytes * _MEGABYTE:
        raise NotAWorkbook(_("This file is too large: at most %(most)s MB.") % {"most": limits.megabytes})
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked:
                raise NotAWorkbook(_("This file unpacks to more than it may."))
            if any(_declares(archive.read(part)) for part in parts):
                raise NotAWorkbook(_not_excel())
    except _BROKEN as error:
        raise NotAWorkbook(_not_excel()) from error


def _declares(part: bytes) -> bool:
    """Entities, with which a small XML file can grow without end, need a declaration; Excel writes none."""
    return any(declaration in part for declaration in _DECLARATIONS)


def _not_excel() -> str:
    return _("This is not an Excel file (.xlsx) that can be read. Download ours and change that one.")


def _sheet(sheet: Any, title: str, limits: Limits) -> Sheet:
    rows = sheet.iter_rows(min_row=1, max_row=limits.lines + 2, max_col=limits.columns)
    lines = [dict(_line(row)) for row in rows]
    while lines and not lines[-1]:
        lines.pop()
    return Sheet(title, lines[: limits.lines + 1], len(lines) > limits.lines + 1)


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
