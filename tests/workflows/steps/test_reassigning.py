"""One action gives a ticket to another group, to a person, or back to the queue; each way has its right."""

from __future__ import annotations

from typing import Any

import pytest

from servicedesk.people.models import Group, User
from servicedesk.tickets.errors import (
    NotPermitted,
    ReassignedMeanwhile,
    StepGone,
    TakenByAnother,
    TicketError,
)
from servicedesk.tickets.models import AssignmentRule, EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import GroupFactory, UserFactory, agent_of
from workflows import advance
from workflows.engine import open_steps
from workflows.maintenance import status_check
from workflows.steps import ownership
from workflows.steps.ownership import Way

pytestmark = pytest.mark.django_db


@pytest.fixture
def second() -> Group:
    made: Group = GroupFactory(name="Networks")
    return made


@pytest.fixture
def leader(item: Any) -> User:
    return agent_of(item.service.group, is_leader=True)


def at_work(ticket: Ticket, agent: User) -> Ticket:
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    return ticket


def step_of(ticket: Ticket) -> tuple[str, User | None]:
    [task] = open_steps.open_tasks(ticket)
    return open_steps.node_name(task), task.owner


def ways(user: User, ticket: Ticket) -> set[Way]:
    [task] = open_steps.open_tasks(ticket)
    return set(ownership.ways(User.objects.get(pk=user.pk), Ticket.objects.get(pk=ticket.pk), task))


def last(ticket: Ticket) -> tuple[str, dict[str, Any]]:
    event = ticket.events.order_by("pk").last()
    assert event is not None
    return event.kind, {key: value for key, value in event.details.items() if key not in ("from", "to")}


def test_another_group_gets_it_unassigned_and_reads_why(ticket, agent, second):
    advance.act(at_work(ticket, agent), "reassign", by=agent, group=second, reason="A switch is down")
    assert (ticket.group, ticket.assignee, ticket.status) == (second, None, Status.UNDER_REVIEW)
    assert step_of(ticket) == ("accept", None)
    event = ticket.events.get(kind=EventKind.ESCALATED)
    assert (event.details["group"], event.details["reason"]) == (second.pk, "A switch is down")
    assert "assignee" not in event.details


def test_a_person_of_another_group_is_given_it_and_still_accepts_it(ticket, agent, second):
    expert, other = agent_of(second), agent_of(second)
    AssignmentRule.objects.create(name="Else", method="person", group=second, person=other)
    given = {"group": second, "assignee": expert, "reason": "A switch is down"}
    advance.act(at_work(ticket, agent), "reassign", by=agent, **given)
    assert step_of(ticket) == ("accept", expert)
    assert (ticket.group, ticket.assignee, ticket.status) == (second, expert, Status.UNDER_REVIEW)
    assert ticket.events.get(kind=EventKind.ESCALATED).details["assignee"] == expert.pk
    assert not ticket.events.filter(kind=EventKind.ASSIGNED).exists()
    advance.act(ticket, "accept", by=expert)
    assert ticket.status == Status.IN_PROGRESS
    assert list(status_check.disagreements()) == []


def test_another_group_has_to_know_why(ticket, agent, second):
    at_work(ticket, agent)
    for reason in ("", "  ", None):
        with pytest.raises(TicketError, match="Say why"):
            advance.act(ticket, "reassign", by=agent, group=second, reason=reason)
    assert ticket.assignee == agent


def test_nobody_of_a_third_group_is_named(ticket, agent, second):
    at_work(ticket, agent)
    stranger = agent_of(GroupFactory())
    for person in (stranger, agent, agent_of(second, is_active=False)):
        with pytest.raises(TicketError, match="does not work in Networks"):
            advance.act(ticket, "reassign", by=agent, group=second, assignee=person, reason="Theirs")
    assert (ticket.assignee, step_of(ticket)) == (agent, ("work", agent))


def test_a_person_of_the_group_goes_on_where_the_former_was(ticket, agent, colleague):
    at_work(ticket, agent)
    given = {"group": ticket.group, "assignee": colleague, "reason": "I leave at noon"}
    advance.act(ticket, "reassign", by=agent, **given)
    assert (ticket.status, step_of(ticket)) == (Status.IN_PROGRESS, ("work", colleague))
    told = {"assignee": colleague.pk, "former": agent.pk, "reason": "I leave at noon"}
    assert last(ticket) == (EventKind.HANDED_OVER, told)


def test_nobody_is_back_to_the_queue(ticket, agent):
    at_work(ticket, agent)
    advance.act(ticket, "reassign", by=agent, group=ticket.group, assignee=None, reason="Not my field")
    assert (ticket.status, ticket.assignee, step_of(ticket)) == (Status.UNDER_REVIEW, None, ("accept", None))
    assert ticket.events.get(kind=EventKind.RELEASED).details["reason"] == "Not my field"


def test_who_may_do_what(ticket, agent, colleague, leader, contact):
    everything = {Way.PERSON, Way.QUEUE, Way.GROUP}
    at_work(ticket, agent)
    assert ways(agent, ticket) == everything
    assert ways(leader, ticket) == {Way.PERSON}
    assert ways(UserFactory(is_superuser=True), ticket) == {Way.PERSON}
    assert ways(colleague, ticket) == ways(contact, ticket) == set()


@pytest.mark.parametrize("name", ["ask_client", "wait_third_party"])
def test_what_waits_goes_to_another_person_only(name, ticket, agent, colleague, second):
    advance.act(at_work(ticket, agent), name, by=agent, question="Which?", reason="A part")
    assert ways(agent, ticket) == {Way.PERSON}
    for given in ({}, {"group": second, "reason": "Theirs"}):
        with pytest.raises(NotPermitted):
            advance.act(ticket, "reassign", by=agent, **given)
    advance.act(ticket, "reassign", by=agent, assignee=colleague)
    assert ticket.assignee == colleague


def test_a_leader_names_a_person_and_no_more(ticket, agent, colleague, leader, second):
    at_work(ticket, agent)
    for given in ({}, {"group": second, "reason": "Theirs"}):
        with pytest.raises(NotPermitted):
            advance.act(ticket, "reassign", by=leader, **given)
    advance.act(ticket, "reassign", by=leader, assignee=colleague)
    assert step_of(ticket) == ("work", colleague)


def test_a_test_of_the_whole_group_is_passed_on_by_any_of_it(ticket, agent, colleague, second):
    ticket.catalog_snapshot["needs_verification"] = True
    ticket.save()
    advance.act(at_work(ticket, agent), "resolve", by=agent, solution="Done")
    assert step_of(ticket) == ("verification", None)
    assert ways(colleague, ticket) == {Way.QUEUE, Way.GROUP}
    assert ways(agent, ticket) == {Way.PERSON, Way.QUEUE, Way.GROUP}
    advance.act(ticket, "reassign", by=colleague, group=second, reason="They test it")
    assert (ticket.group, ticket.assignee) == (second, None)


def test_what_was_given_and_not_accepted(ticket, agent, colleague, leader, second):
    AssignmentRule.objects.create(name="Rule", method="person", person=colleague)
    advance.act(ticket, "classify", by=agent)
    assert ways(colleague, ticket) == {Way.PERSON, Way.QUEUE}
    assert ways(leader, ticket) == {Way.PERSON}
    assert ways(agent, ticket) == set()
    with pytest.raises(NotPermitted):
        advance.act(ticket, "reassign", by=colleague, group=second, reason="Theirs")
    advance.act(ticket, "reassign", by=colleague, assignee=agent)
    assert (ticket.status, step_of(ticket)) == (Status.IN_PROGRESS, ("work", agent))


def test_what_nobody_has_is_assigned_and_not_reassigned(ticket, agent, colleague):
    advance.act(ticket, "classify", by=agent)
    names = [action.name for action in advance.possible(ticket, agent)]
    assert "assign" in names
    assert "reassign" not in names
    advance.act(ticket, "assign", by=agent, assignee=colleague)
    assert step_of(ticket) == ("work", colleague)


def test_the_second_of_two_is_refused(ticket, agent, colleague, second):
    at_work(ticket, agent)
    [task] = open_steps.open_tasks(ticket)
    advance.act(ticket, "reassign", by=agent, assignee=colleague, task_id=task.pk)
    with pytest.raises(TakenByAnother):
        advance.act(ticket, "reassign", by=agent, group=second, reason="Theirs", task_id=task.pk)
    advance.act(ticket, "reassign", by=colleague, task_id=task.pk)
    with pytest.raises(StepGone):
        advance.act(ticket, "reassign", by=colleague, task_id=task.pk)


def test_a_choice_made_over_another_assignee_or_group_is_refused(ticket, agent, colleague, leader, second):
    at_work(ticket, agent)
    seen = ownership.held(ticket)
    advance.act(ticket, "reassign", by=agent, assignee=colleague, held=seen)
    with pytest.raises(ReassignedMeanwhile):
        advance.act(ticket, "reassign", by=leader, assignee=agent, held=seen)
    assert ticket.assignee == colleague
    Ticket.objects.filter(pk=ticket.pk).update(group=second)
    with pytest.raises(ReassignedMeanwhile):
        advance.act(ticket, "reassign", by=colleague, group=Ticket.objects.get(pk=ticket.pk).group, held=seen)
