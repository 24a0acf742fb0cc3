"""What is wrong with the questions of a form: of a request type or of a task. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from catalog import checks
from catalog.checks import Mistake, Path
from catalog.questions import condition_check, settings_check
from catalog.questions.condition_check import Earlier
from catalog.questions.kinds import (
    CHOSEN,
    ONLY_OF_REQUEST,
    SAME_FORM,
    QuestionKind,
    by_key,
    chosen,
    value,
)
from servicedesk.lib.uploads import MAX_FILES

MOST_QUESTIONS = 50
MOST_CHOICES = 100
LONGEST_LABEL = 200
LONGEST_VALUE = 100


def check(form: Any, path: Path) -> Iterator[Mistake]:
    taken: set[str] = set()
    yield from _too_many_files(form, path)
    for found in checks.rows(form, path, MOST_QUESTIONS):
        if isinstance(found, Mistake):
            yield found
        else:
            place, question = found
            yield from _question(place, question, taken)
            before = earlier(form, int(place[-1]))
            yield from condition_check.condition(question.get("condition"), (*place, "condition"), before)


def earlier(form: Any, number: int) -> Earlier:
    """What question `number` (from 0) may look back at: those before it, so that nothing goes in a circle."""
    questions = form if isinstance(form, list) else []
    before = by_key(questions[:number])
    later = {f"{SAME_FORM}.{key}" for key in by_key(questions[number:])} - {
        f"{SAME_FORM}.{key}" for key in before
    }
    return Earlier({SAME_FORM: before}, later, _("Choose a question that stands before this one."))


def _too_many_files(form: Any, path: Path) -> Iterator[Mistake]:
    """A message brings so many files and no more; with more questions they could not all be answered."""
    questions = enumerate(form) if isinstance(form, list) else ()
    asking = [
        place
        for place, one in questions
        if isinstance(one, Mapping) and one.get("kind") == QuestionKind.FILE.value
    ]
    for place in asking[MAX_FILES:]:
        sentence = _("At most %(n)s questions of a form can ask for files.")
        yield Mistake((*path, place, "kind"), sentence % {"n": MAX_FILES})


def _question(path: Path, given: Mapping[str, Any], taken: set[str]) -> Iterator[Mistake]:
    yield from checks.key(given.get("key"), (*path, "key"), taken)
    missing = _("Write the question.")
    yield from checks.text(given.get("label"), (*path, "label"), LONGEST_LABEL, missing)
    yield from checks.translations(given.get("translations"), (*path, "translations"), LONGEST_LABEL)
    yield from checks.one_of(
        given.get("kind"), (*path, "kind"), QuestionKind.values, _("Choose the answer type.")
    )
    if given.get("kind") in ONLY_OF_REQUEST and path[0] != "form":
        yield Mistake((*path, "kind"), _not_here(given["kind"]))
    if not isinstance(given.get("required", False), bool):
        yield Mistake((*path, "required"), _("Invalid value: yes or no is expected."))
    if given.get("kind") in CHOSEN:
        yield from _choices(given.get("choices"), (*path, "choices"))
    if given.get("kind") == QuestionKind.CHOICE and len(chosen(given)) > 1:
        yield Mistake((*path, "choices"), _("Only one answer can be the default."))
    yield from settings_check.check(given, path)


def _not_here(kind: str) -> str:
    if kind == QuestionKind.FILE:
        return _("Only the form of the request can ask for files.")
    return _("Only the form of the request can ask for access data.")


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
    missing = _("Write the answer, or remove it.")
    yield from checks.text(row.get("label", row.get("value")), (*path, "label"), LONGEST_LABEL, missing)
    yield from checks.text(row.get("value"), (*path, "value"), LONGEST_VALUE)
    yield from checks.translations(row.get("translations"), (*path, "translations"), LONGEST_LABEL)
    if not isinstance(row.get("chosen", False), bool):
        yield Mistake((*path, "chosen"), _("Invalid value: yes or no is expected."))
    if (answer := value(given)) in taken:
        yield Mistake((*path, "label"), _("“%(answer)s” is there twice.") % {"answer": answer})
    taken.add(answer)
