"""The form editor: kinds and settings of questions, and the preview that shows them."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.models import RequestType
from tests.catalog.conftest import Desk
from tests.catalog.editor.test_editor import save, stored

pytestmark = pytest.mark.django_db

WHERE = {"form.0.key": "q1", "form.0.label": "Where?", "form.0.kind": "choice",
         "form.0.choices.0.label": "Here", "form.0.choices.1.label": "There",
         "form.0.choices.1.chosen": "on"}  # fmt: skip
SERIAL = {"form.1.key": "q2", "form.1.label": "Serial", "form.1.kind": "text", "form.1.pattern": "serial",
          "form.1.help.text": "On the label.", "form.1.help.translations.ru": "На наклейке.",
          "form.1.pattern_error.text": "As printed.", "form.1.shortest": "4", "form.1.longest": "20",
          "form.1.default": "SN-0000", "form.1.condition.field": "form.q1", "form.1.condition.test": "is",
          "form.1.condition.value": "There"}  # fmt: skip


def settings(kind: str, **more: str) -> dict[str, str]:
    """One question that was given every setting there is."""
    sent = {"key": "q1", "label": "Q", "kind": kind, "required": "on", "default": "7", "pattern": "serial",
            "shortest": "1", "longest": "9", "least": "0,5", "most": "10",
            "choices.0.label": "7", "pattern_error.text": "No."}  # fmt: skip
    return {f"form.0.{name}": value for name, value in (sent | more).items()}


def test_everything_that_can_be_set_is_stored_and_comes_back(desk: Desk, item: RequestType) -> None:
    assert save(desk, item, "form", **WHERE, **SERIAL).status_code == 302
    assert stored(item, "form") == [
        {"key": "q1", "label": "Where?", "kind": "choice",
         "choices": [{"value": "Here", "label": "Here"},
                     {"value": "There", "label": "There", "chosen": True}]},
        {"key": "q2", "label": "Serial", "kind": "text", "pattern": "serial",
         "help": {"text": "On the label.", "translations": {"ru": "На наклейке."}},
         "pattern_error": {"text": "As printed."}, "shortest": 4, "longest": 20, "default": "SN-0000",
         "condition": {"field": "form.q1", "test": "is", "value": "There"}},
    ]  # fmt: skip
    page = desk.get("type-form", item.pk)
    assert all(f'value="{text}"' in page for text in ("On the label.", "На наклейке.", "As printed.", "4"))
    assert '<option value="There" selected>' in page
    assert 'name="form.0.choices.1.chosen" checked' in page
    assert 'name="form.0.choices.0.chosen" checked' not in page
    assert "Only if “Where?” is “There”" in page


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("text", {"default": "7", "pattern": "serial", "pattern_error": {"text": "No."}, "shortest": 1,
                  "longest": 9, "required": True}),
        ("long_text", {"default": "7", "shortest": 1, "longest": 9, "required": True}),
        ("number", {"default": "7", "least": "0.5", "most": "10", "required": True}),
        ("choices", {"choices": [{"value": "7", "label": "7"}], "required": True}),
        ("list", {"default": ["7"], "required": True}),
        ("person", {"required": True}),
        ("secret", {"required": True}),
        ("notice", {}),
    ],
)  # fmt: skip
def test_a_question_keeps_only_what_its_kind_has(
    desk: Desk, item: RequestType, kind: str, kept: dict[str, Any]
) -> None:
    more = {"default": "SN-7", "longest": "9"} if kind == "text" else {}
    assert save(desk, item, "form", **settings(kind, **more)).status_code == 302
    wanted = kept | ({"default": "SN-7"} if kind == "text" else {})
    assert stored(item, "form") == [{"key": "q1", "label": "Q", "kind": kind} | wanted]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"form.1.pattern": "(a+)+$"}, "There is no such choice."),
        ({"form.1.longest": "many"}, "Write a whole number from 1 to 500."),
        ({"form.1.default": "?"}, "do not allow this answer"),
        ({"form.1.condition.field": "form.q2"}, "Choose a question that stands before this one."),
        ({"form.1.condition.value": "Nowhere"}, "is not among the answers"),
        ({"form.1.help.text": ""}, "Write the text itself"),
    ],
)
def test_what_cannot_be_stands_at_its_place_in_an_open_fold(
    desk: Desk, item: RequestType, sent: dict[str, str], said: str
) -> None:
    answer = save(desk, item, "form", **(WHERE | SERIAL | sent))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'data-kept="more-form.1" open' in page
    assert stored(item, "form") == []


def test_a_question_that_another_depends_on_cannot_be_taken_out_or_moved_behind_it(
    desk: Desk, item: RequestType
) -> None:
    moved = {name.replace("form.0.", "form.2."): value for name, value in WHERE.items()}
    for rows, said in ((SERIAL, "was deleted"), (moved | SERIAL, "stands before this one")):
        answer = save(desk, item, "form", **rows)
        assert answer.status_code == 422
        assert said in answer.content.decode()


def test_a_condition_offers_only_earlier_questions_that_have_an_answer(desk: Desk, item: RequestType) -> None:
    notice = {"form.0.key": "n", "form.0.label": "Read this", "form.0.kind": "notice"}
    text = {"form.1.key": "t", "form.1.label": "T", "form.1.kind": "text"}
    last = {"form.2.key": "u", "form.2.label": "U", "form.2.kind": "text"}
    page = save(desk, item, "form", **notice, **text, **last, do="show").content.decode()
    assert '<option value="form.n"' not in page
    assert page.count('<option value="form.t"') == 1


def test_tasks_ask_with_conditions_too(desk: Desk, item: RequestType) -> None:
    task = {"plan.0.tasks.0.key": "t1", "plan.0.tasks.0.title": "Order"}
    asked = {
        f"plan.0.tasks.0.{name}": value
        for name, value in (WHERE | SERIAL | {"form.1.help.text": "Hm"}).items()
    }
    assert save(desk, item, "plan", **task, **asked).status_code == 302
    form = stored(item, "plan")[0]["tasks"][0]["form"]
    assert form[1]["condition"]["field"] == "form.q1"
    assert "Only if “Where?” is “There”" in desk.get("type-plan", item.pk)


def test_the_preview_shows_help_notices_and_conditions_in_words(desk: Desk, item: RequestType) -> None:
    save(desk, item, "form", **WHERE, **SERIAL,
         **{"form.2.key": "n", "form.2.label": "Bring your badge", "form.2.kind": "notice",
            "form.2.help.text": "And your <keys>."})  # fmt: skip
    page = desk.get("type-preview", item.pk)
    assert all(text in page for text in ("On the label.", "Only if “Where?” is “There”.", "Bring your badge"))
    assert "And your &lt;keys&gt;." in page


def test_the_form_costs_the_same_whatever_its_size(
    desk: Desk, item: RequestType, django_assert_max_num_queries: Any
) -> None:
    for size in (1, 30):
        form = [{"key": f"k{number}", "label": "A", "kind": "person"} for number in range(size)]
        RequestType.objects.filter(pk=item.pk).update(form=form)
        with django_assert_max_num_queries(6):
            desk.get("type-form", item.pk)
