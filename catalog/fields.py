"""The questions of a request type, or of a task of its plan, as form fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from catalog.answers import Question, choices, label

PREFIX = "answer_"
FEW = 5  # so many choices are shown side by side, more of them in a list


def fields(questions: Iterable[Question]) -> dict[str, forms.Field]:
    """One field for each question, by form name; an unknown kind is asked as text."""
    return {PREFIX + question["key"]: _field(question) for question in questions}


def answers(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The answered questions as JSON values by key; what was left empty is left out."""
    given = {name.removeprefix(PREFIX): value for name, value in cleaned.items() if name.startswith(PREFIX)}
    return {key: _stored(value) for key, value in given.items() if value not in (None, "")}


def _field(question: Question) -> forms.Field:
    make = _MAKERS.get(question.get("kind", "text"), _text)
    field = make(question)
    field.label = label(question)
    field.required = bool(question.get("required"))
    field.error_messages["required"] = _("Please answer this question.")
    return field


def _text(_question: Question) -> forms.Field:
    return forms.CharField(max_length=500)


def _long_text(_question: Question) -> forms.Field:
    return forms.CharField(max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))


def _number(_question: Question) -> forms.Field:
    return forms.DecimalField(max_digits=14, decimal_places=4)


def _date(_question: Question) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _one_of(question: Question) -> forms.Field:
    offered = choices(question)
    if len(offered) <= FEW:
        return forms.ChoiceField(choices=offered, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", _("Choose…")), *offered])


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
    "secret": _secret,
}


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
