"""The tasks of a plan on the page of their ticket: buttons, dialogs, what is told afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.people.models import Group, User
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, signed_in
from tests.desk.ticket.pages import get, page, step
from tests.factories import GroupFactory, agent_of
from tests.workflows.fulfilment.planning import (
    CHECKLIST,
    DEVICE,
    SERIAL,
    act,
    open_titles,
    request_type,
    stage,
    task,
    the,
    when,
)
from workflows import advance


@pytest.fixture
def office(db: None) -> Group:
    return GroupFactory(name="Purchasing")


@pytest.fixture
def buyer(office: Group) -> User:
    return agent_of(office, full_name="Bea Buyer")


@pytest.fixture
def ticket(cast: Cast, office: Group, buyer: User) -> Ticket:
    first = stage(task("Order", office, form=[DEVICE, SERIAL], checklist=CHECKLIST), task("Plain", office))
    return cast.ticket(request_type=request_type(first, stage(task("Later", office))))


def send(person: User, action: str, title: str, ticket: Ticket, **data: object) -> Any:
    return step(person, action, ticket, task=the(title, ticket).pk, **data)


FILLED = {"answer_device": "laptop", "answer_serial": "X1", "point_0": "on", "point_1": "on"}


def test_a_task_with_a_form_has_a_dialog_and_one_without_a_button(ticket: Ticket, buyer: User) -> None:
    text = page(buyer, ticket)
    assert f'id="step-fulfil-{the("Order", ticket).pk}"' in text
    assert f'id="step-fulfil-{the("Plain", ticket).pk}"' not in text
    assert 'aria-label="Task done: Plain"' in text


def test_ids_on_the_page_are_unique_with_several_tasks_open(cast: Cast, office: Group, buyer: User) -> None:
    import re

    tasks = [task(title, office, form=[SERIAL], checklist=CHECKLIST) for title in "ABC"]
    ids = re.findall(r'\sid="([^"]+)"', page(buyer, cast.ticket(request_type=request_type(stage(*tasks)))))
    assert sorted(ids) == sorted(set(ids))


def test_a_filled_dialog_finishes_its_task(ticket: Ticket, buyer: User) -> None:
    assert send(buyer, "fulfil", "Order", ticket, **FILLED).status_code == 302
    assert open_titles(ticket) == ["Plain"]
    text = page(buyer, ticket)
    for part in ("Laptop", "X1", "Disk is encrypted", "finished the task “Order”", "1 of 3 done"):
        assert part in text


@pytest.mark.parametrize("missing", ["answer_serial", "answer_device", "point_1"])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(ticket: Ticket, buyer: User, missing: str) -> None:
    kept = {name: value for name, value in FILLED.items() if name != missing}
    response = send(buyer, "fulfil", "Order", ticket, **kept)
    assert response.status_code == 422
    [shown] = [one.form for one in response.context["steps"] if one.form and one.form.errors]
    assert list(shown.errors) == [missing]
    assert all(str(shown[name].value()) in (value, "True") for name, value in kept.items())
    assert "data-open" in response.content.decode()
    assert open_titles(ticket) == ["Order", "Plain"]


def test_saved_for_later_nothing_is_required_and_the_next_one_goes_on(
    ticket: Ticket, office: Group, buyer: User
) -> None:
    assert send(buyer, "keep_task", "Order", ticket, answer_serial="X1", point_0="on").status_code == 302
    other = agent_of(office)
    [form] = [
        one.form for one in get(other, ticket).context["steps"] if one.action.name == "fulfil" and one.form
    ]
    assert (form["answer_serial"].value(), form.fields["point_0"].disabled) == ("X1", True)
    rest = {"answer_device": "phone", "answer_serial": "X2", "point_1": "on"}
    assert send(other, "fulfil", "Order", ticket, **rest).status_code == 302
    ticks = {one.person for one in get(buyer, ticket).context["plan"].stages[0].tasks[0].task.ticks}
    assert ticks == {"Bea Buyer", other.full_name}


def test_a_bad_answer_is_refused_even_when_saved_for_later(ticket: Ticket, buyer: User) -> None:
    response = send(buyer, "keep_task", "Order", ticket, answer_device="boat")
    assert response.status_code == 422
    assert "boat" in str(response.context["steps"][0].form.data)


def test_a_task_finished_meanwhile_gives_back_what_was_typed(
    ticket: Ticket, office: Group, buyer: User
) -> None:
    number = the("Order", ticket).pk
    assert send(buyer, "fulfil", "Order", ticket, **FILLED).status_code == 302
    response = step(agent_of(office), "fulfil", ticket, task=number, answer_serial="My long answer")
    assert response.status_code == 409
    assert "My long answer" in response.content.decode()
    assert ticket.events.filter(kind=EventKind.TASK_DONE).count() == 1


def test_a_leader_hands_a_task_over_in_a_dialog(ticket: Ticket, office: Group, buyer: User) -> None:
    chief, other = agent_of(office, is_leader=True), agent_of(office)
    act(ticket, "take_task", "Plain", buyer)
    assert send(chief, "hand_over_task", "Plain", ticket, colleague=other.pk).status_code == 302
    assert the("Plain", ticket).owner == other
    stranger = agent_of(GroupFactory())
    assert send(chief, "hand_over_task", "Plain", ticket, colleague=stranger.pk).status_code == 422


def test_a_question_about_one_task_is_asked_in_its_dialog(ticket: Ticket, buyer: User) -> None:
    assert send(buyer, "ask_client", "Plain", ticket, question="").status_code == 422
    assert send(buyer, "ask_client", "Plain", ticket, question="Which one?").status_code == 302
    assert ticket.status == Status.IN_PROGRESS
    text = page(buyer, ticket)
    assert "asked the client about “Plain”, other tasks continue" in text
    assert "waiting for the client" in text


def test_history_says_what_was_skipped_and_why(cast: Cast, office: Group, buyer: User) -> None:
    later = stage(
        task("Bag", office, condition=when("Order.device", "laptop")),
        task("Cover", office, condition=when("Order.device", "phone", "is_not")),
        task("Note", office, condition=when("Order.serial", None, "empty")),
    )
    item = request_type(stage(task("Order", office, form=[DEVICE, SERIAL])), later)
    ticket = cast.ticket(request_type=item)
    act(ticket, "fulfil", "Order", buyer, answers={"device": "phone", "serial": "X1"})
    text = page(buyer, ticket, "?tab=history")
    for sentence in (
        "The task “Bag” is not needed: “Device” is not Laptop",
        "The task “Cover” is not needed: “Device” is Phone",
        "The task “Note” is not needed: “Serial number” is filled in",
    ):
        assert sentence in text
    assert ticket.status == Status.RESOLVED


def test_history_says_who_took_returned_and_inherited_a_task(
    cast: Cast, ticket: Ticket, office: Group, buyer: User
) -> None:
    act(ticket, "take_task", "Plain", buyer)
    act(ticket, "hand_over_task", "Plain", buyer, colleague=agent_of(office, full_name="Carl Cole").pk)
    act(ticket, "return_task", "Plain", agent_of(office, is_leader=True))
    text = page(buyer, ticket, "?tab=history")
    for sentence in (
        "took the task “Plain”",
        "assigned the task “Plain” to Carl Cole",
        "returned the task “Plain”",
    ):
        assert sentence in text
    orphan = cast.ticket(request_type=request_type(stage(task("Plain", GroupFactory(name="Nobody's")))))
    assert "Nobody&#x27;s has nobody to do it" in page(cast.marta, orphan, "?tab=history")


def test_hostile_titles_and_answers_are_only_text(cast: Cast, office: Group, buyer: User) -> None:
    bad = "<script>alert(1)</script>"
    item = request_type(stage(task(bad, office, form=[SERIAL], checklist=[{"text": bad}]), title=bad))
    ticket = cast.ticket(request_type=item)
    act(ticket, "fulfil", bad, buyer, answers={"serial": bad}, ticked=[0])
    for tab in ("", "?tab=history"):
        assert bad not in page(buyer, ticket, tab)


def test_a_finished_ticket_still_tells_its_tasks(ticket: Ticket, cast: Cast, buyer: User) -> None:
    act(ticket, "fulfil", "Order", buyer, answers={"device": "phone", "serial": "X1"}, ticked=[0, 1])
    act(ticket, "fulfil", "Plain", buyer)
    act(ticket, "fulfil", "Later", buyer)
    advance.confirm(ticket, by=cast.helen)
    text = page(buyer, ticket)
    assert "3 of 3 done" in text
    assert "X1" in text


def test_more_tasks_cost_no_more_statements(cast: Cast, office: Group, buyer: User) -> None:
    def statements(tasks: int) -> int:
        planned = [task(f"T{number}", office, form=[SERIAL], checklist=CHECKLIST) for number in range(tasks)]
        ticket = cast.ticket(request_type=request_type(stage(*planned)))
        for number in range(tasks):
            act(ticket, "keep_task", f"T{number}", buyer, ticked=[0])
        chief = agent_of(office, is_leader=True)
        browser = signed_in(chief)
        with CaptureQueriesContext(connection) as captured:
            browser.get(f"/desk/tickets/{ticket.pk}/")
        return len(captured)

    assert statements(9) == statements(2)
