"""The preview beside the form editor: it follows what is typed, stores nothing, and never breaks."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.editor import part_shapes
from catalog.editor.nested_form import Sent
from catalog.editor.preview import live as live_preview
from catalog.models import RequestType
from catalog.questions.kinds import QuestionKind
from tests.catalog.conftest import Desk
from tests.factories import ClientFactory, GroupFactory, UserFactory, agent_of, contact_of
from tests.profiles import examples

pytestmark = pytest.mark.django_db
WHERE = {"form.0.key": "q1", "form.0.label": "Where?", "form.0.translations.ru": "Где?",
         "form.0.kind": "choice", "form.0.choices.0.label": "Here", "form.0.choices.1.label": "There",
         "form.0.choices.1.translations.ru": "Там"}  # fmt: skip
PHOTO = {"form.1.key": "q2", "form.1.label": "Photo", "form.1.kind": "file", "form.1.most": "3",
         "form.1.condition.field": "form.q1", "form.1.condition.test": "is",
         "form.1.condition.value": "There"}  # fmt: skip


def drawn(desk: Desk, item: RequestType, **typed: Any) -> str:
    """As htmx sends it."""
    address = reverse("catalog:type-form-preview", args=[item.pk])
    body = urlencode(typed, doseq=True, errors="surrogatepass")
    answer = desk.browser.post(address, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    return str(answer.content.decode())


def state(page: str) -> str:
    (found,) = re.findall(r'data-preview-state="([^"]*)"', page)
    return str(found)


def test_it_shows_what_was_typed_and_stores_nothing(desk: Desk, item: RequestType) -> None:
    with CaptureQueriesContext(connection) as found:
        page = drawn(desk, item, **WHERE, **PHOTO)
    assert all(words in page for words in ("Where?", "There", "Photo", "At most 3 files.", "data-shown-if"))
    assert state(page) == "2 questions"
    assert RequestType.objects.get(pk=item.pk).form == []
    assert all(one["sql"].startswith("SELECT") for one in found)


def test_it_speaks_the_language_that_is_chosen_and_notes_stay_in_the_readers_own(
    desk: Desk, item: RequestType
) -> None:
    unready = {"form.1.key": "q2", "form.1.label": "", "form.1.kind": "text"}
    page = drawn(desk, item, **WHERE, **unready, language="ru")
    assert 'lang="ru" data-preview-state="2 questions, 1 is not ready"' in page
    assert all(words in page for words in ("Где?", "Там"))
    assert "Where?" not in page
    assert 'lang="en"' in page
    assert "Question 2 is not ready" in page
    assert "Where?" in drawn(desk, item, **WHERE, language="xx")


def test_what_is_not_ready_keeps_its_place_and_the_rest_is_shown(desk: Desk, item: RequestType) -> None:
    broken = {"form.0.key": "q1", "form.0.label": "Where?", "form.0.kind": "choice"}
    after = {"form.1.key": "q2", "form.1.label": "Which room?", "form.1.kind": "text",
             "form.1.condition.field": "form.q1", "form.1.condition.test": "filled"}  # fmt: skip
    page = drawn(desk, item, **broken, **after)
    assert page.index("Question 1 is not ready") < page.index("Which room?")
    assert "A choice needs something to choose from." in page
    assert "data-shown-if" not in page  # nothing that could be chosen would ever show it
    assert 'role="alert"' not in page


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_each_kind_is_drawn(desk: Desk, item: RequestType, kind: str) -> None:
    words = {"form.0.label": "The label", "form.0.help.text": "Some help", "form.0.choices.0.label": "One"}
    page = drawn(desk, item, **{"form.0.key": "q1", "form.0.kind": kind}, **words)
    assert "The label" in page
    assert "Some help" in page


def test_nothing_in_it_belongs_to_the_form_of_the_editor(desk: Desk, item: RequestType) -> None:
    RequestType.objects.update(form=[{"key": "a", "label": "Where?", "kind": "person"}])
    page = desk.get("type-form", item.pk)
    editor, preview = page.index('id="editor"'), page.index("data-live-preview")
    assert editor < page.index("</form>", editor) < preview
    assert re.findall(r'name="answer_[^"]*"', page[editor:preview]) == []
    assert 'method="dialog"' in page[preview:]
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    wanted = re.findall(r'<label for="([^"]+)"', page[preview:])
    assert set(wanted) <= set(ids)
    assert "preview-answer_a" in wanted


def test_the_page_begins_with_the_preview_and_says_what_is_missing(desk: Desk, item: RequestType) -> None:
    assert "No questions yet." in desk.get("type-form", item.pk)
    answer = desk.post("type-form", item.pk, seen="", **{"form.0.key": "q1", "form.0.kind": "text"})
    assert "Question 1 is not ready" in answer.content.decode()
    for part in ("type-plan", "type-approvals"):
        assert "data-live-preview" not in desk.get(part, item.pk)
    assert (
        "data-live-preview" not in desk.post("type-form", item.pk, htmx=True, do="add:form").content.decode()
    )


def test_only_administrators_ask_for_it_and_only_by_post(desk: Desk, item: RequestType) -> None:
    address = reverse("catalog:type-form-preview", args=[item.pk])
    assert desk.browser.get(address).status_code == 405
    assert desk.post("type-form-preview", item.pk + 1000).status_code == 404
    people = (UserFactory(is_account_manager=True), agent_of(GroupFactory()), contact_of(ClientFactory()))
    for person in people:
        browser = Browser()
        browser.force_login(person)
        assert browser.post(address).status_code == 404
    assert Browser().post(address).status_code == 302


def test_it_is_not_drawn_for_a_foreign_page(desk: Desk, item: RequestType, admin: Any) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(admin)
    assert strict.post(reverse("catalog:type-form-preview", args=[item.pk])).status_code == 403


def test_it_costs_the_same_whatever_the_form(desk: Desk, item: RequestType) -> None:
    counts = []
    for number in (0, 1, 40):
        person = {f"form.{n}.{name}": value for n in range(number)
                  for name, value in {"key": f"q{n}", "label": "Who", "kind": "person"}.items()}  # fmt: skip
        with CaptureQueriesContext(connection) as found:
            drawn(desk, item, **person)
        counts.append(len(found))
    assert len(set(counts)) == 1
    assert counts[0] <= 4


EVIL = '"><script>alert(1)</script>'


def test_hostile_words_are_words(desk: Desk, item: RequestType) -> None:
    typed = dict.fromkeys(("form.0.label", "form.0.help.text", "form.0.default", "form.0.key"), EVIL)
    for more in ({}, {"form.0.key": "q1"}):
        page = drawn(desk, item, **typed | {"form.0.kind": "text"} | more)
        assert "<script>" not in page


@pytest.mark.parametrize(
    "typed",
    [
        {"form.": "x", "form.x.label": "x", "form.99999.label": "x", "form.²": "x", "...": "x", "form": "x"},
        {"form.0.label": "\0\ud800"},
        {"form." + "0." * 50_000 + "label": "x"},
        {"form.0.choices": "x", "form.0.kind": "choices", "form.0.condition": "x"},
        {f"form.{n}.label": "x" for n in range(999)},
        {f"form.0.choices.{n}.label": f"{n}" for n in range(300)} | {"form.0.kind": "choice"},
        {"form.0.label": "x" * 1_000_000, "form.0.kind": "text", "form.0.key": "q"},
        {f"form.{n}.{name}": "same" for n in range(9) for name in ("key", "label", "kind")},
    ],
)
def test_broken_and_huge_input_gets_a_sentence(desk: Desk, item: RequestType, typed: dict[str, str]) -> None:
    assert state(drawn(desk, item, **typed))


def test_more_fields_than_a_page_sends_are_refused_without_a_fault(desk: Desk, item: RequestType) -> None:
    answer = desk.post(
        "type-form-preview", item.pk, **{f"form.0.choices.{n}.label": "x" for n in range(5000)}
    )
    assert answer.status_code == 400


FIELDS = [*(f"form.{n}.{name}" for n in (0, 1) for name in (
    "key", "label", "kind", "default", "pattern", "shortest", "longest", "least", "most", "endings",
    "help.text", "choices.0.label", "choices.0.value", "choices.1.label", "choices.0.chosen",
    "condition.field", "condition.test", "condition.value", "translations.ru", "required"))]  # fmt: skip
WORDS = st.one_of(
    st.sampled_from([*QuestionKind.values, "q1", "q2", "form.q1", "is", "one_of", "filled", "email", "today",
                     "pictures", "10", "-1", "1e400", "NaN", "Infinity", "2026-02-30", "", " ", "\0", "%s",
                     "{}"]),
    st.text(max_size=12),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), st.lists(WORDS, min_size=1, max_size=3), max_size=20))
@settings(max_examples=examples(200), deadline=None)
def test_whatever_is_typed_something_is_drawn(typed: dict[str, list[str]]) -> None:
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    with override("en"):
        found = live_preview.drawn(part_shapes.read("form", Sent(data)), "es")
    assert found.state
    assert "<form" in found.html
