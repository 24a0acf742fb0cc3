"""An uploaded .xlsx file read into plain lines, with the place of everything that is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from catalog.excel import layout
from catalog.excel.layout import JSON_COLUMNS, NOTES, TYPES, WORDS_COLUMNS
from servicedesk.lib.workbook import Limits, Sheet, Written, opened

LIMITS = Limits(lines=1000, columns=40)
_AMOUNTS = ("estimated_hours", "price")


@dataclass(frozen=True)
class Problem:
    """`place` is the address in the sheet, such as D7; "" when the sheet as a whole is meant."""

    sheet: str
    place: str
    text: str
    reason: str


@dataclass(frozen=True)
class Line:
    """What a line says by column; a column that is not in the file is not in it. JSON can hold it all."""

    sheet: str
    title: str
    number: int
    values: dict[str, Any]
    letters: dict[str, str]

    def problem(self, column: str, reason: str) -> Problem:
        place = f"{self.letters[column]}{self.number}" if column in self.letters else str(self.number)
        return Problem(self.title, place, _cut(self.values.get(column)), reason)


@dataclass
class Reading:
    """`lines` are of use only if there are no `problems`."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Wrong(ValueError):
    pass


def read(content: bytes) -> Reading:
    """Read every sheet; go on after a fault, so that all of them are named at once.

    Raises:
        NotAWorkbook: the file cannot be read at all; `str(error)` is a sentence for people.
    """
    reading = Reading()
    seen: set[str] = set()
    for sheet in opened(content, LIMITS):
        key = layout.keys_of_sheets().get(sheet.title.strip().lower())
        if key == NOTES:
            continue
        if key is None:
            reading.problems.append(
                Problem(sheet.title, "", "", _("The template has no sheet of this name."))
            )
        elif key in seen:
            reading.problems.append(Problem(sheet.title, "", "", _("Another sheet has the same content.")))
        else:
            _read_sheet(sheet, key, reading)
        seen.add(key or "")
    if not reading.lines and not reading.problems:
        reading.problems.append(Problem("", "", "", _("The file has no line to read.")))
    return reading


def _read_sheet(sheet: Sheet, key: str, reading: Reading) -> None:
    head, *lines = sheet.lines or [{}]
    letters = _head(sheet, key, head, reading)
    if sheet.is_cut:
        sentence = _("A sheet has at most %(most)s lines.") % {"most": LIMITS.lines}
        reading.problems.append(Problem(sheet.title, "", "", sentence))
    missing = [column for column in layout.required(key) if column not in letters]
    for column in missing:
        sentence = _("This column is missing.")
        reading.problems.append(Problem(sheet.title, "", layout.title(column), sentence))
    for number, written in enumerate(lines, 2):
        if written and not missing:
            reading.lines.append(_line(sheet, key, number, written, letters, reading))


def _head(sheet: Sheet, key: str, head: Mapping[str, Written], reading: Reading) -> dict[str, str]:
    """{column: its letter}."""
    known, letters = layout.keys_of_titles(key), dict[str, str]()
    for letter, written in head.items():
        column = known.get(" ".join(written.text.split()).lower())
        reason = ""
        if column is None:
            reason = _("There is no column of this name.")
        elif column in letters:
            reason = _("This column is there twice.")
        else:
            letters[column] = letter
        if reason:
            reading.problems.append(Problem(sheet.title, f"{letter}1", _cut(written.text), reason))
    return letters


def _line(
    sheet: Sheet, key: str, number: int, written: Mapping[str, Written], letters: dict[str, str],
    reading: Reading,
) -> Line:  # fmt: skip
    line = Line(key, sheet.title, number, {}, letters)
    for column, letter in letters.items():
        if column in WORDS_COLUMNS:
            continue
        cell = written.get(letter, Written(""))
        try:
            line.values[column] = _value(key, column, cell)
        except _Wrong as wrong:
            reading.problems.append(Problem(sheet.title, f"{letter}{number}", _cut(cell.text), str(wrong)))
    return line


def _value(sheet: str, column: str, cell: Written) -> Any:
    if cell.sort == "formula":
        raise _Wrong(_("This is a formula. Write the value itself."))
    if cell.sort == "error":
        raise _Wrong(_("This cell shows an error of the spreadsheet program."))
    text = cell.text.strip()
    if "\0" in text or "\ufffe" in text:
        raise _Wrong(_("It contains characters that cannot be stored."))
    if column in layout.CHOICES:
        return _choice(column, text)
    if sheet == TYPES and column in JSON_COLUMNS:
        return _json(text)
    if column in _AMOUNTS:
        return _amount(text)
    if not text and column in layout.required(sheet):
        raise _Wrong(_("This cell must not be empty."))
    return text


def _choice(column: str, text: str) -> str:
    """An empty cell says nothing: the usual, or what there is."""
    if not text:
        return ""
    if (value := layout.keys_of_choices(column).get(text.lower())) is None:
        words = ", ".join(str(word) for word in layout.CHOICES[column].values())
        raise _Wrong(_("Write one of these: %(choices)s.") % {"choices": words})
    return value


def _json(text: str) -> Any:
    """None for an empty cell: what there is stays."""
    if not text:
        return None
    if text in {layout.NOTHING, "-", "—"}:
        return []
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Wrong(_("This is not valid JSON.")) from error


def _amount(text: str) -> str:
    try:
        amount = Decimal(text.replace(",", ".").replace("\xa0", "")) if text else None
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount is not None and not amount.is_finite():
        raise _Wrong(_("Write a number, for example “8” or “500.00”."))
    return "" if amount is None else str(amount)


def _cut(given: Any) -> str:
    text = given if isinstance(given, str) else "" if given is None else json.dumps(given, default=str)
    return text[:80]
