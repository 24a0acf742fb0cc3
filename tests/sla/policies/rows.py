"""Rows of a grid in short."""

from __future__ import annotations

from typing import Any

from sla.policies.matrix import grid
from sla.policies.matrix.inheritance import TARGETS, Row

ANY = "*"


def row(kind: str = "incident", service: int | None = None, /, **told: Any) -> Row:
    """`row("incident", 7, p1="15m 1h 4h", rank=1)`: promises in order, `_` for nothing, `any` for all."""
    options = {name: value for name, value in told.items() if name not in COLUMNS}
    made = grid.blank_row(kind, service, **options)
    made["cells"] = {COLUMNS[name]: cell(text) for name, text in told.items() if name in COLUMNS}
    return made


COLUMNS = {"p1": "1", "p2": "2", "p3": "3", "p4": "4", "any": ANY}


def cell(text: str) -> dict[str, str]:
    """`cell("15m _ 1d.4h")`: a dot stands for a blank inside."""
    words = [word.replace(".", " ") for word in text.split()]
    return {name: "" if word == "_" else word for name, word in zip(TARGETS, words, strict=True)}
