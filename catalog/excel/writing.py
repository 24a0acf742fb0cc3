"""The whole catalog as an .xlsx file."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog.editor import saving, stored_text
from catalog.excel import layout
from catalog.excel.layout import CATEGORIES, JSON_COLUMNS, NOTES, SERVICES, TYPES
from catalog.excel.portable_names import Directory
from catalog.models import Category, RequestType, Service
from servicedesk.lib.spreadsheet_cells import harmless
from servicedesk.people.models import User

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_FILL = "EEF4F7"
_TEXT = "@"  # so that a spreadsheet program makes nothing of its own out of it
_WIDTH, _WIDE, _NOTES_WIDTH = 22, 44, 100
_MOST_IN_CELL = 32_000


def write() -> bytes:
    """Seven statements, whatever the size of the catalog."""
    from openpyxl import Workbook  # half a second: only those who ask for Excel wait for it

    book = Workbook()
    book.remove(book.worksheets[0])
    directory = Directory.read()
    _write_sheet(book, CATEGORIES, [_category(one) for one in Category.objects.all()])
    services = Service.objects.select_related("category", "group")
    places = ("category__position", "category__name", "position", "name")
    _write_sheet(book, SERVICES, [_service(one) for one in services.order_by(*places)])
    _write_sheet(book, TYPES, list(_types(directory)))
    _write_notes(book)
    paper = io.BytesIO()
    book.save(paper)
    return paper.getvalue()


def _category(row: Category) -> dict[str, Any]:
    return _words(row, "name", "translations") | _flags(row, "is_archived")


def _service(row: Service) -> dict[str, Any]:
    words = _words(row, "name", "translations") | _words(row, "description", "description_translations")
    facts = {"category": row.category.name, "icon": row.icon, "group": row.group.name}
    return words | facts | _flags(row, "is_restricted", "is_archived")


def _types(directory: Directory) -> Iterator[dict[str, Any]]:
    items = RequestType.objects.select_related("service__category", "group")
    people = {pk: name for pk, name in User.objects.values_list("pk", "full_name") if pk in directory.people}
    order = ("service__category__position", "service__category__name", "service__position", "service__name")
    for item in items.order_by(*order, "position", "name"):
        yield _type(item) | _process(item, directory, people)


def _type(item: RequestType) -> dict[str, Any]:
    words = _words(item, "name", "translations") | _words(item, "description", "description_translations")
    choices = {name: str(getattr(item, name)) for name in ("kind", "default_urgency", "default_impact")}
    choices["at_zero"] = item.at_zero or layout.BY_CONTRACT
    return {
        "category": item.service.category.name,
        "service": item.service.name,
        "group": item.group.name if item.group else "",
        "estimated_hours": item.estimated_hours,
        "price": item.price,
        **words,
        **_flags(item, "needs_verification", "is_archived"),
        **{name: _choice(name, value) for name, value in choices.items()},
    }


def _process(item: RequestType, directory: Directory, people: dict[int, str]) -> dict[str, Any]:
    """What is damaged, or longer than a cell, is left empty: reading an empty cell changes nothing."""
    if any(not isinstance(getattr(item, part), list) for part in JSON_COLUMNS):
        return {}
    parts = {
        "form": item.form,
        "approvals": directory.approvals_out(item.approvals),
        "plan": directory.plan_out(item.plan),
        "links": item.links,
    }
    written = {name: json.dumps(value, ensure_ascii=False) for name, value in parts.items() if value}
    found = {name: text for name, text in written.items() if len(text) <= _MOST_IN_CELL}
    if saving.damaged(item):
        return found
    levels = stored_text.levels(item.approvals, people)
    stages = stored_text.stages(item, directory.groups)
    told = {"approvals_words": "\n".join(levels), "plan_words": "\n".join(stages)}
    return found | {name: harmless(text) for name, text in told.items()}


def _words(row: Any, name: str, kept: str) -> dict[str, Any]:
    translated = getattr(row, kept) or {}
    return {name: getattr(row, name)} | {f"{name}.{code}": text for code, text in translated.items()}


def _flags(row: Any, *names: str) -> dict[str, str]:
    return {name: _choice(name, "yes" if getattr(row, name) else "no") for name in names}


def _choice(column: str, value: str) -> str:
    return str(layout.CHOICES[column].get(value, value))


def _write_sheet(book: Workbook, key: str, rows: list[dict[str, Any]]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(str(layout.SHEETS[key]))
    columns = layout.columns(key)
    for place, column in enumerate(columns, 1):
        head = _put(sheet, 1, place, layout.title(column))
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_FILL)
        head.alignment = Alignment(wrap_text=True, vertical="top")
        is_long = column in (*JSON_COLUMNS, *layout.WORDS_COLUMNS) or column.startswith("description")
        sheet.column_dimensions[get_column_letter(place)].width = _WIDE if is_long else _WIDTH
    for number, row in enumerate(rows, 2):
        for place, column in enumerate(columns, 1):
            _put(sheet, number, place, row.get(column))
    sheet.freeze_panes = "B2"


def _write_notes(book: Workbook) -> None:
    from openpyxl.styles import Alignment

    sheet = book.create_sheet(str(layout.SHEETS[NOTES]))
    sheet.column_dimensions["A"].width = _NOTES_WIDTH
    notes = [
        _("Rows are identified by name: a category, a service in it, a request type of that service."),
        _("A new name creates a new row. Rows missing from the file stay unchanged; nothing is deleted."),
        _("Groups are written by name, people by e-mail address."),
        _("An empty JSON cell keeps the value; “%(sign)s” clears it.") % {"sign": layout.NOTHING},
        _("The “(summary)” columns are read-only. No formulas."),
    ]
    for number, text in enumerate(notes, 1):
        _put(sheet, number, 1, text).alignment = Alignment(wrap_text=True, vertical="top")


def _put(sheet: Worksheet, line: int, place: int, value: Any) -> Any:
    cell = sheet.cell(line, place)
    if isinstance(value, str):
        cell.number_format = _TEXT
        if clean := _printable(value):
            cell.value = clean
            cell.data_type = "s"  # never a formula, whatever it begins with
    elif value is not None:
        cell.value = value
    return cell


def _printable(text: str) -> str:
    """Without the apostrophe that `harmless` puts before what looks like a formula: this cell is a text."""
    clean = harmless(text)
    return clean[1:] if clean.startswith("'") and not text.startswith("'") else clean
