"""`manage.py check_flows`: what it finds, and what it costs."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from viewflow.workflow.models import Task

from catalog.models import Kind
from servicedesk.tickets.models import Ticket
from tests.factories import RequestTypeFactory, UserFactory
from tests.workflows.conftest import opened
from workflows import advance
from workflows.maintenance import status_check
from workflows.models import Approval

pytestmark = pytest.mark.django_db
GONE = "workflows/flows.incident.IncidentFlow.long_gone"


def found() -> list[str]:
    return [one.text for one in status_check.disagreements()]


def asking(contact: Any) -> Ticket:
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, approvals=[{"who": "group_leader"}])
    return opened(item, contact)


def test_a_desk_at_work_agrees(ticket, contact, agent):
    asking(contact)
    done = opened(ticket.request_type, contact)
    advance.act(done, "cancel", by=agent, reason="Double")
    said = StringIO()
    call_command("check_flows", stdout=said)
    assert "explained by its open steps" in said.getvalue()


@pytest.mark.parametrize(
    "name", [GONE, "workflows/flows.gone.GoneFlow.work", "workflows/flows.incident.No.work"]
)
def test_a_step_that_is_gone_stops_a_deploy(ticket, name):
    Task.objects.filter(status="NEW").update(flow_task=name)
    said = StringIO()
    with pytest.raises(CommandError) as stopped:
        call_command("check_flows", stdout=said)
    assert stopped.value.returncode == 1
    assert f"{ticket.reference}: task" in said.getvalue()
    assert f"{name}, which does not exist" in said.getvalue()


def test_a_status_that_no_step_explains_is_found(ticket):
    Ticket.objects.filter(pk=ticket.pk).update(status="in_progress")
    assert found() == ["status in_progress is not explained by its open steps: classify"]


def test_a_step_that_is_open_besides_is_found(ticket, agent):
    advance.act(ticket, "classify", by=agent)
    former = Task.objects.get(flow_task__endswith=".classify")
    Task.objects.filter(pk=former.pk).update(status="NEW", finished=None)
    Ticket.objects.filter(pk=ticket.pk).update(status="new")
    assert found() == []  # a ticket that is new may wait for both
    advance.act(ticket, "accept", by=agent)
    assert found() == ["status in_progress is not explained by its open steps: classify, work"]


def test_a_ticket_without_a_step_is_found(ticket):
    Task.objects.filter(status="NEW").update(status="DONE", finished=timezone.now())
    assert found() == ["status new is not explained by its open steps: none"]


def test_a_step_of_a_finished_ticket_is_found(ticket):
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    assert found() == ["status closed, but a step is open: classify"]


def test_an_approval_that_nobody_is_asked_for_is_found(contact):
    ticket = asking(contact)
    kept = list(ticket.approvals.values_list("pk", flat=True))
    assert kept
    Approval.objects.update(decided_at=timezone.now(), decision="dropped")
    assert found() == ["step approve is open, but nobody is asked"]


def test_somebody_who_is_asked_for_nothing_is_found(ticket, agent):
    row = {"ticket": ticket, "run": ticket.runs.get(), "level": 1, "approver": UserFactory()}
    Approval.objects.create(**row)
    assert found() == ["somebody is asked to approve, but no step waits for it"]
    advance.act(ticket, "cancel", by=agent, reason="Double")
    Approval.objects.filter(ticket=ticket).update(decided_at=None, decision="")
    assert found() == ["is over, but somebody is still asked to approve"]


def test_two_runs_at_once_are_found(ticket, contact):
    other = opened(ticket.request_type, contact)
    ticket.runs.update(ticket=other)
    assert sorted(found()) == [
        "2 runs are unfinished at once",
        "status new is not explained by its open steps: none",
    ]


def test_a_failed_step_does_not_hold_up_the_deploy_that_may_mend_it(ticket, agent):
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    advance.act(ticket, "resolve", by=agent, solution="Done")
    Task.objects.filter(flow_task_type="TIMER").update(status="ERROR", finished=timezone.now())
    said = StringIO()
    call_command("check_flows", stdout=said)
    assert "1 steps failed" in said.getvalue()


def test_it_costs_the_same_whatever_the_number_of_tickets(item, contact, agent):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert found() == []
        return len(captured)

    few = statements()
    for _ in range(5):
        opened(item, contact)
    assert statements() - few <= 3  # one more portion of tickets
    many = statements()
    for _ in range(5):
        opened(item, contact)
    assert statements() == many


def test_the_deploy_check_of_django_knows_gone_steps(ticket):
    def told() -> list[Any]:
        found = checks.run_checks(include_deployment_checks=True, databases=["default"])
        return [one.id for one in found if str(one.id).startswith("workflows.")]

    assert told() == []
    Task.objects.filter(status="NEW").update(flow_task=GONE)
    assert told() == ["workflows.E001"]
