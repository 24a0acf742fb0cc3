"""What is wrong with a part of a catalog item, and where: the form of small checks. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.lib.localized import localized

Path = tuple[str | int, ...]

LONGEST_KEY = 40
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


@dataclass(frozen=True)
class Mistake:
    """`path` leads to the value: `("plan", 2, "tasks", 1, "group")` is the group of the third stage's second
    task."""

    path: Path
    sentence: str


def is_storable(value: Any) -> bool:
    """Whether the database takes it as JSON: no NUL, no half signs, no “not a number”."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except (ValueError, TypeError, RecursionError):
        return False
    return "\\u0000" not in text


def rows(given: Any, path: Path, most: int) -> Iterator[tuple[Path, Mapping[str, Any]] | Mistake]:
    """Each row of a list with its path; what is no list or no row comes as a mistake."""
    if given in (None, ""):
        return
    if not isinstance(given, list):
        yield Mistake(path, _("Invalid value: a list is expected."))
        return
    if len(given) > most:
        sentence = ngettext("At most %(n)s, please.", "At most %(n)s, please.", most)
        yield Mistake(path, sentence % {"n": most})
    for place, row in enumerate(given[:most]):
        if isinstance(row, Mapping):
            yield (*path, place), row
        else:
            yield Mistake((*path, place), _("Invalid value."))


def text(given: Any, path: Path, most: int, missing: str = "") -> Iterator[Mistake]:
    """`missing` is the sentence for an empty one; "" when it may stay empty."""
    if given in (None, ""):
        if missing:
            yield Mistake(path, missing)
    elif not isinstance(given, str):
        yield Mistake(path, _("Invalid value: a text is expected."))
    elif not given.strip() and missing:
        yield Mistake(path, missing)
    elif len(given) > most:
        sentence = ngettext("At most %(n)s character.", "At most %(n)s characters.", most)
        yield Mistake(path, sentence % {"n": most})


def translations(given: Any, path: Path, most: int) -> Iterator[Mistake]:
    if given in (None, ""):
        return
    if not isinstance(given, Mapping):
        yield Mistake(path, _("Invalid translations."))
        return
    for language, words in given.items():
        yield from text(words, (*path, str(language)), most)


def one_of(given: Any, path: Path, known: Iterable[str], missing: str = "") -> Iterator[Mistake]:
    if given in (None, ""):
        if missing:
            yield Mistake(path, missing)
    elif given not in list(known):
        yield Mistake(path, _("There is no such choice. Choose one from the list."))


def key(given: Any, path: Path, taken: set[str]) -> Iterator[Mistake]:
    """A short name for machines; `taken` learns it."""
    if not isinstance(given, str) or not given or len(given) > LONGEST_KEY or set(given) - set(_PLAIN):
        sentence = _("A key has 1 to %(most)s Latin letters, digits, “-” and “_”, and nothing else.")
        yield Mistake(path, sentence % {"most": LONGEST_KEY})
    elif given in taken:
        yield Mistake(path, _("The key “%(key)s” is there twice.") % {"key": given})
    else:
        taken.add(given)


def said(words: Any, translated: Any = None) -> str:
    """A text in the reader's language, whatever stands there."""
    return localized(
        words if isinstance(words, str) else "", translated if isinstance(translated, Mapping) else None
    )


def place(path: Path) -> str:
    """“Stage 3, task 2” for such a path; "" for a whole part."""
    told = []
    for name, number in pairwise(path):
        if isinstance(number, int) and name in _PLACES:
            told.append(_PLACES[str(name)]() % {"number": number + 1})
    return ", ".join(told)


_PLACES: dict[str, Callable[[], str]] = {
    "approvals": lambda: _("Level %(number)s"),
    "plan": lambda: _("Stage %(number)s"),
    "tasks": lambda: _("task %(number)s"),
    "form": lambda: _("question %(number)s"),
    "choices": lambda: _("answer %(number)s"),
    "checklist": lambda: _("line %(number)s"),
    "links": lambda: _("link %(number)s"),
}


def placed(path: Path, sentence: str) -> str:
    """The sentence with its place before it."""
    where = place(path)
    return f"{where[:1].upper()}{where[1:]}: {sentence}" if where else sentence
