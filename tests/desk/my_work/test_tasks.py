"""“My tasks”: what the plans of requests want from me and my groups."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.people.models import Group, User
from servicedesk.tickets.models import EventKind, Ticket
from tests.desk.conftest import Cast, signed_in
from tests.factories import GroupFactory, agent_of
from tests.workflows.fulfilment.planning import Data, act, request_type, stage, task, the

URL = reverse("desk:tasks")
MAX_STATEMENTS = 11


@pytest.fixture
def office(db: None) -> Group:
    return GroupFactory(name="Purchasing")


@pytest.fixture
def buyer(office: Group) -> User:
    return agent_of(office, full_name="Bea Buyer")


def planned(cast: Cast, *tasks: Data, subject: str = "A new laptop") -> Ticket:
    return cast.ticket(request_type=request_type(stage(*tasks, title="Buying")), subject=subject)


def rows(person: User, show: str = "all") -> list[tuple[str, str]]:
    response = signed_in(person).get(URL, {"show": show})
    assert response.status_code == 200
    return [(row.sheet.title, row.ticket.subject) for row in response.context["page"]]


def test_it_lists_the_open_tasks_of_my_groups_across_tickets(cast: Cast, office: Group, buyer: User) -> None:
    planned(cast, task("Order", office), task("Wires", agent_of(GroupFactory()).support_groups.get()))
    planned(cast, task("Pay", office), subject="A chair")
    assert rows(buyer) == [("Order", "A new laptop"), ("Pay", "A chair")]
    text = signed_in(buyer).get(URL).content.decode()
    for part in ("Buying", "Purchasing", "Brightwater Clinics", "Unassigned", "Take"):
        assert part in text


def test_the_filter_tells_mine_from_nobodys(cast: Cast, office: Group, buyer: User) -> None:
    ticket = planned(cast, task("A", office), task("B", office), task("C", office))
    act(ticket, "take_task", "A", buyer)
    act(ticket, "take_task", "B", agent_of(office))
    shown = {show: [title for title, _ticket in rows(buyer, show)] for show in ("all", "mine", "free", "?")}
    assert shown == {"all": ["A", "B", "C"], "mine": ["A"], "free": ["C"], "?": ["A", "B", "C"]}


def test_a_task_is_taken_from_the_list(cast: Cast, office: Group, buyer: User) -> None:
    ticket = planned(cast, task("A", office))
    browser = signed_in(buyer)
    answer = browser.post(reverse("desk:task-take", args=[the("A", ticket).pk]), {"show": "free"})
    assert (answer.status_code, answer["Location"]) == (302, f"{URL}?show=free")
    assert the("A", ticket).owner == buyer


def test_the_second_to_take_it_is_told_so(cast: Cast, office: Group, buyer: User) -> None:
    ticket = planned(cast, task("A", office))
    act(ticket, "take_task", "A", agent_of(office))
    answer = signed_in(buyer).post(reverse("desk:task-take", args=[the("A", ticket).pk]))
    assert answer.status_code == 409
    assert 'class="banner bad"' in answer.content.decode()
    assert ticket.events.filter(kind=EventKind.TASK_TAKEN).count() == 1


def test_a_task_of_others_cannot_be_guessed(cast: Cast, office: Group, buyer: User) -> None:
    ticket = planned(cast, task("A", office))
    answer = signed_in(agent_of(GroupFactory())).post(reverse("desk:task-take", args=[the("A", ticket).pk]))
    assert answer.status_code == 404


def test_tasks_on_tickets_one_may_not_see_are_left_out(cast: Cast, office: Group, buyer: User) -> None:
    ticket = planned(cast, task("A", office))
    Group.objects.filter(pk=ticket.group_id or 0).update(is_private=True)
    assert rows(buyer) == []
    assert signed_in(buyer).post(reverse("desk:task-take", args=[the("A", ticket).pk])).status_code == 404


def test_a_task_that_waits_for_the_client_says_so_and_is_not_counted(
    cast: Cast, office: Group, buyer: User
) -> None:
    ticket = planned(cast, task("A", office), task("B", office))
    act(ticket, "ask_client", "A", buyer, question="Which one?")
    assert "waiting for the client" in signed_in(buyer).get(URL).content.decode()
    assert signed_in(buyer).get(reverse("desk:queue")).context["tasks_count"] == 1


def test_the_tree_counts_what_i_could_do(cast: Cast, office: Group, buyer: User) -> None:
    ticket = planned(cast, task("A", office), task("B", office), task("C", office))
    act(ticket, "take_task", "A", buyer)
    act(ticket, "take_task", "B", agent_of(office))
    counts = [
        signed_in(one).get(reverse("desk:queue")).context["tasks_count"]
        for one in (buyer, cast.account_manager)
    ]
    assert counts == [2, 0]


def test_without_tasks_it_says_where_they_come_from(cast: Cast) -> None:
    assert "Tasks come from the plans" in signed_in(cast.marta).get(URL).content.decode()


def test_the_list_costs_the_same_whatever_its_length(cast: Cast, office: Group, buyer: User) -> None:
    def statements() -> int:
        browser = signed_in(buyer)
        with CaptureQueriesContext(connection) as captured:
            browser.get(URL)
        return len(captured)

    planned(cast, task("A", office, target="4h"))
    few = statements()
    for number in range(12):
        planned(cast, *(task(f"{number}-{place}", office, target="4h") for place in range(3)))
    assert statements() == few <= MAX_STATEMENTS
