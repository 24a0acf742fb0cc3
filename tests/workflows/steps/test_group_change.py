"""A ticket passed to another group outside its process: the new group goes on with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from servicedesk.people.models import Group, User
from servicedesk.tickets.classification import reclassify
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import ClientFactory, GroupFactory, RequestTypeFactory, agent_of, contact_of
from tests.workflows.conftest import opened
from workflows import advance
from workflows.engine import open_steps
from workflows.maintenance import status_check

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _steps_follow(settings: Any, _nobody_listens: None) -> None:
    settings.TICKET_EVENT_HANDLERS = ["workflows.steps.group_change.on_ticket_event"]


@pytest.fixture
def first() -> User:
    return agent_of(GroupFactory())


@pytest.fixture
def second() -> User:
    return agent_of(GroupFactory())


def group_of(person: User) -> Group:
    group: Group = person.support_groups.get()
    return group


def new_ticket(agent: User, **item: object) -> Ticket:
    return opened(RequestTypeFactory(service__group=group_of(agent), **item), contact_of(ClientFactory()))


def pass_on(ticket: Ticket, group: Group) -> None:
    with transaction.atomic():
        ticket.lock()
        reclassify(ticket, by=None, group=group)


def test_work_that_somebody_had_belongs_to_the_new_group(first: User, second: User) -> None:
    ticket = new_ticket(first)
    advance.act(ticket, "classify", by=first)
    advance.act(ticket, "accept", by=first)
    pass_on(ticket, group_of(second))
    [task] = open_steps.open_tasks(ticket)
    assert (task.owner, task.owner_permission, task.status) == (
        None,
        f"people.group_{group_of(second).pk}",
        "NEW",
    )
    with pytest.raises(TicketError):
        advance.act(ticket, "resolve", by=first, solution="Mine still")
    assert list(status_check.disagreements()) == []
    advance.act(ticket, "resolve", by=second, solution="Mended")
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_a_ticket_that_waits_to_be_accepted_waits_in_the_new_queue(first: User, second: User) -> None:
    ticket = new_ticket(first)
    advance.act(ticket, "classify", by=first)
    pass_on(ticket, group_of(second))
    with pytest.raises(NotPermitted):
        advance.act(ticket, "accept", by=first)
    advance.act(ticket, "accept", by=second)
    ticket.refresh_from_db()
    assert ticket.assignee == second


def test_tasks_of_a_plan_that_name_another_group_stay_there(first: User, second: User) -> None:
    third = agent_of(GroupFactory())
    tasks = [{"title": "Wires", "group": group_of(third).pk}, {"title": "Papers"}]
    ticket = new_ticket(first, kind="service_request", plan=[{"tasks": tasks}])
    pass_on(ticket, group_of(second))
    permissions = {task.data["title"]: task.owner_permission for task in open_steps.open_tasks(ticket)}
    assert permissions == {
        "Wires": f"people.group_{group_of(third).pk}",
        "Papers": f"people.group_{group_of(second).pk}",
    }


def test_a_classification_in_the_process_makes_its_steps_for_the_new_group(first: User, second: User) -> None:
    ticket = new_ticket(first)
    advance.act(ticket, "classify", by=first, group=group_of(second))
    advance.act(ticket, "accept", by=second)
    ticket.refresh_from_db()
    assert ticket.assignee == second
