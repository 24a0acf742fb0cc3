"""Questions of the catalog as form fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.utils.translation import override

from catalog.questions import form_fields

QUESTIONS: list[dict[str, Any]] = [
    {"key": "name", "label": "Name", "translations": {"ru": "Имя"}, "kind": "text", "required": True},
    {"key": "why", "label": "Why", "kind": "long_text"},
    {"key": "count", "label": "How many", "kind": "number"},
    {"key": "since", "label": "Since", "kind": "date"},
    {
        "key": "colour",
        "label": "Colour",
        "kind": "choice",
        "choices": ["Grey", {"value": "b", "label": "Black", "translations": {"ru": "Чёрный"}}],
    },
]


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("name", forms.CharField),
        ("why", forms.CharField),
        ("count", forms.DecimalField),
        ("since", forms.DateField),
        ("colour", forms.ChoiceField),
    ],
)
def test_each_kind_has_its_field(key: str, field: type[forms.Field]) -> None:
    assert type(form_fields.fields(QUESTIONS)[f"answer_{key}"]) is field


def test_an_unknown_kind_is_asked_as_text() -> None:
    made = form_fields.fields([{"key": "x", "label": "X", "kind": "hologram"}])
    assert isinstance(made["answer_x"], forms.CharField)


def test_labels_and_choices_are_in_the_readers_language() -> None:
    with override("ru"):
        made = form_fields.fields(QUESTIONS)
    assert made["answer_name"].label == "Имя"
    colour = made["answer_colour"]
    assert isinstance(colour.widget, forms.RadioSelect)
    assert [*colour.widget.choices] == [("Grey", "Grey"), ("b", "Чёрный")]


def test_only_required_questions_must_be_answered() -> None:
    made = form_fields.fields(QUESTIONS)
    assert [name for name, field in made.items() if field.required] == ["answer_name"]


def test_many_choices_become_a_list() -> None:
    made = form_fields.fields([{"key": "x", "kind": "choice", "choices": list("abcdef")}])
    assert isinstance(made["answer_x"].widget, forms.Select)
    assert made["answer_x"].label == "x"


def test_answers_are_json_values_without_empty_ones() -> None:
    cleaned = {
        "subject": "not an answer",
        "answer_name": "Ann",
        "answer_why": "",
        "answer_count": Decimal("2.50"),
        "answer_since": date(2026, 1, 5),
    }
    assert form_fields.answers(cleaned) == {"name": "Ann", "count": 2.5, "since": "2026-01-05"}
