"""Questions in words: how many, and when one of them appears."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.checks import said
from catalog.questions import kinds as question_kinds
from catalog.questions.answers import choices
from catalog.questions.condition_check import Earlier
from catalog.questions.conditions import Condition, Test


def condition(given: Any, before: Earlier) -> str:
    """“Only if “What kind?” is Laptop”; "" without a condition."""
    if not isinstance(given, Mapping) or not isinstance(given.get("field"), str):
        return ""
    asked = Condition.of(given)
    assert asked
    question = before.questions.get(asked.asked_by, {}).get(asked.question)
    if question is None:
        return _("Only if a deleted question is answered")
    label = said(question.get("label"), question.get("translations"))
    return _TESTS.get(asked.test, _TESTS[Test.IS])() % {
        "question": label,
        "answer": _answers(question, asked.value),
    }


_TESTS: dict[str, Callable[[], str]] = {
    Test.IS: lambda: _("Only if “%(question)s” is “%(answer)s”"),
    Test.IS_NOT: lambda: _("Only if “%(question)s” is not “%(answer)s”"),
    Test.ONE_OF: lambda: _("Only if “%(question)s” is one of: %(answer)s"),
    Test.FILLED: lambda: _("Only if “%(question)s” is filled in"),
    Test.EMPTY: lambda: _("Only if “%(question)s” is empty"),
}


def _answers(question: Mapping[str, Any], value: Any) -> str:
    labels = dict(choices(question)) if question.get("kind") in question_kinds.CHOSEN else {}
    wanted: Iterable[Any] = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(one), str(one)) for one in wanted)


def questions(amount: int) -> str:
    return ngettext("%(n)s question", "%(n)s questions", amount) % {"n": amount}
