"""The service request: approval and fulfilment as the catalog sets them up."""

from __future__ import annotations

import pytest

from catalog.models import Kind, RequestType
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted, StepGone
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import ClientFactory, GroupFactory, RequestTypeFactory, UserFactory, agent_of, contact_of
from tests.workflows.conftest import opened
from tests.workflows.flows.test_incident import open_nodes
from workflows import advance
from workflows.engine import open_steps

pytestmark = pytest.mark.django_db


def planned(stages: list[list[tuple[str, int]]], **fields: object) -> RequestType:
    """A service request whose plan has these stages of (title, group) tasks."""
    plan = [
        {"title": f"Stage {number}", "tasks": [{"title": title, "group": group} for title, group in tasks]}
        for number, tasks in enumerate(stages, 1)
    ]
    return RequestTypeFactory(kind=Kind.SERVICE_REQUEST, plan=plan, **fields)


def titles(ticket: Ticket) -> list[str]:
    return [task.data["title"] for task in open_steps.open_tasks(ticket)]


@pytest.fixture
def manager(contact: User) -> User:
    return contact_of(contact.memberships.get().client, is_manager=True)


def test_without_a_plan_it_waits_to_be_accepted(contact):
    ticket = opened(RequestTypeFactory(kind=Kind.SERVICE_REQUEST), contact)
    assert open_nodes(ticket) == ["accept"]


def test_a_consultation_needs_neither_approval_nor_plan(contact):
    ticket = opened(RequestTypeFactory(kind=Kind.CONSULTATION), contact)
    assert open_nodes(ticket) == ["accept"]


def test_stages_run_in_order_and_their_tasks_in_parallel(contact):
    office, network = GroupFactory(), GroupFactory()
    item = planned([[("Order laptop", office.pk), ("Make account", network.pk)], [("Hand out", office.pk)]])
    ticket = opened(item, contact)
    assert (ticket.status, titles(ticket)) == (Status.IN_PROGRESS, ["Order laptop", "Make account"])
    buyer, admin = agent_of(office), agent_of(network)
    advance.act(ticket, "fulfil", by=admin)
    assert titles(ticket) == ["Order laptop"]
    advance.act(ticket, "fulfil", by=buyer)
    assert titles(ticket) == ["Hand out"]
    advance.act(ticket, "fulfil", by=buyer)
    assert (ticket.status, open_nodes(ticket)) == (Status.RESOLVED, ["confirm"])
    assert ticket.messages.get().body == "All steps of your request are done."


def test_each_person_sees_the_tasks_of_their_group_as_buttons(contact):
    office, network = GroupFactory(), GroupFactory()
    ticket = opened(planned([[("Order laptop", office.pk), ("Make account", network.pk)]]), contact)
    labels = [str(action.label) for action in advance.possible(ticket, agent_of(network))]
    assert "Make account" in labels
    assert "Order laptop" not in labels


def test_somebody_of_another_group_cannot_finish_a_task(contact):
    office = GroupFactory()
    ticket = opened(planned([[("Order laptop", office.pk)]]), contact)
    with pytest.raises(NotPermitted):
        advance.act(ticket, "fulfil", by=agent_of(GroupFactory()))


def test_a_task_is_finished_once(contact):
    office = GroupFactory()
    ticket = opened(planned([[("Order laptop", office.pk), ("Order chair", office.pk)]]), contact)
    task = open_steps.open_tasks(ticket)[0]
    agent = agent_of(office)
    advance.act(ticket, "fulfil", by=agent, task_id=task.pk)
    with pytest.raises(StepGone):
        advance.act(ticket, "fulfil", by=agent, task_id=task.pk)
    assert titles(ticket) == ["Order chair"]


def test_the_clients_manager_approves(contact, manager):
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}])
    ticket = opened(item, contact)
    assert ticket.status == Status.WAITING_APPROVAL
    assert ticket.events.get(kind=EventKind.APPROVAL_ASKED).details["approvers"] == [manager.pk]
    with pytest.raises(NotPermitted):
        advance.act(ticket, "approve", by=contact)
    advance.act(ticket, "approve", by=manager)
    assert (ticket.status, open_nodes(ticket)) == (Status.UNDER_REVIEW, ["accept"])


def test_a_rejected_request_is_over_and_keeps_the_reason(contact, manager):
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}])
    ticket = opened(item, contact)
    advance.act(ticket, "reject", by=manager, reason="No budget")
    assert (ticket.status, open_nodes(ticket)) == (Status.CANCELLED, [])
    assert ticket.events.get(kind=EventKind.REJECTED).details["reason"] == "No budget"


def test_a_manager_needs_nobodys_approval(manager):
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}])
    assert open_nodes(opened(item, manager)) == ["accept"]


def test_the_account_manager_approves_where_the_catalog_says_so(item):
    boss = UserFactory(is_account_manager=True)
    contact = contact_of(ClientFactory(account_manager=boss))
    ticket = opened(
        RequestTypeFactory(kind=Kind.SERVICE_REQUEST, approvals=[{"who": "account_manager"}]), contact
    )
    advance.act(ticket, "approve", by=boss)
    assert ticket.status == Status.UNDER_REVIEW


def test_without_an_approver_the_group_decides(contact):
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, approvals=[{"who": "account_manager"}])
    ticket = opened(item, contact)
    advance.act(ticket, "approve", by=agent_of(item.service.group))
    assert ticket.status == Status.UNDER_REVIEW


def test_a_fulfilled_request_can_be_reopened_and_worked_on(contact):
    office = GroupFactory()
    item = planned([[("Order laptop", office.pk)]])
    ticket = opened(item, contact)
    advance.act(ticket, "fulfil", by=agent_of(office))
    advance.reopen(ticket, by=contact)
    agent = agent_of(item.service.group)
    advance.act(ticket, "resume", by=agent)
    advance.act(ticket, "resolve", by=agent, solution="Replaced")
    assert (ticket.reopened_count, ticket.status) == (1, Status.RESOLVED)


def test_a_later_change_of_the_catalog_leaves_open_tickets_alone(contact):
    office = GroupFactory()
    item = planned([[("Order laptop", office.pk)], [("Hand out", office.pk)]])
    ticket = opened(item, contact)
    item.plan = []
    item.save()
    advance.act(ticket, "fulfil", by=agent_of(office))
    assert titles(ticket) == ["Hand out"]


def test_withdrawing_cancels_parallel_tasks(contact):
    office = GroupFactory()
    ticket = opened(planned([[("A", office.pk), ("B", office.pk)]]), contact)
    advance.withdraw(ticket, by=contact)
    assert (ticket.status, open_nodes(ticket)) == (Status.CANCELLED, [])
