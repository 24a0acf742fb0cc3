"""Whose a task is: taken, returned, handed over."""

from __future__ import annotations

import pytest

from servicedesk.people.models import Group, User
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import EventKind, Ticket
from tests.factories import GroupFactory, UserFactory, agent_of
from tests.workflows.conftest import opened
from tests.workflows.fulfilment.planning import act, request_type, stage, task, the, told
from workflows import advance
from workflows.engine import open_steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Group:
    return GroupFactory()


@pytest.fixture
def ann(office: Group) -> User:
    return agent_of(office, full_name="Ann")


@pytest.fixture
def ben(office: Group) -> User:
    return agent_of(office, full_name="Ben")


@pytest.fixture
def chief(office: Group) -> User:
    return agent_of(office, is_leader=True)


@pytest.fixture
def ticket(contact: User, office: Group, ann: User) -> Ticket:
    return opened(request_type(stage(task("A", office))), contact)


def offered(ticket: Ticket, person: User) -> list[str]:
    return [one.name for one in advance.possible(ticket, person) if one.is_of_plan]


def test_a_free_task_can_be_done_or_taken_by_everybody_of_its_group(ticket, ben):
    assert offered(ticket, ben) == ["fulfil", "keep_task", "take_task", "ask_client"]


def test_what_somebody_took_others_cannot_finish(ticket, ann, ben):
    act(ticket, "take_task", "A", ann)
    assert told(ticket, EventKind.TASK_TAKEN)[0]["task"]["title"] == "A"
    assert offered(ticket, ben) == []
    for action in ("fulfil", "take_task", "return_task", "keep_task"):
        with pytest.raises(NotPermitted):
            act(ticket, action, "A", ben)
    act(ticket, "fulfil", "A", ann)


def test_a_returned_task_is_the_groups_again(ticket, ann, ben):
    act(ticket, "take_task", "A", ann)
    act(ticket, "return_task", "A", ann)
    assert (the("A", ticket).owner, the("A", ticket).status) == (None, "NEW")
    assert ticket.events.get(kind=EventKind.TASK_RETURNED).actor == ann
    act(ticket, "fulfil", "A", ben)


def test_a_leader_takes_hands_over_and_returns_what_another_has(ticket, ann, ben, chief):
    act(ticket, "take_task", "A", ann)
    act(ticket, "hand_over_task", "A", chief, colleague=ben.pk)
    assert the("A", ticket).owner == ben
    act(ticket, "take_task", "A", chief)
    assert the("A", ticket).owner == chief
    act(ticket, "return_task", "A", chief)
    assert the("A", ticket).owner is None


def test_the_owner_may_hand_over_to_a_colleague(ticket, ann, ben):
    act(ticket, "take_task", "A", ann)
    act(ticket, "hand_over_task", "A", ann, colleague=ben.pk)
    assert told(ticket, EventKind.TASK_TAKEN)[-1]["assignee"] == ben.pk
    act(ticket, "fulfil", "A", ben)


def test_nobody_outside_the_group_gets_a_task(ticket, chief):
    with pytest.raises(TicketError, match="does not work in the group"):
        act(ticket, "hand_over_task", "A", chief, colleague=agent_of(GroupFactory()).pk)
    assert the("A", ticket).owner is None


def test_a_leader_of_another_group_has_no_say(ticket, ann):
    act(ticket, "take_task", "A", ann)
    with pytest.raises(NotPermitted):
        act(ticket, "take_task", "A", agent_of(GroupFactory(), is_leader=True))


def test_an_administrator_may_do_what_a_leader_may(ticket, ann):
    administrator = UserFactory(is_superuser=True)
    act(ticket, "take_task", "A", ann)
    act(ticket, "take_task", "A", administrator)
    assert [task.owner for task in open_steps.open_tasks(ticket) if task.data["title"] == "A"] == [
        administrator
    ]
