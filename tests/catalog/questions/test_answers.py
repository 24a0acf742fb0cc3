"""Answers to the catalog's questions as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from catalog.questions import answers

QUESTIONS: list[dict[str, Any]] = [
    {"key": "count", "label": "How many", "translations": {"ru": "Сколько"}, "kind": "number"},
    {"key": "since", "label": "Since", "kind": "date"},
    {
        "key": "colour",
        "label": "Colour",
        "kind": "choice",
        "choices": ["Grey", {"value": "b", "label": "Black", "translations": {"ru": "Чёрный"}}],
    },
    {"key": "why", "label": "Why", "kind": "long_text"},
]


def test_answers_are_shown_in_the_readers_language() -> None:
    given = {"colour": "b", "since": "2026-01-05", "count": 3.5}
    with override("ru"):
        shown = answers.shown(QUESTIONS, given)
    assert shown == [("Сколько", "3,5"), ("Since", "5 января 2026 г."), ("Colour", "Чёрный")]


def test_an_answer_to_a_question_that_was_never_asked_is_left_out() -> None:
    assert answers.shown(QUESTIONS, {"gone": "x", "why": "Because"}) == [("Why", "Because")]


def test_a_choice_that_is_not_offered_any_more_is_shown_as_it_is_stored() -> None:
    assert answers.shown(QUESTIONS, {"colour": "Mauve"}) == [("Colour", "Mauve")]
