"""Questions that appear only after a certain answer."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.utils.translation import override

from catalog.questions import form_check, visibility
from catalog.questions.form_fields import answers, fields, settle

KIND = {"key": "kind", "label": "What kind?", "translations": {"ru": "Какой?"}, "kind": "choice",
        "required": True, "choices": [{"value": "l", "label": "Laptop"}, {"value": "d"}]}  # fmt: skip
SIZE = {"key": "size", "label": "Size", "kind": "number", "required": True,
        "condition": {"field": "form.kind", "test": "is", "value": "l"}}  # fmt: skip
BAG = {"key": "bag", "label": "Bag", "kind": "text", "required": True,
       "condition": {"field": "form.size", "test": "filled"}}  # fmt: skip
FORM = [KIND, SIZE, BAG]


def filled(questions: list[dict[str, Any]], **typed: str) -> forms.Form:
    form = forms.Form({f"answer_{key}": value for key, value in typed.items()})
    form.fields.update(fields(questions))
    form.is_valid()
    settle(form, questions)
    return form


def wrong(*questions: dict[str, Any]) -> list[str]:
    return [one.sentence for one in form_check.check(list(questions), ("form",))]


def on(field: Any, **more: Any) -> dict[str, Any]:
    return {"key": "x", "label": "X", "kind": "text", "condition": {"field": field, "test": "filled"} | more}


def test_a_question_that_does_not_appear_is_not_demanded() -> None:
    form = filled(FORM, kind="d")
    assert form.errors == {}
    assert answers(form.cleaned_data) == {"kind": "d"}


def test_what_was_sent_for_a_hidden_question_is_dropped_be_it_right_or_wrong() -> None:
    form = filled(FORM, kind="d", size="many", bag="Red")
    assert form.errors == {}
    assert answers(form.cleaned_data) == {"kind": "d"}


def test_a_question_that_appears_is_demanded() -> None:
    assert list(filled(FORM, kind="l").errors) == ["answer_size"]
    assert list(filled(FORM, kind="l", size="15").errors) == ["answer_bag"]
    assert filled(FORM, kind="l", size="15", bag="Red").errors == {}


def test_the_answer_to_a_hidden_question_counts_as_empty_for_those_after_it() -> None:
    assert visibility.hidden(FORM, {"kind": "d", "size": 15}) == {"size", "bag"}
    not_filled = BAG | {"condition": {"field": "form.size", "test": "empty"}}
    assert visibility.hidden([KIND, SIZE, not_filled], {"kind": "d", "size": 15}) == {"size"}


def test_a_condition_on_several_answers_and_on_a_list() -> None:
    tools: dict[str, Any] = {"key": "t", "kind": "choices", "choices": ["Saw", "Drill"]}
    hosts: dict[str, Any] = {"key": "h", "kind": "list"}
    for question, given in ((tools, ["Saw", "Drill"]), (hosts, ["Drill"])):
        after = on(f"form.{question['key']}", test="one_of", value=["Drill", "Nail"])
        assert visibility.hidden([question, after], {question["key"]: given}) == set()
        assert visibility.hidden([question, after], {question["key"]: ["Saw"]}) == {"x"}


def test_what_is_missing_counts_only_what_appears() -> None:
    assert [one["key"] for one in visibility.unanswered(FORM, {"kind": "l"})] == ["size"]
    assert visibility.unanswered(FORM, {"kind": "d"}) == []
    assert visibility.unanswered([{"key": "n", "kind": "notice", "required": True}], {}) == []


def test_the_condition_is_said_in_words_and_told_to_the_page() -> None:
    made = fields(FORM)["answer_size"]
    assert "Only if “What kind?” is “Laptop”." in made.help_text
    assert '"field": "answer_kind"' in made.widget.attrs["data-shown-if"]
    assert "data-shown-if" not in fields(FORM)["answer_kind"].widget.attrs
    with override("ru"):
        assert "Какой?" in fields(FORM)["answer_size"].help_text


def test_a_hostile_label_in_a_condition_is_text() -> None:
    made = fields([KIND | {"label": "<script>"}, SIZE])["answer_size"]
    assert "<script>" not in made.help_text


def test_a_sound_chain_of_conditions_is_taken() -> None:
    assert wrong(*FORM) == []


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        ((SIZE, KIND), "Choose a question that stands before this one."),
        ((on("form.x"),), "Choose a question that stands before this one."),
        ((on("form.gone"),), "The question of this condition was deleted. Choose another."),
        ((KIND, on("request.kind")), "The question of this condition was deleted. Choose another."),
        ((KIND, on("kind")), "Choose a question for this condition."),
        ((KIND, on(["form.kind"])), "Choose a question for this condition."),
        ((KIND, on("form.kind", test="is", value="z")), "“z” is not among the answers of “What kind?”."),
        ((KIND, on("form.kind", test="is")), "Enter the answer of this condition."),
        ((KIND, on("form.kind", test="like")), "There is no such choice. Choose one from the list."),
        ((KIND | {"kind": "notice"}, on("form.kind")),
         "A notice has no answer, and access data stay hidden. Choose another question."),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_is_refused(questions: Any, sentence: str) -> None:
    assert sentence in wrong(*questions)


def test_a_circle_cannot_be_written() -> None:
    """Of two questions that look at each other one looks at a later one."""
    first = {"key": "a", "label": "A", "kind": "text", "condition": {"field": "form.b", "test": "filled"}}
    second = {"key": "b", "label": "B", "kind": "text", "condition": {"field": "form.a", "test": "filled"}}
    assert wrong(first, second) == ["Choose a question that stands before this one."]
    assert wrong(second, first) == ["Choose a question that stands before this one."]
