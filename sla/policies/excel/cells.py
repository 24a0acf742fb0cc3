"""One cell of the file: what stands in it, and what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.lib.workbook import Written
from sla.policies.excel import layout
from sla.policies.excel.layout import BETWEEN, PAUSES, RANK, REOPEN, RETARGET, RISK
from sla.policies.matrix import target_text

_MOST_RANK = 999


class Wrong(ValueError):
    """`str(error)` says why, for people."""


NOTHING = Written("")


def amount(written: Written) -> str:
    """The text for a field of the grid."""
    _refuse_formula(written)
    if written.sort == "moment":
        raise Wrong(_("This is a date or a time. Format the cell as text and write for example 4h."))
    if written.sort == "number":
        raise Wrong(_("A number needs its unit: m, h or d, for example 4h."))
    if fault := target_text.fault(written.text):
        raise Wrong(fault)
    return target_text.neat(written.text)


def _number(written: Written, least: int, most: int) -> int:
    _refuse_formula(written)
    text = written.text.strip().removesuffix("%").strip()
    if not text.isascii() or not text.isdigit() or not least <= int(text[:9]) <= most:
        raise Wrong(_("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most})
    return int(text)


def _risk(written: Written) -> int:
    return _number(written, 1, 100)


def _rank(written: Written) -> int:
    return _number(written, 0, _MOST_RANK)


def _pauses(written: Written) -> list[str]:
    _refuse_formula(written)
    names = [part.strip().lower() for part in written.text.split(BETWEEN) if part.strip()]
    known = layout.keys_of_choices(PAUSES)
    if any(name not in known for name in names):
        raise Wrong(_choices(PAUSES))
    return sorted({known[name] for name in names})


def _choice(column: str) -> Callable[[Written], str]:
    def parse(written: Written) -> str:
        _refuse_formula(written)
        known = layout.keys_of_choices(column)
        if written.text.strip().lower() not in known:
            raise Wrong(_choices(column))
        return known[written.text.strip().lower()]

    return parse


def _choices(column: str) -> str:
    words = f"{BETWEEN} ".join(str(word) for word in layout.CHOICES[column].values())
    return _("Write one of these: %(choices)s.") % {"choices": words}


def _refuse_formula(written: Written) -> None:
    if written.sort == "formula":
        raise Wrong(_("This is a formula. Write the value itself."))
    if written.sort == "error":
        raise Wrong(_("This cell shows an error of the spreadsheet program."))


OPTIONS: Mapping[str, Callable[[Written], Any]] = {
    RISK: _risk,
    RANK: _rank,
    PAUSES: _pauses,
    RETARGET: _choice(RETARGET),
    REOPEN: _choice(REOPEN),
}
