"""A task asks the client: the ticket waits only while nobody works on another task."""

from __future__ import annotations

from typing import Any

import pytest

from servicedesk.intake import client_reply
from servicedesk.people.models import Group, User
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import GroupFactory, agent_of
from tests.workflows.conftest import opened
from tests.workflows.flows.test_incident import open_nodes
from tests.workflows.fulfilment.planning import (
    CHECKLIST,
    SERIAL,
    act,
    request_type,
    stage,
    task,
    the,
    told,
)
from workflows import advance
from workflows.maintenance import status_check

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _steps_follow(settings: Any, _nobody_listens: None) -> None:
    settings.TICKET_EVENT_HANDLERS = ["workflows.steps.group_change.on_ticket_event"]


@pytest.fixture
def office(db: None) -> Group:
    return GroupFactory()


@pytest.fixture
def ann(office: Group) -> User:
    return agent_of(office)


@pytest.fixture
def ben(office: Group) -> User:
    return agent_of(office)


@pytest.fixture
def alone(contact: User, office: Group, ann: User) -> Ticket:
    return opened(request_type(stage(task("A", office, form=[SERIAL], checklist=CHECKLIST))), contact)


@pytest.fixture
def pair(contact: User, office: Group, ann: User) -> Ticket:
    return opened(request_type(stage(task("A", office), task("B", office))), contact)


def standing(ticket: Ticket) -> tuple[str, list[str]]:
    """Status and open steps, once the two are known to agree."""
    ticket.refresh_from_db()
    assert list(status_check.disagreements()) == []
    return ticket.status, sorted(open_nodes(ticket))


def test_the_only_task_that_asks_makes_the_ticket_wait(alone, ann):
    act(alone, "ask_client", "A", ann, question="Which one?")
    assert standing(alone) == (Status.WAITING_CLIENT, ["fulfil_wait"])
    assert alone.messages.get().body == "Which one?"


def test_the_task_comes_back_to_whoever_asked_with_all_that_was_kept(alone, ann, ben, contact):
    act(alone, "keep_task", "A", ann, answers={"serial": "X1"}, ticked=[0])
    act(alone, "ask_client", "A", ann, question="Which one?")
    word = client_reply.reply(alone, author=contact, body="The grey one")
    assert (word.outcome, standing(alone)) == ("resumed", (Status.IN_PROGRESS, ["fulfil"]))
    again = the("A", alone)
    assert (again.owner, again.data["answers"], list(again.data["ticks"])) == (ann, {"serial": "X1"}, ["0"])
    with pytest.raises(NotPermitted):
        act(alone, "fulfil", "A", ben)
    act(alone, "fulfil", "A", ann, answers={"serial": "X1"}, ticked=[0, 1])
    assert standing(alone) == (Status.RESOLVED, ["confirm"])


def test_work_on_another_task_goes_on_and_so_does_the_ticket(pair, ann):
    act(pair, "ask_client", "A", ann, question="Which one?")
    assert standing(pair) == (Status.IN_PROGRESS, ["fulfil", "fulfil_wait"])
    assert "to" not in told(pair, EventKind.CLIENT_ASKED)[0]


def test_a_clients_word_ends_the_wait_of_one_task_while_the_ticket_is_in_progress(pair, ann, contact):
    act(pair, "ask_client", "A", ann, question="Which one?")
    assert client_reply.reply(pair, author=contact, body="Grey").outcome == "resumed"
    assert standing(pair) == (Status.IN_PROGRESS, ["fulfil", "fulfil"])
    assert client_reply.reply(pair, author=contact, body="And thanks").outcome == "posted"


def test_once_only_the_answer_is_missing_the_ticket_waits(pair, ann, contact):
    act(pair, "ask_client", "A", ann, question="Which one?")
    act(pair, "fulfil", "B", ann)
    assert standing(pair) == (Status.WAITING_CLIENT, ["fulfil_wait"])
    client_reply.reply(pair, author=contact, body="Grey")
    assert standing(pair) == (Status.IN_PROGRESS, ["fulfil"])
    act(pair, "fulfil", "A", ann)
    assert standing(pair) == (Status.RESOLVED, ["confirm"])


def test_one_word_answers_all_tasks_that_asked(pair, ann, ben, contact):
    act(pair, "ask_client", "A", ann, question="Which one?")
    act(pair, "ask_client", "B", ben, question="And when?")
    assert standing(pair) == (Status.WAITING_CLIENT, ["fulfil_wait", "fulfil_wait"])
    client_reply.reply(pair, author=contact, body="Grey, now")
    assert standing(pair) == (Status.IN_PROGRESS, ["fulfil", "fulfil"])
    assert [the(title, pair).owner for title in "AB"] == [ann, ben]


def test_the_desk_can_end_the_wait_of_one_task(pair, ann, ben):
    act(pair, "ask_client", "A", ann, question="Which one?")
    act(pair, "ask_client", "B", ben, question="And when?")
    with pytest.raises(NotPermitted):
        act(pair, "resume", "A", ben)
    act(pair, "resume", "A", ann)
    assert standing(pair) == (Status.IN_PROGRESS, ["fulfil", "fulfil_wait"])
    assert pair.events.filter(kind=EventKind.RESUMED).get().details["task"]["title"] == "A"


def test_the_task_of_somebody_who_left_comes_back_to_the_group(alone, ann, ben, contact):
    act(alone, "ask_client", "A", ann, question="Which one?")
    ann.is_active = False
    ann.save()
    client_reply.reply(alone, author=contact, body="Grey")
    assert the("A", alone).owner is None
    act(alone, "keep_task", "A", ben, ticked=[0])


def test_a_task_that_waits_goes_with_its_ticket_to_another_group(contact):
    from django.db import transaction

    from servicedesk.tickets.classification import reclassify

    item = request_type(stage(task("A")))
    ann, other = agent_of(item.service.group), GroupFactory()
    ticket = opened(item, contact)
    act(ticket, "ask_client", "A", ann, question="Which one?")
    with transaction.atomic():
        ticket.lock()
        reclassify(ticket, by=None, group=other)
    advance.answer(ticket, by=contact)
    assert (the("A", ticket).owner, the("A", ticket).owner_permission) == (None, f"people.group_{other.pk}")


def test_nobody_is_asked_any_more_when_the_request_is_withdrawn(pair, ann, contact):
    act(pair, "ask_client", "A", ann, question="Which one?")
    advance.withdraw(pair, by=contact)
    assert standing(pair) == (Status.CANCELLED, [])
