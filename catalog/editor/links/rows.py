"""The links of a request type, as their page sends them and shows them again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.editor.nested_form import Many, Row, Sent, Text, Words
from catalog.editor.typed_values import Box
from catalog.knowledge_links import PART, Audience, is_address

Typed = dict[str, Any]  # {"links": [row as typed]}


@dataclass(frozen=True)
class _Audience(Text):
    """A new link is for clients."""

    def load(self, stored: Any) -> str:
        return super().load(stored) or Audience.CLIENT.value


_LINKS = Many(Row({"title": Text(), "translations": Words(), "url": Text(), "audience": _Audience()}))
SHAPE = Row({PART: _LINKS})  # so that paths begin with the name of the part


@dataclass(frozen=True)
class LinkRow:
    """`address` is where the link leads, if it can be opened; else ""."""

    box: Box
    address: str


def read(sent: Sent) -> Typed:
    return {PART: _LINKS.read(sent, PART)}


def loaded(stored: Any) -> Typed:
    return {PART: _LINKS.load(stored)}


def tidied(typed: Typed) -> Typed:
    """Without the rows that were added and left empty."""
    return {PART: [row for row in typed[PART] if not _is_empty(row)]}


def stored(typed: Typed) -> list[Any]:
    return _LINKS.store(typed[PART]) or []


def rows(box: Box) -> list[LinkRow]:
    return [LinkRow(one, _address(one.url.typed)) for one in box.rows]


def _is_empty(row: dict[str, Any]) -> bool:
    texts = [row["title"], row["url"], *row["translations"].values()]
    return not any(text.strip() for text in texts)


def _address(typed: str) -> str:
    return typed.strip() if is_address(typed.strip()) else ""
