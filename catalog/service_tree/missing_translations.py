"""Which texts of a row of the catalog are not written in every language: a help, never a refusal. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog import checks
from catalog.checks import Path
from catalog.models import RequestType
from catalog.questions.kinds import CHOSEN
from catalog.service_tree.ordering import Row
from servicedesk.lib.localized import other_languages

PARTS = ("form", "plan", "links")  # of a request type, with texts in them
_TEXTS = ("label", "title", "text")  # a text stands under one of these, its translations beside it
_WITHOUT_TEXTS = ("translations", "condition")
_LONGEST = 60


@dataclass(frozen=True)
class Gap:
    """A text that some `languages` lack, by their codes; `path` leads to it as in `catalog.checks`."""

    path: Path
    text: str
    languages: tuple[str, ...]

    @property
    def part(self) -> str:
        """The page where it is written: “name” and “description” stand on the first one."""
        return str(self.path[0])

    @property
    def page(self) -> str:
        """The name of that page's URL; "" for the first one."""
        return f"catalog:type-{self.part}" if self.part in PARTS else ""

    def __str__(self) -> str:
        """“Form: question 2 “Place” (es)”."""
        names = {"name": _("Name"), "description": _("Description"), "form": _("Form"), "plan": _("Plan"),
                 "links": _("Knowledge")}  # fmt: skip
        kinds = {"help": _("help"), "pattern_error": _("error message")}
        place = ", ".join(one for one in (checks.place(self.path), kinds.get(str(self.path[-1]), "")) if one)
        text = self.text if len(self.text) <= _LONGEST else f"{self.text[:_LONGEST]}…"
        told = f"{place} “{text}”" if place else f"“{text}”"
        return f"{names[self.part]}: {told} ({', '.join(self.languages)})"


def gaps(row: Row) -> list[Gap]:
    """Everything that is not translated, the name first. No statement."""
    found = list(_of_text(("name",), row.name, row.translations))
    if text := getattr(row, "description", ""):
        found += _of_text(("description",), text, getattr(row, "description_translations", None))
    if isinstance(row, RequestType):
        for part in PARTS:
            found += _within(getattr(row, part), (part,))
    return found


def of_name(found: list[Gap]) -> str:
    """The languages that the name lacks: “ru, es”; "" when it has them all."""
    return ", ".join(code for gap in found if gap.part == "name" for code in gap.languages)


def _within(value: Any, path: Path) -> Iterator[Gap]:
    if isinstance(value, list):
        for place, one in enumerate(value):
            yield from _within(one, (*path, place))
    elif isinstance(value, Mapping):
        yield from _of_row(value, path)
    elif isinstance(value, str) and "choices" in path[-2:-1]:
        yield from _of_text(path, value, None)


def _of_row(row: Mapping[str, Any], path: Path) -> Iterator[Gap]:
    for name in _TEXTS:
        if isinstance(text := row.get(name), str):
            yield from _of_text(path, text, row.get("translations"))
    for name, inner in row.items():
        is_idle = name == "choices" and row.get("kind") not in CHOSEN
        if name not in _WITHOUT_TEXTS and isinstance(inner, list | Mapping) and not is_idle:
            yield from _within(inner, (*path, name))


def _of_text(path: Path, text: str, translations: Any) -> Iterator[Gap]:
    """Figures and signs are the same in every language."""
    given = translations if isinstance(translations, Mapping) else {}
    lacking = tuple(code for code in other_languages() if not str(given.get(code) or "").strip())
    if lacking and any(sign.isalpha() for sign in text):
        yield Gap(path, text.strip(), lacking)
