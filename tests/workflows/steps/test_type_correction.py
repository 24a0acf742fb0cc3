"""A ticket of the wrong type gets the right one, from wherever it stands, as often as it takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from catalog.models import Kind, RequestType
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted, StepGone, TakenByAnother, TicketError
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import GroupFactory, RequestTypeFactory, UserFactory, agent_of
from tests.workflows.conftest import opened
from tests.workflows.flows.test_incident import at_work, open_nodes, resolved
from workflows import advance
from workflows.engine import open_steps, timers
from workflows.maintenance import status_check
from workflows.models import Approval, TicketRun
from workflows.steps import actions

pytestmark = pytest.mark.django_db

RIGHT = {"urgency": 2, "impact": 2, "reason": "It is something else"}


def correct(ticket: Ticket, becomes: Any, by: User, **data: Any) -> None:
    advance.act(ticket, "correct_type", by=by, **({"becomes": becomes} | RIGHT | data))
    ticket.refresh_from_db()


def reasons(ticket: Ticket) -> list[str]:
    return list(ticket.runs.values_list("reason", flat=True))


def agrees() -> bool:
    """No open step and no status without the other."""
    return list(status_check.disagreements()) == []


@pytest.fixture
def wish(item: RequestType) -> RequestType:
    """Of the same service; the leaders of its group are asked first."""
    return RequestTypeFactory(
        name="New mailbox",
        service=item.service,
        kind=Kind.SERVICE_REQUEST,
        approvals=[{"who": "group_leader", "needs": "all"}],
    )


@pytest.fixture
def planned(item: RequestType) -> RequestType:
    tasks = [{"title": "Order", "group": item.service.group.pk}, {"title": "Unpack"}]
    plan = [{"title": "Buy", "tasks": tasks}, {"title": "Hand out", "tasks": [{"title": "Bring"}]}]
    return RequestTypeFactory(service=item.service, kind=Kind.SERVICE_REQUEST, plan=plan)


@pytest.fixture
def leader(item: RequestType) -> User:
    return agent_of(item.service.group, is_leader=True)


def test_a_request_taken_for_an_incident_goes_the_way_of_a_request(ticket, agent, leader, wish):
    at_work(ticket, agent)
    correct(ticket, wish, agent, urgency=1, impact=2)
    assert (ticket.kind, ticket.request_type, ticket.priority) == (Kind.SERVICE_REQUEST, wish, 2)
    assert (ticket.status, open_nodes(ticket)) == (Status.WAITING_APPROVAL, ["approve"])
    assert ticket.catalog_snapshot["approvals"] == wish.approvals
    assert reasons(ticket) == ["opened", "converted"]
    advance.act(ticket, "approve", by=leader)
    ticket.refresh_from_db()
    assert (ticket.assignee, open_nodes(ticket)) == (agent, ["accept"])
    assert agrees()


@pytest.mark.parametrize("kind", [Kind.CONSULTATION, Kind.SERVICE_REQUEST])
def test_who_works_on_it_goes_on(ticket, agent, kind):
    at_work(ticket, agent)
    correct(ticket, kind, agent)
    assert (ticket.status, open_nodes(ticket), ticket.assignee) == (Status.IN_PROGRESS, ["work"], agent)
    assert open_steps.open_tasks(ticket)[0].owner == agent


def test_what_nobody_holds_waits_for_whoever_accepts_it(ticket, agent):
    correct(ticket, Kind.CONSULTATION, agent)
    assert (ticket.status, open_nodes(ticket), ticket.assignee) == (Status.UNDER_REVIEW, ["accept"], None)
    correct(ticket, Kind.INCIDENT, agent)
    assert (ticket.status, open_nodes(ticket)) == (Status.UNDER_REVIEW, ["classify"])
    assert agrees()
    advance.act(ticket, "classify", by=agent)
    assert open_nodes(ticket) == ["accept"]


def classified(ticket: Ticket, agent: User) -> None:
    advance.act(ticket, "classify", by=agent)


def waiting_for_client(ticket: Ticket, agent: User) -> None:
    advance.act(at_work(ticket, agent), "ask_client", by=agent, question="Which phone?")


def waiting_for_supplier(ticket: Ticket, agent: User) -> None:
    advance.act(at_work(ticket, agent), "wait_third_party", by=agent, reason="A part")


def answered(ticket: Ticket, agent: User) -> None:
    waiting_for_client(ticket, agent)
    advance.answer(ticket, by=None)


def reopened(ticket: Ticket, agent: User) -> None:
    advance.reopen(resolved(ticket, agent), by=ticket.requester)


def closed_and_reopened(ticket: Ticket, agent: User) -> None:
    advance.confirm(resolved(ticket, agent), by=ticket.requester)
    advance.reopen(ticket, by=ticket.requester)


def nothing_yet(ticket: Ticket, agent: User) -> None:
    """It waits to be classified."""


STEPS: dict[str, Callable[[Ticket, User], Any]] = {
    "classify": nothing_yet,
    "accept": classified,
    "work": at_work,
    "wait_client": waiting_for_client,
    "wait_third_party": waiting_for_supplier,
    "review": answered,
    "verification": reopened,
    "verification of a second run": closed_and_reopened,
}


@pytest.mark.parametrize("step", STEPS)
def test_from_every_step_of_an_incident_there_and_back(step, ticket, agent, planned):
    STEPS[step](ticket, agent)
    assert open_nodes(ticket) == [step.partition(" ")[0]]
    correct(ticket, planned, agent)
    assert (ticket.status, open_nodes(ticket)) == (Status.IN_PROGRESS, ["fulfil", "fulfil"])
    assert agrees()
    correct(ticket, Kind.CONSULTATION, agent)
    assert agrees()
    correct(ticket, Kind.INCIDENT, agent)
    assert open_nodes(ticket) == (["work"] if ticket.assignee else ["classify"])
    assert agrees()
    assert reasons(ticket)[-3:] == ["converted"] * 3
    assert ticket.events.filter(kind=EventKind.TYPE_CORRECTED).count() == 3


def test_parallel_tasks_half_done_end_with_their_process(contact, agent, planned):
    ticket = opened(planned, contact)
    advance.act(ticket, "fulfil", by=agent, task_id=open_steps.open_tasks(ticket)[0].pk)
    correct(ticket, Kind.INCIDENT, agent)
    assert open_nodes(ticket) == ["classify"]
    assert agrees()
    former = Task.objects.filter(process=ticket.runs.earliest("pk").process_id)
    assert set(former.values_list("status", flat=True)) == {STATUS.DONE, STATUS.CANCELED}
    correct(ticket, planned, agent)
    assert [task.data["title"] for task in open_steps.open_tasks(ticket)] == ["Order", "Unpack"]


def test_open_approvals_are_needed_no_longer(contact, agent, leader, wish):
    second = agent_of(wish.service.group, is_leader=True)
    ticket = opened(wish, contact)
    advance.act(ticket, "approve", by=leader)
    correct(ticket, Kind.INCIDENT, agent)
    decided = dict(ticket.approvals.values_list("approver", "decision"))
    assert decided == {leader.pk: Approval.Decision.APPROVED, second.pk: Approval.Decision.DROPPED}
    assert agrees()
    with pytest.raises(TicketError):
        advance.act(ticket, "approve", by=second)
    correct(ticket, wish, agent)
    assert ticket.approvals.open().count() == 2


def test_a_timer_of_the_former_process_never_fires(ticket, agent, settings):
    reopened(ticket, agent)
    correct(ticket, Kind.CONSULTATION, agent)
    armed = Task.objects.filter(flow_task_type="TIMER", status=STATUS.SCHEDULED)
    assert not armed.exists()
    assert timers.fire_due(timezone.now() + 2 * settings.AUTO_CLOSE_AFTER) == 0
    advance.act(ticket, "resolve", by=agent, solution="Explained")
    assert [task.process_id for task in armed] == [ticket.runs.latest("pk").process_id]
    timers.fire_due(timezone.now() + settings.AUTO_CLOSE_AFTER + timedelta(days=1))
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


def test_the_same_type_again_is_refused(ticket, agent, wish):
    for becomes in (Kind.INCIDENT, ticket.request_type):
        with pytest.raises(TicketError, match="has this type already"):
            correct(ticket, becomes, agent)
    correct(ticket, wish, agent)
    for becomes, name in ((Kind.SERVICE_REQUEST, "Service request"), (wish, "New mailbox")):
        with pytest.raises(TicketError, match=name):
            correct(ticket, becomes, agent)
    assert reasons(ticket) == ["opened", "converted"]


def test_another_request_type_of_the_same_type_starts_its_own_process(contact, agent, wish, planned):
    ticket = opened(wish, contact)
    correct(ticket, planned, agent)
    assert (ticket.request_type, open_nodes(ticket)) == (planned, ["fulfil", "fulfil"])
    assert "kind" not in ticket.events.get(kind=EventKind.TYPE_CORRECTED).details


def test_a_resolved_ticket_is_first_to_be_reopened(ticket, agent):
    resolved(ticket, agent)
    assert "correct_type" not in [one.name for one in actions.possible(ticket, agent)]
    with pytest.raises(StepGone):
        correct(ticket, Kind.CONSULTATION, agent)
    advance.confirm(ticket, by=ticket.requester)
    with pytest.raises(StepGone):
        correct(ticket, Kind.CONSULTATION, agent)


def test_without_a_reason_nothing_changes(ticket, agent):
    with pytest.raises(TicketError, match="required"):
        correct(ticket, Kind.CONSULTATION, agent, reason=" ")
    assert (ticket.kind, open_nodes(ticket)) == (Kind.INCIDENT, ["classify"])


def test_who_may_correct(ticket, agent, colleague, leader, contact):
    def may(person: User) -> bool:
        return "correct_type" in [one.name for one in actions.possible(ticket, person)]

    admin, stranger = UserFactory(is_superuser=True), agent_of(GroupFactory())
    everybody = (agent, colleague, leader, admin, stranger, contact)
    assert [may(one) for one in everybody] == [True, True, True, True, False, False]
    at_work(ticket, agent)
    assert [may(one) for one in everybody] == [True, False, True, True, False, False]
    with pytest.raises(TakenByAnother):
        correct(ticket, Kind.CONSULTATION, colleague)
    with pytest.raises(TicketError):
        correct(ticket, Kind.CONSULTATION, contact)


def test_a_stranger_is_refused_as_such(ticket):
    with pytest.raises(NotPermitted):
        correct(ticket, Kind.CONSULTATION, agent_of(GroupFactory()))


def test_the_run_of_a_correction_is_the_current_one(ticket, agent):
    correct(ticket, Kind.CONSULTATION, agent)
    first, second = ticket.runs.select_related("process")
    assert second.reason == TicketRun.Reason.CONVERTED
    assert (first.process.status, second.process.status) == ("CANCELED", "NEW")


def test_nobody_who_left_is_given_the_ticket(ticket, agent, leader):
    at_work(ticket, agent)
    agent.is_active = False
    agent.save()
    correct(ticket, Kind.CONSULTATION, leader)
    assert open_nodes(ticket) == ["accept"]
    assert open_steps.open_tasks(ticket)[0].owner is None
