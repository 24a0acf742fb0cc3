"""Ready-made forms by class of problem, in three languages, as the files of `catalog/ready` hold them.

In a file, words stand as `[English, Russian, Spanish]` and an answer to choose from as `[value, words]`;
everything else of a question is as in `catalog.questions.kinds`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from servicedesk.lib.localized import localized

FOLDER = Path(__file__).with_name("ready")
LANGUAGES = ("ru", "es")  # after English

Questions = list[dict[str, Any]]


def names() -> list[tuple[str, str]]:
    """(name, title) of each in the reader's language."""
    return [(name, localized(*_words(one["name"]))) for name, one in _all().items()]


def questions(name: str) -> Questions:
    """The questions of one as a request type stores them; none when there is no such form."""
    return [_question(one) for one in _all()[name]["questions"]] if name in _all() else []


@cache
def _all() -> dict[str, Any]:
    files = sorted(FOLDER.glob("*.json"))
    return {file.stem.partition("-")[2]: json.loads(file.read_text(encoding="utf-8")) for file in files}


def _question(given: dict[str, Any]) -> dict[str, Any]:
    label, translations = _words(given["label"])
    made = dict(given) | {"label": label, "translations": translations}
    for name in ("help", "pattern_error"):
        if name in given:
            text, translated = _words(given[name])
            made[name] = {"text": text, "translations": translated}
    if "choices" in given:
        made["choices"] = [_choice(*one) for one in given["choices"]]
    return made


def _choice(value: str, words: list[str]) -> dict[str, Any]:
    label, translations = _words(words)
    return {"value": value, "label": label, "translations": translations}


def _words(given: list[str]) -> tuple[str, dict[str, str]]:
    english, *others = given
    return english, dict(zip(LANGUAGES, others, strict=True))
