"""The catalog as a tree: search, order, archive with undo, copies, deletion of what nobody uses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from catalog.models import Category, RequestType, Service
from catalog.service_tree import ordering
from servicedesk.tickets.models import AssignmentRule
from tests.catalog.conftest import Desk
from tests.factories import (
    CategoryFactory,
    GroupFactory,
    RequestTypeFactory,
    ServiceFactory,
    TicketFactory,
    UserFactory,
    agent_of,
)

pytestmark = pytest.mark.django_db


def names(items: Any) -> list[str]:
    return [one.name for one in items]


@pytest.fixture
def three(item: RequestType) -> list[RequestType]:
    item.delete()
    return [
        RequestTypeFactory(name=name, service=item.service, position=place)
        for place, name in enumerate("ABC")
    ]


def test_an_empty_catalog_says_what_to_do(desk: Desk) -> None:
    assert "Begin with a category" in desk.get("catalog")


def test_the_tree_shows_what_is_asked_and_where_something_is_to_fix(desk: Desk, item: RequestType) -> None:
    item.form = [{"key": "a", "label": "A?", "kind": "text"}]
    item.approvals = [{"who": "account_manager"}, {"who": "nobody"}]
    item.save()
    page = desk.get("catalog")
    assert all(words in page for words in ("Computers", "New computer", "1 question", "2 levels of approval"))
    assert "to fix" in page


@pytest.mark.parametrize(
    ("words", "shown"),
    [("COMPU", {"Mail", "Lost mail"}), ("почта", {"Mail", "Lost mail"}), ("lost", {"Mail", "Lost mail"})],
)
def test_search_finds_names_in_any_language(desk: Desk, words: str, shown: set[str]) -> None:
    service = ServiceFactory(
        name="Mail", translations={"ru": "Почта"}, category=CategoryFactory(name="Computing")
    )
    RequestTypeFactory(name="Lost mail", service=service)
    RequestTypeFactory(name="Broken chair", service=ServiceFactory(name="Furniture"))
    page = desk.get("catalog", q=words)
    assert {name for name in ("Mail", "Lost mail") if f">{name}</a>" in page} == shown
    assert "Furniture" not in page
    assert "No results for this filter" in desk.get("catalog", q="unicorn")


def test_search_is_read_as_text_only(desk: Desk, item: RequestType) -> None:
    page = desk.get("catalog", q='"><script>alert(1)</script>\0')
    assert "<script>alert" not in page


def test_htmx_gets_the_tree_without_the_page(desk: Desk, item: RequestType) -> None:
    answer = desk.browser.get(reverse("catalog:catalog"), headers={"hx-request": "true"})
    assert "<html" not in answer.content.decode()


def test_rows_move_up_and_down_by_button(desk: Desk, three: list[RequestType]) -> None:
    desk.post("type-move", three[2].pk, by="up")
    assert names(RequestType.objects.all()) == ["A", "C", "B"]
    desk.post("type-move", three[0].pk, by="down")
    assert names(RequestType.objects.all()) == ["C", "A", "B"]
    desk.post("type-move", three[2].pk, by="up")
    assert names(RequestType.objects.all()) == ["C", "A", "B"]


def test_a_row_steps_over_what_is_in_the_archive(three: list[RequestType]) -> None:
    RequestType.objects.filter(name="B").update(is_archived=True)
    ordering.step(three[2], -1)
    assert names(RequestType.objects.filter(is_archived=False)) == ["C", "A"]


def test_a_row_is_dropped_before_another_or_at_the_end(desk: Desk, three: list[RequestType]) -> None:
    answer = desk.post("type-move", three[2].pk, htmx=True, before=three[0].pk)
    assert "<html" not in answer.content.decode()
    assert names(RequestType.objects.all()) == ["C", "A", "B"]
    desk.post("type-move", three[2].pk, before="")
    assert names(RequestType.objects.all()) == ["A", "B", "C"]
    desk.post("type-move", three[2].pk, before="99999999999999999999")
    assert names(RequestType.objects.all()) == ["A", "B", "C"]


def test_services_move_within_their_category_only(desk: Desk) -> None:
    here, there = CategoryFactory(), CategoryFactory()
    first, second = (ServiceFactory(name=name, category=here) for name in ("X", "Y"))
    other = ServiceFactory(name="Z", category=there, position=5)
    desk.post("service-move", second.pk, before=first.pk)
    assert names(Service.objects.filter(category=here)) == ["Y", "X"]
    other.refresh_from_db()
    assert other.position == 5


def test_the_archive_hides_and_undo_brings_back(desk: Desk, item: RequestType) -> None:
    answer = desk.post("type-archive", item.pk, to="in")
    page = desk.browser.get(answer["Location"]).content.decode()
    assert "“New computer” is in the archive." in page
    assert "Undo" in page
    assert "New computer</a>" not in page
    assert "New computer</a>" in desk.get("catalog", archived="1")
    assert not RequestType.objects.offered().exists()
    desk.post("type-archive", item.pk, to="out")
    assert RequestType.objects.offered().get() == item


def test_archiving_twice_stays_archived(desk: Desk, item: RequestType) -> None:
    for _time in range(2):
        desk.post("service-archive", item.service_id, to="in")
    assert Service.objects.get().is_archived


def test_a_service_is_copied_with_what_can_be_asked_of_it(desk: Desk, item: RequestType) -> None:
    item.plan = [{"tasks": [{"title": "Order it"}]}]
    item.save()
    RequestTypeFactory(name="Old", service=item.service, is_archived=True)
    desk.post("service-copy", item.service_id)
    copied = Service.objects.exclude(pk=item.service_id).get()
    assert (copied.name, copied.is_archived) == ("Computers (copy)", True)
    assert [(one.name, one.plan) for one in copied.request_types.all()] == [("New computer", item.plan)]


def test_the_copy_of_a_request_type_begins_in_the_archive(desk: Desk, item: RequestType) -> None:
    item.name = "N" * 120
    item.save()
    desk.post("type-copy", item.pk)
    copied = RequestType.objects.exclude(pk=item.pk).get()
    assert copied.is_archived
    assert copied.name.endswith(" (copy)")
    assert copied.position > item.position


def test_what_nobody_uses_can_be_deleted(desk: Desk, item: RequestType) -> None:
    assert "Delete permanently" in desk.get("type", item.pk)
    desk.post("type-delete", item.pk)
    assert not RequestType.objects.exists()


def test_what_a_ticket_or_a_rule_uses_is_not_deleted(desk: Desk, item: RequestType) -> None:
    other = RequestTypeFactory()
    TicketFactory(request_type=item)
    AssignmentRule.objects.create(request_type=other, name="Turn", group=GroupFactory())
    for used in (item, other):
        assert "Delete permanently" not in desk.get("type", used.pk)
        answer = desk.post("type-delete", used.pk)
        assert answer.status_code == 409
        assert "Archive it instead" in answer.content.decode()
    assert RequestType.objects.count() == 2


def test_a_category_with_services_is_not_deleted(desk: Desk, item: RequestType) -> None:
    assert desk.post("category-delete", item.service.category_id).status_code == 409
    empty = CategoryFactory()
    assert desk.post("category-delete", empty.pk).status_code == 302
    assert Category.objects.get() == item.service.category


def test_the_tree_costs_the_same_whatever_its_size(desk: Desk, django_assert_max_num_queries: Any) -> None:
    def fill() -> None:
        group, person = GroupFactory(), UserFactory()
        for _number in range(4):
            RequestTypeFactory(
                kind="service_request",
                group=group,
                approvals=[{"who": "person", "people": [person.pk]}],
                plan=[{"tasks": [{"title": "A", "group": group.pk}]}],
            )

    fill()
    # session, person, categories, services, types, people, groups; one link of the rail
    with django_assert_max_num_queries(9):
        desk.get("catalog")
    fill()
    with django_assert_max_num_queries(9):
        desk.get("catalog")


def test_only_administrators_find_any_of_it(item: RequestType) -> None:
    patterns = get_resolver("catalog.urls").url_patterns
    assert len(patterns) > 20
    for person in (agent_of(GroupFactory()), UserFactory(is_account_manager=True), UserFactory()):
        seat = Desk(person)
        for pattern in patterns:
            path = "/setup/catalog/" + re.sub(r"<int:pk>", str(item.pk), str(pattern.pattern))
            answers = {seat.browser.get(path).status_code, seat.browser.post(path).status_code}
            assert answers <= {404, 405}, path
