"""A step that fails in the background is seen, says why, and can be tried again."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, transaction
from django.utils import timezone
from viewflow.workflow.context import Context
from viewflow.workflow.models import Task

from servicedesk.people.models import User
from servicedesk.tickets.errors import IllegalMove, NotPermitted, StepGone
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import GroupFactory, UserFactory, agent_of
from tests.workflows.conftest import opened
from workflows import advance
from workflows.engine import execution, open_steps, timers
from workflows.flows import rules
from workflows.maintenance import faults, status_check
from workflows.models import Acting

pytestmark = pytest.mark.django_db

SECRET = "hunter2 of helen@example.com"


class Broken:
    """Stands in for a rule; fails as long as `error` is set."""

    def __init__(self, rule: Any) -> None:
        self.rule = rule
        self.error: Exception | None = ValueError(SECRET)

    def __call__(self, process: Any) -> None:
        password = SECRET  # a local variable, which the engine would keep
        self.rule(process)  # what it did before it failed must be undone
        if self.error:
            raise self.error
        assert password


@pytest.fixture
def closing(monkeypatch: pytest.MonkeyPatch) -> Broken:
    broken = Broken(rules.close)
    monkeypatch.setattr(rules, "close", broken)
    return broken


@pytest.fixture
def resolved(ticket: Ticket, agent: User) -> Ticket:
    advance.act(ticket, "classify", by=agent, urgency=1, impact=2)
    advance.act(ticket, "accept", by=agent)
    advance.act(ticket, "resolve", by=agent, solution="The relay limit is lifted.")
    return ticket


@pytest.fixture
def leader(ticket: Ticket) -> User:
    assert ticket.group
    return agent_of(ticket.group, is_leader=True)


def late() -> datetime:
    return timezone.now() + timedelta(days=8)


@pytest.fixture
def failed(resolved: Ticket, closing: Broken) -> Ticket:
    assert timers.fire_due(late()) == 0
    resolved.refresh_from_db()
    return resolved


def retried(task_id: int, by: User) -> bool:
    """Tried again a week later, when the timer is due by the clock too."""
    with time_machine.travel(late(), tick=False):
        return faults.retry(task_id, by=by)


def test_what_a_failed_timer_began_is_undone(failed):
    assert failed.status == Status.RESOLVED
    assert not failed.events.filter(kind=EventKind.CLOSED).exists()
    assert [open_steps.node_name(task) for task in open_steps.open_tasks(failed)] == ["confirm"]
    assert list(status_check.disagreements()) == []


def test_a_fault_says_what_failed_since_when_and_why(failed):
    (fault,) = faults.of_ticket(failed)
    assert (fault.ticket, str(fault.step)) == (failed, "Automatic closing without an answer")
    assert timezone.now() - fault.since < timedelta(minutes=1)
    assert fault.reason == "An unexpected error; see the server log."


def test_neither_text_nor_variables_of_the_error_stay_in_the_database(failed):
    kept = json.dumps([*Task.objects.values_list("data", flat=True)])
    assert "ValueError" in kept
    assert "hunter2" not in kept
    assert "Traceback" not in kept
    assert "locals" not in kept


def test_the_log_has_the_whole_error(resolved, closing, caplog):
    with caplog.at_level(logging.ERROR):
        timers.fire_due(late())
    (told,) = [record for record in caplog.records if "timer_failed" in record.getMessage()]
    assert told.exc_info or "Traceback" in told.getMessage()


def test_a_sentence_meant_for_people_is_their_reason(resolved, closing):
    closing.error = IllegalMove("new", "closed")
    timers.fire_due(late())
    (fault,) = faults.of_ticket(resolved)
    assert fault.reason == "The status is “new” now, so this is not possible: closed."


def test_a_failed_timer_is_not_fired_again_by_itself(failed, closing):
    closing.error = None
    assert timers.fire_due(late()) == 0


def test_a_failed_timer_blocks_no_other(item, contact, agent, failed, closing):
    closing.error = None
    other = opened(item, contact)
    advance.act(other, "classify", by=agent)
    advance.act(other, "accept", by=agent)
    advance.act(other, "resolve", by=agent, solution="Done")
    assert timers.fire_due(late()) == 1


def test_trying_again_goes_on_where_it_stopped(failed, closing, leader):
    closing.error = None
    (fault,) = faults.of_ticket(failed)
    assert retried(fault.task_id, leader) is True
    failed.refresh_from_db()
    assert failed.status == Status.CLOSED
    assert faults.of_ticket(failed) == []
    told = failed.events.get(kind=EventKind.STEP_RETRIED)
    assert (told.actor, told.details) == (leader, {"step": "confirm__timeout"})


def test_trying_twice_does_it_once(failed, closing, leader):
    closing.error = None
    (fault,) = faults.of_ticket(failed)
    retried(fault.task_id, leader)
    with pytest.raises(StepGone):
        retried(fault.task_id, leader)
    assert failed.events.filter(kind=EventKind.STEP_RETRIED).count() == 1


def test_a_second_failure_brings_the_new_reason(failed, closing, leader):
    closing.error = IllegalMove("new", "closed")
    (fault,) = faults.of_ticket(failed)
    assert retried(fault.task_id, leader) is False
    (again,) = faults.of_ticket(failed)
    assert (again.task_id, again.reason[:10]) == (fault.task_id, "The status")
    assert failed.events.filter(kind=EventKind.STEP_RETRIED).count() == 1


def test_only_who_answers_for_the_group_may_try_again(failed, agent, contact, leader):
    (fault,) = faults.of_ticket(failed)
    stranger = agent_of(GroupFactory(), is_leader=True)
    for person in (agent, contact, stranger):
        with pytest.raises(NotPermitted):
            retried(fault.task_id, person)
    assert [len(faults.visible_to(one)) for one in (leader, UserFactory(is_superuser=True), stranger)] == [
        1,
        1,
        0,
    ]
    assert not failed.events.filter(kind=EventKind.STEP_RETRIED).exists()


def test_a_task_that_is_no_fault_cannot_be_tried_again(resolved, leader):
    (task,) = open_steps.open_tasks(resolved)
    for key in (task.pk, 10**9):
        with pytest.raises(StepGone):
            retried(key, leader)


def test_a_word_of_the_staff_moves_a_failed_closing_too(failed, closing, leader):
    closing.error = None
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        timers.postpone_auto_close(failed)
    (fault,) = faults.of_ticket(failed)
    retried(fault.task_id, leader)
    failed.refresh_from_db()
    assert failed.status == Status.RESOLVED
    assert timers.fire_due(late() + timedelta(days=4)) == 1


def test_the_client_confirms_in_spite_of_a_fault(failed, closing, contact):
    closing.error = None
    advance.confirm(failed, by=contact)
    assert (failed.status, faults.of_ticket(failed)) == (Status.CLOSED, [])
    assert failed.runs.get().process.status == "DONE"


def test_a_fault_is_over_once_its_step_went_another_way(failed, contact, leader):
    (fault,) = faults.of_ticket(failed)
    advance.reopen(failed, by=contact)
    assert faults.of_ticket(failed) == faults.visible_to(leader) == []
    with pytest.raises(StepGone):
        retried(fault.task_id, leader)


def test_a_fault_does_not_keep_a_ticket_from_being_cancelled(failed, agent):
    advance.act(failed, "cancel", by=agent, reason="Double")
    assert (failed.status, faults.of_ticket(failed)) == (Status.CANCELLED, [])
    assert not Task.objects.exclude(status__in=["DONE", "CANCELED"]).exists()


def test_the_end_of_a_run_spares_the_data_written_meanwhile(ticket, agent):
    run = ticket.runs.get()
    type(run.process).objects.update(data={"stage": 2})
    advance.act(ticket, "cancel", by=agent, reason="Double")
    run.process.refresh_from_db()
    assert (run.process.data, run.process.status) == ({"stage": 2}, "CANCELED")


def test_a_timer_of_a_missing_step_is_a_fault_and_can_be_cancelled(resolved, agent, leader):
    Task.objects.filter(flow_task_type="TIMER").update(flow_task="workflows/flows.incident.IncidentFlow.gone")
    assert timers.fire_due(late()) == 0
    (fault,) = faults.of_ticket(resolved)
    assert (fault.step, fault.reason[:30]) == ("gone", "This version does not know the")
    assert retried(fault.task_id, leader) is False
    advance.act(resolved, "cancel", by=agent, reason="Double")
    assert resolved.status == Status.CANCELLED


@pytest.mark.parametrize("name", ["gone.Nothing.confirm", "flows.incident.NoFlow.confirm"])
def test_a_run_of_a_missing_flow_can_be_cancelled(ticket, agent, name):
    Task.objects.update(flow_task=f"workflows/{name}")
    with execution.locked(ticket):
        execution.cancel_runs(ticket)
    assert not Task.objects.exclude(status__in=["DONE", "CANCELED"]).exists()
    assert ticket.runs.get().process.finished


def test_a_database_that_is_busy_makes_no_fault(resolved, closing):
    closing.error = OperationalError("database is locked")
    assert timers.fire_due(late()) == 0
    assert faults.of_ticket(resolved) == []
    closing.error = None
    assert timers.fire_due(late()) == 1


def test_whatever_the_engine_keeps_by_itself_is_cleaned_and_can_be_tried_again(resolved, closing, leader):
    """A path in the background that is not ours: the engine marks the step in the middle."""
    (task,) = open_steps.open_tasks(resolved)
    with transaction.atomic(), execution.locked(resolved), Context(propagate_exception=False):
        execution.finish(task, Acting(outcome="confirm"), resolved)
    (stuck,) = Task.objects.filter(status="ERROR")
    assert "hunter2" not in json.dumps(stuck.data)
    assert stuck.data["fault"]["error"] == "ValueError"
    (fault,) = faults.of_ticket(resolved)
    assert retried(fault.task_id, leader) is False
    closing.error = None
    assert retried(fault.task_id, leader) is True
    resolved.refresh_from_db()
    assert (resolved.status, faults.of_ticket(resolved)) == (Status.CLOSED, [])
    with pytest.raises(StepGone):
        retried(fault.task_id, leader)


def test_the_list_costs_the_same_whatever_its_length(
    item, contact, agent, leader, failed, django_assert_max_num_queries: Any
):
    with django_assert_max_num_queries(3):
        assert len(faults.visible_to(leader)) == 1
    for _ in range(3):
        other = opened(item, contact)
        advance.act(other, "classify", by=agent)
        advance.act(other, "accept", by=agent)
        advance.act(other, "resolve", by=agent, solution="Done")
    timers.fire_due(late())
    with django_assert_max_num_queries(3):
        assert len(faults.visible_to(leader)) == 4
