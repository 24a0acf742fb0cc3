"""The page of a request type's links: rows that come and go, saving, two people at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from catalog.editor.saving import stamp
from catalog.models import RequestType
from tests.catalog.conftest import Desk
from tests.factories import GroupFactory, UserFactory, agent_of

pytestmark = pytest.mark.django_db

FIRST = {
    "links.0.title": " Outbox ",
    "links.0.url": " https://kb.example.org/outbox ",
    "links.0.audience": "client",
}
SECOND = {"links.1.title": "Runbook", "links.1.translations.ru": "Порядок работ", "links.1.url": "/help/7",
          "links.1.audience": "staff"}  # fmt: skip
STORED: list[dict[str, Any]] = [
    {"title": "Outbox", "url": "https://kb.example.org/outbox", "audience": "client"},
    {"title": "Runbook", "translations": {"ru": "Порядок работ"}, "url": "/help/7", "audience": "staff"},
]


def save(desk: Desk, item: RequestType, htmx: Any = False, **sent: Any) -> Any:
    seen = {"seen": stamp(RequestType.objects.get(pk=item.pk), "links")}
    return desk.post("type-links", item.pk, htmx=htmx, **(seen | sent))


def stored(item: RequestType) -> Any:
    return RequestType.objects.get(pk=item.pk).links


def test_without_links_the_page_says_what_they_are_for(desk: Desk, item: RequestType) -> None:
    page = desk.get("type-links", item.pk)
    assert "No links" in page
    assert 'aria-current="page">Knowledge' in page


def test_links_are_saved_in_three_languages_and_shown_again(desk: Desk, item: RequestType) -> None:
    empty = {"links.7.title": " ", "links.7.url": "", "links.7.audience": "client"}
    assert save(desk, item, **FIRST, **SECOND, **empty).status_code == 302
    assert stored(item) == STORED
    page = desk.get("type-links", item.pk)
    assert all(f'value="{text}"' in page for text in ("Outbox", "Порядок работ", "/help/7"))
    assert 'href="https://kb.example.org/outbox" target="_blank" rel="noopener noreferrer"' in page
    assert '<option value="staff" selected>' in page
    assert "2 links" in desk.get("catalog")


def test_a_new_row_comes_with_what_was_typed_and_is_for_clients(desk: Desk, item: RequestType) -> None:
    answer = save(desk, item, htmx=True, **FIRST, do="add:links")
    page = answer.content.decode()
    assert "<html" not in page
    assert 'value=" Outbox "' in page
    assert 'name="links.1.title"' in page
    assert page.count('<option value="client" selected>') == 2
    assert stored(item) == []


def test_rows_are_moved_and_taken_out(desk: Desk, item: RequestType) -> None:
    for button, order in (("down:links.0", ["Runbook", " Outbox "]), ("remove:links.0", ["Runbook"])):
        page = save(desk, item, **FIRST, **SECOND, do=button).content.decode()
        places = [page.index(f'value="{text}"') for text in order]
        assert places == sorted(places)
        assert (" Outbox " in page) == (" Outbox " in order)


def test_no_row_is_added_to_a_full_list(desk: Desk, item: RequestType) -> None:
    RequestType.objects.filter(pk=item.pk).update(links=STORED * 10)
    assert "Add a link" not in desk.get("type-links", item.pk)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"links.0.title": ""}, "Enter a title for the link."),
        ({"links.0.url": ""}, "Write the address."),
        ({"links.0.url": "javascript:alert(1)"}, "Write an address such as"),
        ({"links.0.url": "//evil.example"}, "Write an address such as"),
        ({"links.0.audience": "everybody"}, "There is no such choice."),
        ({"links.0.title": "x" * 201}, "At most 200 characters."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    desk: Desk, item: RequestType, changed: dict[str, str], said: str
) -> None:
    answer = save(desk, item, **(FIRST | changed), **SECOND)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'aria-invalid="true"' in page
    assert 'value="Runbook"' in page
    assert not any(f'href="{url}"' in page for url in ("javascript:alert(1)", "//evil.example"))
    assert stored(item) == []


def test_too_many_links_are_refused(desk: Desk, item: RequestType) -> None:
    rows = {f"links.{place}.{name}": value for place in range(21) for name, value in STORED[0].items()}
    answer = save(desk, item, **rows)
    assert answer.status_code == 422
    assert "At most 20, please." in answer.content.decode()
    assert stored(item) == []


def test_of_two_people_the_slower_sees_both_and_nothing_is_lost(desk: Desk, item: RequestType) -> None:
    mine = FIRST | {"seen": stamp(item, "links")}
    RequestType.objects.filter(pk=item.pk).update(links=STORED[1:])
    answer = desk.post("type-links", item.pk, **mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Someone else changed this in the meantime." in page
    assert "Runbook – /help/7" in page
    assert 'value=" Outbox "' in page
    assert stored(item) == STORED[1:]
    assert save(desk, item, **FIRST).status_code == 302
    assert stored(item) == STORED[:1]


def test_somebody_on_another_page_of_the_request_type_is_not_disturbed(desk: Desk, item: RequestType) -> None:
    mine = FIRST | {"seen": stamp(item, "links")}
    RequestType.objects.filter(pk=item.pk).update(form=[{"key": "a", "label": "A", "kind": "text"}])
    assert desk.post("type-links", item.pk, **mine).status_code == 302


def test_links_can_be_saved_while_the_approvals_have_to_be_put_right(desk: Desk, item: RequestType) -> None:
    left = UserFactory(is_active=False)
    RequestType.objects.filter(pk=item.pk).update(approvals=[{"who": "person", "people": [left.pk]}])
    assert save(desk, item, **FIRST).status_code == 302


def test_a_bad_link_that_is_stored_is_marked_in_the_tree_and_leads_to_its_page(
    desk: Desk, item: RequestType
) -> None:
    RequestType.objects.filter(pk=item.pk).update(links=[STORED[0] | {"url": "javascript:alert(1)"}])
    tree = desk.get("catalog")
    assert f'class="badge bad" href="{reverse("catalog:type-links", args=[item.pk])}"' in tree
    page = desk.get("type-links", item.pk)
    assert "Write an address such as" in page
    assert 'href="javascript:' not in page


def test_hostile_input_is_text(desk: Desk, item: RequestType) -> None:
    evil = '"><script>alert(1)</script>\0'
    assert save(desk, item, **(FIRST | {"links.0.title": evil})).status_code == 302
    assert "<script>alert" not in desk.get("type-links", item.pk)
    odd = {"links.": "x", "links.x.title": "x", "links.99999.url": "x", "links": "x", "links.²": "x"}
    assert save(desk, item, **odd).status_code == 302
    assert stored(item) == []


@pytest.mark.parametrize("button", ["add:", "add:links.0", "up:links", "remove:links.99999", "x", "add:form"])
def test_a_button_that_cannot_be_changes_nothing(desk: Desk, item: RequestType, button: str) -> None:
    answer = save(desk, item, **SECOND, do=button)
    assert answer.status_code == 200
    assert 'value="Runbook"' in answer.content.decode()


def test_only_administrators_find_the_page(item: RequestType) -> None:
    url = reverse("catalog:type-links", args=[item.pk])
    for person in (agent_of(GroupFactory()), UserFactory(is_account_manager=True), UserFactory()):
        browser = Browser()
        browser.force_login(person)
        assert browser.get(url).status_code == browser.post(url, FIRST).status_code == 404
    assert stored(item) == []


def test_the_page_costs_the_same_however_many_links(
    desk: Desk, item: RequestType, django_assert_max_num_queries: Any
) -> None:
    for size in (1, 10):
        RequestType.objects.filter(pk=item.pk).update(links=STORED * size)
        with django_assert_max_num_queries(5):  # session, person, row; two of the rail
            desk.get("type-links", item.pk)
