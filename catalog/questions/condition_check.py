"""What is wrong with a condition on an earlier answer: of a stage, a task or a question. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalog import checks
from catalog.checks import Mistake, Path, said
from catalog.questions import kinds as question_kinds
from catalog.questions.conditions import Test
from catalog.questions.kinds import QuestionKind

LONGEST_VALUE = 500
MOST_VALUES = 100

Questions = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Earlier:
    """What may be looked back at: {whose form: its questions}; `later` are forms, or questions as
    `form.key`, that come too late, and `too_late` says so."""

    questions: Mapping[str, Questions]
    later: Collection[str]
    too_late: str = ""


def condition(given: Any, path: Path, before: Earlier) -> Iterator[Mistake]:
    if not given:
        return
    if not isinstance(given, Mapping):
        yield Mistake(path, _("Invalid value."))
        return
    field = given.get("field")
    whose, _dot, key = field.partition(".") if isinstance(field, str) else ("", "", "")
    if not key:
        yield Mistake((*path, "field"), _("Choose a question for this condition."))
    elif before.later and (whose in before.later or field in before.later):
        yield Mistake((*path, "field"), before.too_late)
    elif key not in before.questions.get(whose, {}):
        yield Mistake((*path, "field"), _("The question of this condition was deleted. Choose another."))
    else:
        yield from _test(given, path, before.questions[whose][key])


def _test(given: Mapping[str, Any], path: Path, question: Mapping[str, Any]) -> Iterator[Mistake]:
    if question.get("kind") in question_kinds.UNKNOWN_TO_CONDITIONS:
        yield Mistake((*path, "field"), _unknown(question["kind"]))
        return
    yield from checks.one_of(given.get("test"), (*path, "test"), Test.values)
    if given.get("test") not in (Test.FILLED, Test.EMPTY):
        yield from _value(given.get("value"), (*path, "value"), question)


def _unknown(kind: str) -> str:
    if kind == QuestionKind.FILE:
        return _("A condition cannot use a file question. Choose another question.")
    return _("A notice has no answer, and access data stay hidden. Choose another question.")


def _value(value: Any, path: Path, question: Mapping[str, Any]) -> Iterator[Mistake]:
    wanted = value if isinstance(value, list) else [value]
    if not wanted or any(one in (None, "") for one in wanted):
        yield Mistake(path, _("Enter the answer of this condition."))
    elif not all(isinstance(one, str | int | float) for one in wanted):
        yield Mistake(path, _("Invalid value."))
    elif question.get("kind") in question_kinds.CHOSEN:
        known = question_kinds.values(question)
        for one in wanted:
            if str(one) not in known:
                names = {"answer": one, "question": said(question.get("label"), question.get("translations"))}
                yield Mistake(path, _("“%(answer)s” is not among the answers of “%(question)s”.") % names)
    elif len(wanted) > MOST_VALUES or any(len(str(one)) > LONGEST_VALUE for one in wanted):
        yield Mistake(path, _("This answer is too long."))
