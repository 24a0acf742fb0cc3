"""What is wrong with the questions of a form: of a request type or of a task. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import checking
from catalog.checking import Mistake, Path

MOST_QUESTIONS = 50
MOST_CHOICES = 100
LONGEST_LABEL = 200
LONGEST_VALUE = 100


class QuestionKind(models.TextChoices):
    TEXT = "text", gettext_lazy("Short text")
    LONG_TEXT = "long_text", gettext_lazy("Long text")
    NUMBER = "number", gettext_lazy("Number")
    DATE = "date", gettext_lazy("Date")
    CHOICE = "choice", gettext_lazy("Choice from a list")
    SECRET = "secret", gettext_lazy("Access data, kept encrypted")


def check(form: Any, path: Path) -> Iterator[Mistake]:
    taken: set[str] = set()
    for found in checking.rows(form, path, MOST_QUESTIONS):
        if isinstance(found, Mistake):
            yield found
        else:
            yield from _question(*found, taken)


def by_key(form: Any) -> dict[str, Mapping[str, Any]]:
    """The readable questions of a form."""
    questions = form if isinstance(form, list) else []
    return {
        one["key"]: one for one in questions if isinstance(one, Mapping) and isinstance(one.get("key"), str)
    }


def values(question: Mapping[str, Any]) -> list[str]:
    """What can be answered to a choice."""
    choices = question.get("choices")
    return [_value(one) for one in choices] if isinstance(choices, list) else []


def _question(path: Path, given: Mapping[str, Any], taken: set[str]) -> Iterator[Mistake]:
    yield from checking.key(given.get("key"), (*path, "key"), taken)
    missing = _("Write the question.")
    yield from checking.text(given.get("label"), (*path, "label"), LONGEST_LABEL, missing)
    yield from checking.translations(given.get("translations"), (*path, "translations"), LONGEST_LABEL)
    yield from checking.one_of(
        given.get("kind"), (*path, "kind"), QuestionKind.values, _("Choose how it is answered.")
    )
    if given.get("kind") == QuestionKind.SECRET and path[0] != "form":
        yield Mistake((*path, "kind"), _("Only the form of the request can ask for access data."))
    if not isinstance(given.get("required", False), bool):
        yield Mistake((*path, "required"), _("This cannot be read: yes or no is expected."))
    if given.get("kind") == QuestionKind.CHOICE:
        yield from _choices(given.get("choices"), (*path, "choices"))


def _choices(given: Any, path: Path) -> Iterator[Mistake]:
    if not isinstance(given, list) or not given:
        yield Mistake(path, _("A choice needs something to choose from. Add an answer."))
        return
    if len(given) > MOST_CHOICES:
        yield Mistake(path, _("At most %(n)s answers, please.") % {"n": MOST_CHOICES})
    taken: set[str] = set()
    for place, choice in enumerate(given[:MOST_CHOICES]):
        yield from _choice(choice, (*path, place), taken)


def _choice(given: Any, path: Path, taken: set[str]) -> Iterator[Mistake]:
    """Plain text, or `{"value", "label", "translations"}`."""
    row = given if isinstance(given, Mapping) else {"label": given}
    missing = _("Write the answer, or take it out.")
    yield from checking.text(row.get("label", row.get("value")), (*path, "label"), LONGEST_LABEL, missing)
    yield from checking.text(row.get("value"), (*path, "value"), LONGEST_VALUE)
    yield from checking.translations(row.get("translations"), (*path, "translations"), LONGEST_LABEL)
    if (value := _value(given)) in taken:
        yield Mistake((*path, "label"), _("“%(answer)s” is there twice.") % {"answer": value})
    taken.add(value)


def _value(given: Any) -> str:
    if isinstance(given, Mapping):
        return str(given.get("value", given.get("label", "")))
    return str(given)
