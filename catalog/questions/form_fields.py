"""The questions of a request type, or of a task of its plan, as form fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from catalog.questions import patterns, settings_check, visibility
from catalog.questions import text as question_text
from catalog.questions.answers import Question, choices, label, text
from catalog.questions.condition_check import Earlier
from catalog.questions.conditions import Condition
from catalog.questions.contacts import People
from catalog.questions.field_classes import FilesField, LinesField, NoticeField, PersonField
from catalog.questions.kinds import SAME_FORM, QuestionKind, chosen
from servicedesk.lib.uploads import MAX_FILES, Upload

PREFIX = "answer_"
FEW = 5  # so many choices are shown side by side, more of them in a list


def fields(questions: Iterable[Question], people: People | None = None) -> dict[str, forms.Field]:
    """One field for each question, by form name; an unknown kind is asked as text.

    `people` are those whom a question for a person offers, of `catalog.questions.contacts`.
    """
    made, before = {}, dict[str, Question]()
    for question in questions:
        made[PREFIX + question["key"]] = _field(question, people or [], before)
        before[question["key"]] = question
    return made


def answers(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The answered questions as JSON values by key; what was left empty is left out, and so are files."""
    given = _given(cleaned)
    return {key: _stored(value) for key, value in given.items() if not _are_files(value)}


def files(cleaned: Mapping[str, Any]) -> dict[str, list[Upload]]:
    """The files that answer questions, by key."""
    return {key: value for key, value in _given(cleaned).items() if _are_files(value)}


def settle(form: forms.BaseForm, questions: Iterable[Question]) -> None:
    """Forget what came for questions that do not appear, right or wrong, and refuse too many files in all.

    Call while the form is cleaned.
    """
    for key in visibility.hidden(questions, answers(form.cleaned_data)):
        form.cleaned_data.pop(PREFIX + key, None)
        form.errors.pop(PREFIX + key, None)
    _limit_files(form)


def _limit_files(form: forms.BaseForm) -> None:
    """However many questions ask for files, a message brings no more of them."""
    sent = {name: len(value) for name, value in form.cleaned_data.items() if _are_files(value)}
    if (number := sum(sent.values())) > MAX_FILES:
        others = [name for name in sent if not name.startswith(PREFIX)]
        sentence = _("At most %(most)s files in one request, please. You chose %(number)s.")
        form.add_error([*sent, *others][-1], sentence % {"most": MAX_FILES, "number": number})


def _given(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX): value
        for name, value in cleaned.items()
        if name.startswith(PREFIX) and value not in (None, "", [])
    }


def _are_files(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Upload)


def _field(question: Question, people: People, before: Mapping[str, Question]) -> forms.Field:
    kind = question.get("kind", "text")
    field = PersonField(people) if kind == QuestionKind.PERSON else _MAKERS.get(kind, _text)(question)
    field.label = label(question)
    field.required = bool(question.get("required")) and kind != QuestionKind.NOTICE
    field.error_messages["required"] = _("Please answer this question.")
    if (initial := _initial(question)) not in (None, "", []):
        field.initial = initial
    helps = [field.help_text, text(question.get("help"))]
    if condition := Condition.of(question.get("condition")):
        field.widget.attrs["data-shown-if"] = _condition(condition)
        said = question_text.condition(question["condition"], Earlier({SAME_FORM: before}, ()))
        helps.append(format_html('<span class="shown-if">{}.</span>', said))
    field.help_text = format_html_join(" ", "{}", ((one,) for one in helps if one))
    return field


def _condition(condition: Condition) -> str:
    """For `questions.js`."""
    wanted = condition.value if isinstance(condition.value, list) else [condition.value]
    named = {"field": PREFIX + condition.question, "test": condition.test}
    return json.dumps(named | {"values": [str(one) for one in wanted]})


def _initial(question: Question) -> Any:
    """What stands there beforehand."""
    default = question.get("default")
    match question.get("kind"):
        case QuestionKind.CHOICE:
            return next(iter(chosen(question)), None)
        case QuestionKind.CHOICES:
            return chosen(question)
        case QuestionKind.DATE:
            return timezone.localdate() if default == settings_check.TODAY else default
        case QuestionKind.SECRET | QuestionKind.NOTICE | QuestionKind.PERSON | QuestionKind.FILE:
            return None
    return default


def _text(question: Question) -> forms.Field:
    field = forms.CharField(min_length=question.get("shortest"), max_length=settings_check.longest(question))
    if pattern := question.get("pattern"):
        field.validators.append(_held_to(pattern, text(question.get("pattern_error"))))
    return field


def _held_to(pattern: str, sentence: str) -> Callable[[str], None]:
    def check(given: str) -> None:
        if not patterns.matches(pattern, given):
            raise ValidationError(sentence or patterns.sentence(pattern))

    return check


def _long_text(question: Question) -> forms.Field:
    return forms.CharField(
        min_length=question.get("shortest"),
        max_length=settings_check.longest(question),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _number(question: Question) -> forms.Field:
    least, most = settings_check.amount(question.get("least")), settings_check.amount(question.get("most"))
    return forms.DecimalField(max_digits=14, decimal_places=4, min_value=least, max_value=most)


def _date(_question: Question) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _one_of(question: Question) -> forms.Field:
    offered = choices(question)
    if len(offered) <= FEW:
        return forms.ChoiceField(choices=offered, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", _("Choose…")), *offered])


def _several_of(question: Question) -> forms.Field:
    return forms.MultipleChoiceField(choices=choices(question), widget=forms.CheckboxSelectMultiple)


def _lines(_question: Question) -> forms.Field:
    return LinesField(help_text=_("One per line."))


def _notice(_question: Question) -> forms.Field:
    return NoticeField()


def _secret(_question: Question) -> forms.Field:
    """Never written back into a page: after a mistake it is typed again."""
    return forms.CharField(
        max_length=4000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted, shown only to whoever works on it, wiped some days after the end."),
    )


_MAKERS: dict[str, Callable[[Question], forms.Field]] = {
    "text": _text,
    "long_text": _long_text,
    "number": _number,
    "date": _date,
    "choice": _one_of,
    "choices": _several_of,
    "list": _lines,
    "notice": _notice,
    "secret": _secret,
    "file": FilesField,
}


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
