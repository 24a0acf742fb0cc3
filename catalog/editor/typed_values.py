"""What was typed, for templates: each value knows its name in the form, its id and its mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from catalog.checks import Mistake, place

_PARTS = {
    "form": gettext_lazy("Form"),
    "approvals": gettext_lazy("Approvals"),
    "plan": gettext_lazy("Plan"),
}


class Box:
    """`box.tasks.rows`, `box.title.typed`; names of the form stand behind a dot as in the JSON."""

    def __init__(self, typed: Any, path: str, sentences: Mapping[str, list[str]]) -> None:
        self.typed, self.path, self._said = typed, path, sentences

    def __getattr__(self, name: str) -> Box:
        if name.startswith("_") or not isinstance(self.typed, Mapping) or name not in self.typed:
            raise AttributeError(name)
        return Box(self.typed[name], f"{self.path}.{name}", self._said)

    @property
    def anchor(self) -> str:
        return "e-" + self.path.replace(".", "-")

    @property
    def sentences(self) -> list[str]:
        """What is wrong with this very value."""
        return self._said.get(self.path, [])

    @property
    def faults(self) -> int:
        """How much is wrong with it and with all inside it."""
        within = f"{self.path}."
        return sum(
            len(said) for path, said in self._said.items() if path == self.path or path.startswith(within)
        )

    @property
    def rows(self) -> list[Box]:
        return [Box(one, f"{self.path}.{number}", self._said) for number, one in enumerate(self.typed)]

    @property
    def languages(self) -> list[tuple[str, str, Box]]:
        """(code, name, box) of each other language, of a value with translations."""
        names = dict(settings.LANGUAGES)
        words = self.translations
        return [(code, names[code], getattr(words, code)) for code in words.typed]


def sentences(mistakes: Iterable[Mistake], part: str) -> dict[str, list[str]]:
    """The mistakes of one part by path."""
    said: dict[str, list[str]] = {}
    for one in mistakes:
        if one.path[0] == part:
            said.setdefault(".".join(map(str, one.path)), []).append(one.sentence)
    return said


def elsewhere(mistakes: Iterable[Mistake], part: str) -> list[str]:
    """The mistakes of the other parts, and of a part as a whole, each with its place."""
    return [
        f"{_PARTS[str(one.path[0])]}: {_with_place(one)}" if one.path[0] != part else one.sentence
        for one in mistakes
        if one.path[0] != part or len(one.path) == 1
    ]


def _with_place(one: Mistake) -> str:
    where = place(one.path)
    return f"{where} – {one.sentence}" if where else one.sentence
