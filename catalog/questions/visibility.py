"""Which questions of a form appear, going by the answers given to those before them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.questions.conditions import Condition
from catalog.questions.kinds import SAME_FORM, QuestionKind

Question = Mapping[str, Any]


def hidden(questions: Iterable[Question], answers: Mapping[str, Any]) -> set[str]:
    """The keys of the questions that do not appear; the answer to one of those counts as empty."""
    given: dict[str, Any] = {}
    found = set()
    for question in questions:
        condition = Condition.of(question.get("condition"))
        if condition is not None and not condition.holds({SAME_FORM: given}):
            found.add(question["key"])
        elif question["key"] in answers:
            given[question["key"]] = answers[question["key"]]
    return found


def unanswered(questions: Iterable[Question], answers: Mapping[str, Any]) -> list[Question]:
    """The questions that must be answered, appear, and are not."""
    asked = list(questions)
    left_out = hidden(asked, answers)
    return [
        one
        for one in asked
        if one.get("required") and one.get("kind") != QuestionKind.NOTICE
        if one["key"] not in left_out and answers.get(one["key"]) in (None, "", [])
    ]
