"""The buttons of an editor – add, take out, up, down – on what was typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalog.editor.nested_form import Many, Row, Shape


def act(shape: Shape, typed: Any, button: str, also: str = "") -> str:
    """Do what `button` says (`add:plan.0.tasks`, `up:plan.1`) and return the path to look at afterwards.

    What does not exist is left alone. `also` holds keys that are taken elsewhere.
    """
    verb, _colon, path = button.partition(":")
    *way, last = path.split(".")
    if verb == "add":
        return _add(shape, typed, path, also)
    found = _find(shape, typed, way)
    if found is None or not last.isascii() or not last.isdigit():
        return path
    rows, place = found[1], int(last[:4])
    if place >= len(rows):
        return path
    if verb == "remove":
        del rows[place]
        return ".".join([*way, str(max(place - 1, 0))]) if rows else ".".join(way)
    if verb in {"up", "down"}:
        return ".".join([*way, str(_swap(rows, place, -1 if verb == "up" else 1))])
    return path


def _add(shape: Shape, typed: Any, path: str, also: str) -> str:
    found = _find(shape, typed, path.split("."))
    if found is None:
        return path
    inner, rows = found
    rows.append(_fresh(inner.of, typed, also))
    return f"{path}.{len(rows) - 1}"


def _fresh(row: Row, typed: Any, also: str) -> dict[str, Any]:
    """A new row; its key is used nowhere, not even by a condition about a row that is gone."""
    new = row.load({})
    if row.key:
        taken = re.findall(rf"\b{row.key}(\d{{1,6}})\b", f"{typed!r} {also}")
        new["key"] = f"{row.key}{max(map(int, taken), default=0) + 1}"
    return new


def _find(shape: Shape, typed: Any, way: list[str]) -> tuple[Many, list[Any]] | None:
    for name in way:
        if isinstance(shape, Row) and name in shape.fields and isinstance(typed, Mapping):
            shape, typed = shape.fields[name], typed[name]
        elif isinstance(shape, Many) and name.isascii() and name.isdigit() and int(name[:4]) < len(typed):
            shape, typed = shape.of, typed[int(name[:4])]
        else:
            return None
    return (shape, typed) if isinstance(shape, Many) else None


def _swap(rows: list[Any], place: int, by: int) -> int:
    other = place + by
    if not 0 <= other < len(rows):
        return place
    rows[place], rows[other] = rows[other], rows[place]
    return other
