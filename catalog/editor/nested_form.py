"""Lists with lists in them, as one form sends them: `plan.0.tasks.1.title`. Pure.

A shape says what a value looks like: how it is read from what was sent, taken from what is stored, and
stored again. What was typed stays as it was typed; whether it is right, others say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.http import QueryDict

from servicedesk.lib.localized import other_languages

_MOST_ROWS = 200  # of one list; what is too much for the catalog is said later
_LONGEST = 2000
_LONGEST_NAME = 200  # of a field


class Shape(Protocol):
    def read(self, sent: Sent, name: str) -> Any: ...
    def load(self, stored: Any) -> Any: ...
    def store(self, typed: Any) -> Any:
        """None: nothing to store."""


class Sent:
    """What a form sent, and which rows it has: {"plan.0.tasks": {0, 1}}."""

    def __init__(self, data: QueryDict) -> None:
        self.data = data
        self.rows: dict[str, set[int]] = {}
        for name in data:
            parts = name[:_LONGEST_NAME].split(".")
            for place, part in enumerate(parts):
                if part.isascii() and part.isdigit() and len(part) < 4:
                    self.rows.setdefault(".".join(parts[:place]), set()).add(int(part))

    def text(self, name: str) -> str:
        return _clean(self.data.get(name, ""))

    def texts(self, name: str) -> list[str]:
        return [text for given in self.data.getlist(name)[:_MOST_ROWS] if (text := _clean(given))]


@dataclass(frozen=True)
class Text:
    def read(self, sent: Sent, name: str) -> str:
        return sent.text(name)

    def load(self, stored: Any) -> str:
        return "" if stored is None else str(stored)

    def store(self, typed: str) -> Any:
        return typed.strip() or None


@dataclass(frozen=True)
class Number(Text):
    """A whole number; anything else is stored as typed, for the check to refuse."""

    def store(self, typed: str) -> Any:
        text = typed.strip()
        return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text or None


@dataclass(frozen=True)
class Flag:
    def read(self, sent: Sent, name: str) -> bool:
        return name in sent.data

    def load(self, stored: Any) -> bool:
        return stored is True

    def store(self, typed: bool) -> Any:
        return typed or None


@dataclass(frozen=True)
class Several:
    """Several texts, or keys of rows."""

    of_keys: bool = False

    def read(self, sent: Sent, name: str) -> list[str]:
        return sent.texts(name)

    def load(self, stored: Any) -> list[str]:
        if stored is None:
            return []
        return [str(one) for one in stored] if isinstance(stored, list) else [str(stored)]

    def store(self, typed: list[str]) -> Any:
        return [Number().store(one) if self.of_keys else one for one in typed] or None


@dataclass(frozen=True)
class Lines(Text):
    """A text that is stored line by line."""

    def load(self, stored: Any) -> str:
        return "\n".join(map(str, stored)) if isinstance(stored, list) else super().load(stored)

    def store(self, typed: str) -> Any:
        return [line.strip() for line in typed.splitlines() if line.strip()] or None


@dataclass(frozen=True)
class Words:
    """A text in the other languages."""

    def read(self, sent: Sent, name: str) -> dict[str, str]:
        return {code: sent.text(f"{name}.{code}") for code in other_languages()}

    def load(self, stored: Any) -> dict[str, str]:
        given = stored if isinstance(stored, Mapping) else {}
        return {code: str(given.get(code) or "") for code in other_languages()}

    def store(self, typed: dict[str, str]) -> Any:
        return {code: text.strip() for code, text in typed.items() if text.strip()} or None


@dataclass(frozen=True)
class Row:
    """Named values; without the `vital` one the whole row is nothing. `key` begins the keys of new rows."""

    fields: Mapping[str, Shape]
    vital: str = ""
    key: str = ""

    def read(self, sent: Sent, name: str) -> dict[str, Any]:
        return {one: shape.read(sent, f"{name}.{one}") for one, shape in self.fields.items()}

    def load(self, stored: Any) -> dict[str, Any]:
        given = stored if isinstance(stored, Mapping) else {}
        return {one: shape.load(given.get(one)) for one, shape in self.fields.items()}

    def store(self, typed: dict[str, Any]) -> Any:
        values = {one: shape.store(typed[one]) for one, shape in self.fields.items()}
        if self.vital and values.get(self.vital) is None:
            return None
        return {one: value for one, value in values.items() if value is not None}

    def is_empty(self, typed: dict[str, Any]) -> bool:
        return bool(self.vital) and self.store(typed) is None and not any(_filled(typed))


@dataclass(frozen=True)
class Many:
    """A list of rows; with `drops_empty` those without a word are left out."""

    of: Row = field(default_factory=lambda: Row({}))
    drops_empty: bool = False

    def read(self, sent: Sent, name: str) -> list[Any]:
        places = sorted(sent.rows.get(name, ()))[:_MOST_ROWS]
        return [self.of.read(sent, f"{name}.{place}") for place in places]

    def load(self, stored: Any) -> list[Any]:
        return [self.of.load(one) for one in stored] if isinstance(stored, list) else []

    def store(self, typed: list[Any]) -> Any:
        return [self.of.store(row) or {} for row in typed] or None


def tidy(shape: Shape, typed: Any) -> Any:
    """Without the rows that were added and left empty."""
    if isinstance(shape, Row):
        return {name: tidy(inner, typed[name]) for name, inner in shape.fields.items()}
    if isinstance(shape, Many):
        kept = [row for row in typed if not (shape.drops_empty and shape.of.is_empty(row))]
        return [tidy(shape.of, row) for row in kept]
    return typed


def _filled(typed: dict[str, Any]) -> list[Any]:
    words = typed.get("translations") or {}
    return [text for text in words.values() if text.strip()]


def _clean(text: str) -> str:
    """Without what a database refuses, and bounded."""
    printable = text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
    return printable[:_LONGEST]
