"""Texts that are not written in every language: found everywhere, marked in the tree, never refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import Category, RequestType, Service
from catalog.service_tree import missing_translations
from catalog.service_tree.tree import Listing
from tests.catalog.conftest import Desk
from tests.factories import CategoryFactory, RequestTypeFactory, ServiceFactory

BOTH = {"ru": "Есть", "es": "Hay"}
QUESTION = {"key": "place", "label": "Place", "translations": {"ru": "Место"}, "kind": "text"}


def told(row: Any) -> list[str]:
    return [str(gap) for gap in missing_translations.gaps(row)]


def kind(**fields: Any) -> RequestType:
    return RequestType(**{"name": "Mail", "translations": BOTH, **fields})


def test_a_name_lacks_the_languages_in_which_it_is_not_written() -> None:
    assert told(Category(name="Work")) == ["Name: “Work” (ru, es)"]
    assert told(Category(name="Work", translations={"ru": "Труд", "es": " "})) == ["Name: “Work” (es)"]
    assert told(Category(name="Work", translations=BOTH)) == []
    assert missing_translations.of_name(missing_translations.gaps(Category(name="Work"))) == "ru, es"


def test_a_description_lacks_languages_only_where_there_is_one() -> None:
    assert told(Service(name="Mail", translations=BOTH)) == []
    service = Service(
        name="Mail", translations=BOTH, description="Letters", description_translations={"es": "C"}
    )
    assert told(service) == ["Description: “Letters” (ru)"]
    assert missing_translations.of_name(missing_translations.gaps(service)) == ""


def test_questions_help_and_answers_of_the_form_are_found() -> None:
    help_text = {"text": "Look at the door", "translations": {"ru": "Смотрите на дверь"}}
    choices = ["Here", {"value": "x", "label": "There", "translations": {"ru": "Там", "es": "Ahí"}}, "42"]
    form = [
        QUESTION | {"help": help_text, "pattern_error": {"text": "Too odd"}},
        {"label": "Which?", "translations": BOTH, "kind": "choice", "choices": choices,
         "condition": {"field": "form.place", "test": "is", "value": "label"}},
        {"label": "More", "translations": BOTH, "kind": "text", "choices": ["left over"], "default": "word"},
    ]  # fmt: skip
    assert told(kind(form=form)) == [
        "Form: question 1 “Place” (es)",
        "Form: question 1, help “Look at the door” (es)",
        "Form: question 1, error message “Too odd” (ru, es)",
        "Form: question 2, answer 1 “Here” (ru, es)",
    ]


def test_titles_of_the_plan_and_of_links_are_found() -> None:
    task = {
        "title": "Order",
        "translations": {"ru": "Заказать"},
        "form": [QUESTION],
        "checklist": [{"text": "Call"}],
    }
    item = kind(
        plan=[{"title": "Prepare", "translations": BOTH, "tasks": [task]}],
        links=[{"title": "Outbox", "url": "https://a.example", "audience": "client"}],
    )
    assert told(item) == [
        "Plan: Stage 1, task 1 “Order” (es)",
        "Plan: Stage 1, task 1, question 1 “Place” (es)",
        "Plan: Stage 1, task 1, line 1 “Call” (ru, es)",
        "Knowledge: link 1 “Outbox” (ru, es)",
    ]


@pytest.mark.parametrize(
    "odd", [None, "text", 5, [None, 5, [["x"]]], {"label": ["x"]}, [{"translations": 5}]]
)
def test_what_is_damaged_breaks_nothing(odd: Any) -> None:
    assert told(kind(form=odd, plan=odd, links=odd)) == []
    assert told(Category(name="Work", translations=odd or {})) in (["Name: “Work” (ru, es)"],)


def test_a_long_text_is_cut() -> None:
    assert told(Category(name="x" * 120)) == [f"Name: “{'x' * 60}…” (ru, es)"]


@pytest.fixture
def half(db: None) -> RequestType:
    """A request type with a question that is not Spanish, beside one that is whole."""
    category = CategoryFactory(name="Work", translations=BOTH)
    service = ServiceFactory(name="Mail", translations=BOTH, category=category)
    RequestTypeFactory(name="Whole", translations=BOTH, service=service)
    return RequestTypeFactory(name="Half", translations={"ru": "Пол"}, service=service, form=[QUESTION])


def test_the_tree_marks_names_and_says_how_many_rows_lack_something(desk: Desk, half: RequestType) -> None:
    page = desk.get("catalog")
    assert page.count("es missing") == 1
    assert "Missing translations (1)" in page
    assert "not in all languages" not in page
    Category.objects.update(translations={})
    Service.objects.update(translations={"es": "C"})
    page = desk.get("catalog")
    assert all(words in page for words in (">ru, es missing<", ">ru missing<", ">es missing<"))
    assert "Missing translations (3)" in page


def test_the_filter_shows_only_rows_that_lack_a_text(desk: Desk, half: RequestType) -> None:
    other = ServiceFactory(name="Chairs", translations=BOTH, category=CategoryFactory(translations=BOTH))
    RequestTypeFactory(name="Broken", translations=BOTH, service=other)
    page = desk.get("catalog", missing="1")
    assert all(name in page for name in ("Work", "Mail", ">Half</a>", "2 texts not in all languages"))
    assert not any(f">{name}</a>" in page for name in ("Whole", "Chairs", "Broken"))
    assert 'name="missing" value="1"' in page


def test_the_filter_goes_with_the_search_and_stays_after_a_button(desk: Desk, half: RequestType) -> None:
    assert "No results for this filter" in desk.get("catalog", missing="1", q="whole")
    assert ">Half</a>" in desk.get("catalog", missing="1", q="half")
    answer = desk.post("type-archive", half.pk, to="in", missing="1")
    assert "missing=1" in answer["Location"]


def test_when_nothing_is_missing_the_filter_says_so(desk: Desk, half: RequestType) -> None:
    half.delete()
    assert "No translations missing" in desk.get("catalog", missing="1")
    assert "Missing translations" not in desk.get("catalog")


def test_rows_in_the_archive_count_only_when_they_are_shown(half: RequestType) -> None:
    RequestType.objects.filter(pk=half.pk).update(is_archived=True)
    assert Listing.read().missing == 0
    assert Listing.read(with_archive=True).missing == 1


def test_the_filter_needs_no_statement_of_its_own(
    desk: Desk, half: RequestType, django_assert_max_num_queries: Any
) -> None:
    for _time in range(2):
        with django_assert_max_num_queries(3):  # categories, services, request types
            Listing.read(only_missing=True)
        for _row in range(5):
            RequestTypeFactory(form=[QUESTION] * 10)


def test_the_page_of_a_request_type_lists_what_is_not_translated(desk: Desk, half: RequestType) -> None:
    page = desk.get("type", half.pk)
    assert "Not translated yet" in page
    assert "Name: “Half” (es)" in page
    link = f'<a href="{reverse("catalog:type-form", args=[half.pk])}">Form: question 1 “Place” (es)</a>'
    assert link in page
    assert "Not translated yet" not in desk.get("type", RequestType.objects.get(name="Whole").pk)


def test_a_text_without_translations_is_saved_all_the_same(desk: Desk, half: RequestType) -> None:
    half.full_clean()
    given = {
        "name": "Chairs",
        "category": half.service.category_id,
        "group": half.service.group_id,
        "icon": "box",
    }
    assert desk.post("service-new", **given).status_code == 302
