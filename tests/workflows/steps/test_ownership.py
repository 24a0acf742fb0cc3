"""In whose hands a ticket is: given by rule, taken, taken over, given back, answered first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from catalog.models import Kind, RequestType
from servicedesk.people.models import Group, User
from servicedesk.tickets.classification import reclassify
from servicedesk.tickets.errors import GivenToAnother, NotPermitted, StepGone, TakenByAnother
from servicedesk.tickets.models import AssignmentRule, EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import GroupFactory, RequestTypeFactory, UserFactory, agent_of
from tests.workflows.conftest import opened
from workflows import advance
from workflows.engine import open_steps
from workflows.maintenance import status_check
from workflows.steps import actions, first_response

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _steps_follow(settings: Any, _nobody_listens: None) -> None:
    settings.TICKET_EVENT_HANDLERS = ["workflows.steps.group_change.on_ticket_event"]


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 1, 5, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def leader(item: RequestType) -> User:
    return agent_of(item.service.group, full_name="Lena Falk", is_leader=True)


def rule(**fields: Any) -> AssignmentRule:
    made: AssignmentRule = AssignmentRule.objects.create(**({"name": "Rule", "method": "person"} | fields))
    return made


def names(ticket: Ticket, person: User) -> list[str]:
    return [action.name for action in actions.possible(Ticket.objects.get(pk=ticket.pk), person)]


def open_step(ticket: Ticket) -> tuple[str, User | None, str]:
    [task] = open_steps.open_tasks(ticket)
    return open_steps.node_name(task), task.owner, task.status


def test_the_accept_step_belongs_to_whom_the_rule_names(ticket, agent, colleague):
    rule(person=colleague)
    advance.act(ticket, "classify", by=agent)
    assert open_step(ticket) == ("accept", colleague, "ASSIGNED")
    assert (ticket.assignee, ticket.status) == (colleague, Status.UNDER_REVIEW)
    assert "accept" not in names(ticket, agent)
    with pytest.raises(GivenToAnother, match="assigned to Ilya Petrov"):
        advance.act(ticket, "accept", by=agent)
    with pytest.raises(GivenToAnother):
        advance.act(ticket, "cancel", by=agent, reason="Not mine to end")
    advance.act(ticket, "accept", by=colleague)
    assert ticket.status == Status.IN_PROGRESS
    assert list(status_check.disagreements()) == []


def test_a_new_ticket_without_classification_is_given_at_once(contact, colleague, item):
    rule(person=colleague)
    RequestType.objects.filter(pk=item.pk).update(kind=Kind.CONSULTATION)
    item.refresh_from_db()
    ticket = opened(item, contact)
    assert open_step(ticket)[:2] == ("accept", colleague)
    assert ticket.status == Status.NEW
    kinds = list(ticket.events.values_list("kind", flat=True))
    assert kinds == [EventKind.OPENED, EventKind.ASSIGNED]


def test_the_second_line_has_its_own_rule(ticket, agent):
    second = GroupFactory()
    expert = agent_of(second)
    rule(name="Second", group=second, person=expert)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    advance.act(ticket, "reassign", by=agent, group=second, reason="Too deep")
    assert open_step(ticket)[:2] == ("accept", expert)
    assert ticket.assignee == expert


def test_a_released_ticket_waits_for_anybody(ticket, agent, colleague):
    rule(person=colleague)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=colleague)
    advance.act(ticket, "reassign", by=colleague)
    assert open_step(ticket)[:2] == ("accept", None)
    assert ticket.assignee is None
    assert ticket.events.filter(kind=EventKind.ASSIGNED).count() == 1


def test_what_a_rule_gave_can_be_given_back_unaccepted(ticket, agent, colleague):
    rule(person=colleague)
    advance.act(ticket, "classify", by=agent)
    assert "reassign" in names(ticket, colleague)
    assert "reassign" not in names(ticket, agent)
    advance.act(ticket, "reassign", by=colleague, reason="Not my field")
    assert open_step(ticket) == ("accept", None, "NEW")
    assert (ticket.assignee, ticket.status) == (None, Status.UNDER_REVIEW)
    assert ticket.events.get(kind=EventKind.RELEASED).details == {"reason": "Not my field"}
    advance.act(ticket, "accept", by=agent)
    assert ticket.assignee == agent


def test_a_leader_gives_it_to_another_or_takes_it_over_before_it_is_accepted(
    item, contact, agent, colleague, leader
):
    rule(person=colleague)
    first, second = opened(item, contact), opened(item, contact)
    for ticket in (first, second):
        advance.act(ticket, "classify", by=agent)
        assert {"reassign", "take_over"} <= set(names(ticket, leader))
    advance.act(first, "reassign", by=leader, assignee=agent)
    assert (first.assignee, first.status) == (agent, Status.IN_PROGRESS)
    assert open_step(first)[:2] == ("work", agent)
    advance.act(second, "take_over", by=leader)
    assert open_step(second)[:2] == ("accept", leader)
    assert second.assignee == leader


def test_a_leader_takes_over_what_another_works_on(ticket, agent, colleague, leader):
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    assert "take_over" not in names(ticket, agent)
    assert "take_over" not in names(ticket, colleague)
    with pytest.raises(TakenByAnother):
        advance.act(ticket, "take_over", by=colleague)
    advance.act(ticket, "take_over", by=leader)
    assert open_step(ticket)[:2] == ("work", leader)
    details = ticket.events.get(kind=EventKind.HANDED_OVER).details
    assert details == {"assignee": leader.pk, "former": agent.pk, "how": "taken_over"}
    with pytest.raises(TakenByAnother):
        advance.act(ticket, "resolve", by=agent, solution="Mine still")
    advance.act(ticket, "resolve", by=leader, solution="Mended")


def test_an_administrator_takes_over_while_the_client_is_asked(ticket, agent):
    admin = UserFactory(is_superuser=True)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    advance.act(ticket, "ask_client", by=agent, question="Which one?")
    advance.act(ticket, "take_over", by=admin)
    assert ticket.assignee == admin
    advance.answer(ticket, by=None)
    assert open_step(ticket)[:2] == ("review", admin)


def test_a_leader_of_another_group_takes_nothing_over(ticket, agent):
    stranger = agent_of(GroupFactory(), is_leader=True)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    with pytest.raises(TakenByAnother):
        advance.act(ticket, "take_over", by=stranger)


def test_work_that_a_deadline_passed_on_can_be_taken(ticket, agent):
    second = GroupFactory()
    expert = agent_of(second)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    assert "take" not in names(ticket, agent)
    with transaction.atomic():
        ticket.lock()
        reclassify(ticket, by=None, group=second)
    assert "take" in names(ticket, expert)
    assert "take" not in names(ticket, agent)
    advance.act(ticket, "take", by=expert)
    assert open_step(ticket) == ("work", expert, "ASSIGNED")
    assert ticket.assignee == expert
    assert ticket.events.filter(kind=EventKind.ASSIGNED).get().details["method"] == "taken"
    advance.act(ticket, "resolve", by=expert, solution="Mended")
    assert list(status_check.disagreements()) == []


def test_what_a_rule_gave_goes_to_the_new_group_when_a_deadline_passes_it_on(ticket, agent, colleague):
    second = GroupFactory()
    expert = agent_of(second)
    rule(person=colleague)
    advance.act(ticket, "classify", by=agent)
    with transaction.atomic():
        ticket.lock()
        reclassify(ticket, by=None, group=second)
    assert open_step(ticket) == ("accept", None, "NEW")
    advance.act(ticket, "accept", by=expert)
    assert ticket.assignee == expert


def test_a_step_on_a_ticket_nobody_holds_is_no_takeover(ticket, leader):
    with pytest.raises(NotPermitted):
        advance.act(ticket, "take_over", by=leader)
    with pytest.raises(StepGone):
        advance.act(ticket, "take", by=leader)


def answered(ticket: Ticket, by: User) -> bool:
    with transaction.atomic():
        taken = first_response.take(ticket, by=by)
    ticket.refresh_from_db()
    return taken


def test_the_first_to_answer_accepts(ticket, agent, colleague):
    advance.act(ticket, "classify", by=agent)
    assert answered(ticket, colleague)
    assert (ticket.assignee, ticket.status) == (colleague, Status.IN_PROGRESS)
    assert open_step(ticket)[:2] == ("work", colleague)
    assert not answered(ticket, agent)
    assert ticket.assignee == colleague


def test_the_first_to_answer_an_unclassified_ticket_holds_it(ticket, agent, colleague):
    assert answered(ticket, colleague)
    assert (ticket.assignee, ticket.status) == (colleague, Status.NEW)
    assert open_step(ticket)[:2] == ("classify", colleague)
    assert ticket.events.get(kind=EventKind.ASSIGNED).details["method"] == "first_answer"
    with pytest.raises(GivenToAnother):
        advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "classify", by=colleague)
    assert open_step(ticket)[:2] == ("accept", colleague)


def test_no_rule_takes_a_ticket_from_whoever_answered_it(ticket, agent, colleague):
    rule(person=agent)
    answered(ticket, colleague)
    advance.act(ticket, "classify", by=colleague)
    assert ticket.assignee == colleague


def test_classified_into_another_group_it_is_given_out_anew(ticket, agent, colleague):
    second = GroupFactory()
    expert = agent_of(second)
    rule(group=second, person=expert)
    answered(ticket, colleague)
    advance.act(ticket, "classify", by=colleague, group=second)
    assert open_step(ticket)[:2] == ("accept", expert)


@pytest.mark.parametrize("who", ["account manager", "another group", "administrator"])
def test_an_answer_from_outside_the_group_changes_nothing(who, ticket):
    people: dict[str, Any] = {
        "account manager": UserFactory(is_account_manager=True),
        "another group": agent_of(GroupFactory()),
        "administrator": UserFactory(is_superuser=True),
    }
    assert not answered(ticket, people[who])
    assert ticket.assignee is None


def test_a_group_may_switch_it_off(ticket, agent):
    Group.objects.update(first_answer_assigns=False)
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert not answered(ticket, agent)


def test_a_task_of_a_plan_is_not_taken_by_an_answer(contact):
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, plan=[{"tasks": [{"title": "Wires"}]}])
    ticket = opened(item, contact)
    assert not answered(ticket, agent_of(item.service.group))
