"""What is wrong with the settings of a question: help, default, pattern, limits. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeGuard

from django.utils.translation import gettext as _

from catalog import checks
from catalog.checks import Mistake, Path
from catalog.questions import patterns
from catalog.questions.file_types import FileType
from catalog.questions.kinds import QuestionKind
from catalog.questions.patterns import Pattern
from servicedesk.lib.uploads import MAX_FILES

LONGEST_HELP = 1000
LONGEST_ERROR = 200
LONGEST_ANSWER = {QuestionKind.TEXT.value: 500, QuestionKind.LONG_TEXT.value: 10_000}
LONGEST_LINE = 300
MOST_LINES = 200
TODAY = "today"  # the default of a date
_MOST = Decimal("9999999999")

Question = Mapping[str, Any]


def check(given: Question, path: Path) -> Iterator[Mistake]:
    yield from _words(given.get("help"), (*path, "help"), LONGEST_HELP)
    yield from checks.one_of(given.get("pattern"), (*path, "pattern"), Pattern.values)
    yield from _words(given.get("pattern_error"), (*path, "pattern_error"), LONGEST_ERROR)
    limits = _files if given.get("kind") == QuestionKind.FILE else _numbers
    wrong = [*_lengths(given, path), *limits(given, path)]
    yield from wrong
    if given.get("default") not in (None, "", []) and not wrong:
        sentence = _default(given, given["default"])
        if sentence:
            yield Mistake((*path, "default"), sentence)


def amount(given: Any) -> Decimal | None:
    """A number as the editor stores it; None when it is none."""
    if isinstance(given, bool) or not isinstance(given, str | int | float) or len(str(given)) > 20:
        return None
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= _MOST else None


def longest(question: Question) -> int:
    """How long a text may be at most."""
    most = LONGEST_ANSWER.get(str(question.get("kind")), 500)
    given = question.get("longest")
    return min(given, most) if _is_whole(given) and given > 0 else most


def most_files(question: Question) -> int:
    """How many files may answer it: one, unless it says otherwise."""
    given = question.get("most")
    return min(given, MAX_FILES) if _is_whole(given) and given > 0 else 1


def _words(given: Any, path: Path, most: int) -> Iterator[Mistake]:
    if given in (None, "", {}):
        return
    if not isinstance(given, Mapping):
        yield Mistake(path, _("Invalid value."))
        return
    missing = _("Write the text itself, not only its translations.")
    yield from checks.text(given.get("text"), (*path, "text"), most, missing)
    yield from checks.translations(given.get("translations"), (*path, "translations"), most)


def _lengths(given: Question, path: Path) -> Iterator[Mistake]:
    most = LONGEST_ANSWER.get(str(given.get("kind")), max(LONGEST_ANSWER.values()))
    least, length = given.get("shortest"), given.get("longest")
    for name, one in (("shortest", least), ("longest", length)):
        if one not in (None, "") and not (_is_whole(one) and 1 <= one <= most):
            yield Mistake((*path, name), _("Write a whole number from 1 to %(most)s.") % {"most": most})
    if _is_whole(least) and _is_whole(length) and least > length:
        yield Mistake((*path, "longest"), _("The longest answer cannot be shorter than the shortest one."))


def _numbers(given: Question, path: Path) -> Iterator[Mistake]:
    least, most = amount(given.get("least")), amount(given.get("most"))
    for name, number in (("least", least), ("most", most)):
        if given.get(name) not in (None, "") and number is None:
            yield Mistake((*path, name), _("Write a number, for example “8” or “0.5”."))
    if least is not None and most is not None and least > most:
        yield Mistake((*path, "most"), _("The largest number cannot be smaller than the smallest one."))


def _files(given: Question, path: Path) -> Iterator[Mistake]:
    most, endings = given.get("most"), given.get("endings")
    if most not in (None, "") and not (_is_whole(most) and 1 <= most <= MAX_FILES):
        yield Mistake((*path, "most"), _("Write a whole number from 1 to %(most)s.") % {"most": MAX_FILES})
    if endings in (None, "", []):
        return
    if not isinstance(endings, list) or not all(
        isinstance(one, str) and one in FileType.values for one in endings
    ):
        yield Mistake((*path, "endings"), _("There is no such choice. Choose one from the list."))


def _default(question: Question, given: Any) -> str:
    """What is wrong with the answer that stands there beforehand; "" when nothing."""
    match question.get("kind"):
        case QuestionKind.NUMBER:
            return _number(question, amount(given))
        case QuestionKind.DATE:
            return "" if _is_day(given) else _("Write “today”, or a day such as 2026-01-31.")
        case QuestionKind.LIST:
            lines = given if isinstance(given, list) else [given]
            fits = len(lines) <= MOST_LINES and all(
                isinstance(one, str) and len(one) <= LONGEST_LINE for one in lines
            )
            return "" if fits else _("This list is too long or not valid.")
        case QuestionKind.TEXT | QuestionKind.LONG_TEXT:
            return _text(question, given)
    return ""


def _number(question: Question, number: Decimal | None) -> str:
    if number is None:
        return _("Write a number, for example “8” or “0.5”.")
    least, most = amount(question.get("least")), amount(question.get("most"))
    is_outside = (least is not None and number < least) or (most is not None and number > most)
    return _("The limits of this question do not allow this number.") if is_outside else ""


def _text(question: Question, given: Any) -> str:
    if not isinstance(given, str):
        return _("Invalid value: a text is expected.")
    fits = (question.get("shortest") or 0) <= len(given) <= longest(question)
    if not fits or not patterns.matches(str(question.get("pattern") or ""), given):
        return _("The limits or the pattern of this question do not allow this answer.")
    return ""


def _is_day(given: Any) -> bool:
    if given == TODAY:
        return True
    try:
        return isinstance(given, str) and len(given) == 10 and bool(date.fromisoformat(given))
    except ValueError:
        return False


def _is_whole(given: Any) -> TypeGuard[int]:
    return isinstance(given, int) and not isinstance(given, bool)
