"""The questions of a request type and the answers to them, as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format

from servicedesk.lib.localized import localized

Question = Mapping[str, Any]


class Files(str):
    """The names of the files of an answer, one on each line.

    `files` are `{"attachment": pk, "name"}`, for pages where they lead to their download.
    """

    files: list[Mapping[str, Any]]

    def __new__(cls, given: Iterable[Any]) -> Files:
        found = [one for one in given if isinstance(one, Mapping)]
        made = super().__new__(cls, "\n".join(map(_plain, found)))
        made.files = found
        return made


def shown(questions: Iterable[Question], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(question, answer) in the reader's language; what was not answered is left out. Files are `Files`.

    `questions` are those of the ticket's snapshot, so that an answer is read as it was asked.
    """
    return [
        (label(question), _readable(question, answers[question["key"]]))
        for question in questions
        if question["key"] in answers
    ]


def label(question: Question) -> str:
    return localized(question.get("label", question["key"]), question.get("translations"))


def text(given: Any) -> str:
    """`{"text", "translations"}` in the reader's language; "" when there is none."""
    if not isinstance(given, Mapping):
        return ""
    return localized(given.get("text", ""), given.get("translations"))


def choices(question: Question) -> list[tuple[str, str]]:
    """(value, label); a choice is plain text or `{"value", "label", "translations"}`."""
    return [_choice(given) for given in question.get("choices") or []]


def _choice(given: Any) -> tuple[str, str]:
    if not isinstance(given, Mapping):
        return str(given), str(given)
    text = str(given.get("label", given.get("value", "")))
    return str(given.get("value", text)), localized(text, given.get("translations"))


def _readable(question: Question, value: Any) -> str:
    match question.get("kind"), value:
        case "choice", _:
            return dict(choices(question)).get(str(value), str(value))
        case "choices", list():
            labels = dict(choices(question))
            return ", ".join(labels.get(str(one), str(one)) for one in value)
        case "date", str():
            return date_format(date.fromisoformat(value), "DATE_FORMAT")
        case "file", list():
            return Files(value)
        case "number", int() | float():
            return str(number_format(value))
    return _plain(value)


def _plain(value: Any) -> str:
    """One thing on each line; of a person the name."""
    if isinstance(value, list):
        return "\n".join(map(_plain, value))
    return str(value.get("name", "")) if isinstance(value, Mapping) else str(value)
