"""A finished run in one row: which steps, in which order, for how long."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Kind
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.factories import GroupFactory, RequestTypeFactory, agent_of, contact_of, opened_by_door
from tests.workflows.analytics.conftest import Clock, solved, summarised, worked_on
from tests.workflows.flows.test_service_request import planned
from workflows import advance
from workflows.analytics import summaries
from workflows.diagram import graph
from workflows.engine import timers
from workflows.flows.start import FLOWS
from workflows.models import RunSummary
from workflows.tasks import summarise_runs

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(clock: Clock, item: Any, contact: User) -> Ticket:
    client = contact.memberships.get().client
    return opened_by_door(request_type=item, client=client, requester=contact)


def test_each_step_and_wait_is_named_with_its_seconds(ticket, agent, contact, clock):
    worked_on(ticket, agent, clock)
    solved(ticket, agent, clock)
    clock.passes(days=1)
    advance.confirm(ticket, by=contact, rating=5)
    assert summarised() == [("classify>accept>work>confirm", "60>120>1800>86400")]
    summary = RunSummary.objects.get()
    assert (summary.flow, summary.ticket_id) == ("IncidentFlow", ticket.pk)
    assert summary.finished_at == timezone.now()


def test_an_open_run_has_no_summary(ticket, agent, clock):
    worked_on(ticket, agent, clock)
    assert summarised() == []


def test_waits_stand_where_they_were_entered(ticket, agent, contact, clock):
    worked_on(ticket, agent, clock)
    clock.passes(minutes=5)
    advance.act(ticket, "ask_client", by=agent, question="Which phone is it?")
    clock.passes(hours=1)
    advance.answer(ticket, by=contact)
    clock.passes(minutes=3)
    advance.act(ticket, "wait_third_party", by=agent, reason="Part ordered")
    clock.passes(hours=2)
    advance.act(ticket, "resume", by=agent)
    solved(ticket, agent, clock)
    advance.confirm(ticket, by=contact)
    assert summarised() == [
        (
            "classify>accept>work>wait_client>review>wait_third_party>work>confirm",
            "60>120>300>3600>180>7200>1800>0",
        )
    ]


def test_silence_ends_the_stay_in_resolved(ticket, agent, clock):
    worked_on(ticket, agent, clock)
    solved(ticket, agent, clock)
    clock.passes(days=8)
    assert timers.fire_due(timezone.now()) == 1
    assert summarised() == [("classify>accept>work>confirm", "60>120>1800>691200")]


def test_a_reopened_ticket_goes_back_within_its_run(ticket, agent, contact, clock):
    worked_on(ticket, agent, clock)
    solved(ticket, agent, clock)
    clock.passes(hours=1)
    advance.reopen(ticket, by=contact, reason="Still slow")
    clock.passes(hours=2)
    advance.act(ticket, "resume", by=agent)
    solved(ticket, agent, clock)
    advance.confirm(ticket, by=contact)
    assert summarised() == [
        ("classify>accept>work>confirm>verification>work>confirm", "60>120>1800>3600>7200>1800>0")
    ]


def test_a_ticket_reopened_after_closing_has_two_summaries(ticket, agent, contact, clock):
    worked_on(ticket, agent, clock)
    solved(ticket, agent, clock)
    advance.confirm(ticket, by=contact)
    clock.passes(days=2)  # closed: nobody's time
    advance.reopen(ticket, by=contact)
    solved(ticket, agent, clock)
    advance.confirm(ticket, by=contact)
    assert summarised() == [
        ("classify>accept>work>confirm", "60>120>1800>0"),
        ("verification>confirm", "1800>0"),
    ]


def test_parallel_tasks_of_a_stage_are_one_stay(contact, clock):
    office, network = GroupFactory(), GroupFactory()
    item = planned([[("Order laptop", office.pk), ("Make account", network.pk)], [("Hand out", office.pk)]])
    ticket = opened_by_door(request_type=item, client=contact.memberships.get().client, requester=contact)
    clock.passes(hours=1)
    advance.act(ticket, "fulfil", by=agent_of(network))
    clock.passes(hours=2)
    buyer = agent_of(office)
    advance.act(ticket, "fulfil", by=buyer)
    clock.passes(minutes=10)
    advance.act(ticket, "fulfil", by=buyer)
    advance.confirm(ticket, by=contact)
    assert summarised() == [("fulfil>fulfil>confirm", "10800>600>0")]


def test_a_refused_approval_says_so(contact, clock):
    manager = contact_of(contact.memberships.get().client, is_manager=True)
    item = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}])
    ticket = opened_by_door(request_type=item, client=contact.memberships.get().client, requester=contact)
    clock.passes(hours=5)
    advance.act(ticket, "reject", by=manager, reason="No budget")
    assert summarised() == [("approve>rejected", "18000>0")]


def test_a_cancelled_run_ends_in_the_step_it_stood_at(ticket, agent, clock):
    worked_on(ticket, agent, clock)
    clock.passes(minutes=7)
    advance.act(ticket, "cancel", by=agent, reason="Double")
    assert summarised() == [("classify>accept>work>cancelled", "60>120>420>0")]


def test_a_withdrawn_request_counts_its_open_tasks_once(contact, clock):
    office = GroupFactory()
    ticket = opened_by_door(
        request_type=planned([[("A", office.pk), ("B", office.pk)]]),
        client=contact.memberships.get().client,
        requester=contact,
    )
    clock.passes(minutes=4)
    advance.withdraw(ticket, by=contact)
    assert summarised() == [("fulfil>cancelled", "240>0")]


def test_a_corrected_type_gives_two_runs(ticket, agent, contact, clock):
    worked_on(ticket, agent, clock)
    clock.passes(minutes=7)
    advance.act(
        ticket, "correct_type", by=agent, becomes=Kind.CONSULTATION, urgency=2, impact=2, reason="A question"
    )
    assert summarised() == [("classify>accept>work>converted", "60>120>420>0")]
    solved(ticket, agent, clock)
    advance.confirm(ticket, by=contact)
    assert summarised()[1:] == [("work>confirm", "1800>0")]
    assert list(RunSummary.objects.order_by("run").values_list("flow", flat=True)) == [
        "IncidentFlow",
        "ConsultationFlow",
    ]


@pytest.mark.parametrize("flow", FLOWS.values())
def test_the_steps_of_a_summary_are_those_of_the_picture(flow):
    from workflows.analytics.step_names import COUNTED_AS
    from workflows.engine.open_steps import FOR_PEOPLE

    nodes = {node.name for node in flow.instance.nodes() if node.task_type in FOR_PEOPLE}
    assert {COUNTED_AS.get(name, name) for name in nodes} == set(graph.steps(flow)) - {"start", "end"}


def closed(agent: User, contact: User, item: Any, count: int) -> None:
    for _ in range(count):
        ticket = opened_by_door(request_type=item, client=contact.memberships.get().client, requester=contact)
        advance.act(ticket, "cancel", by=agent, reason="Double")


def test_twice_writes_nothing_more(ticket, agent, contact, clock):
    advance.act(ticket, "cancel", by=agent, reason="Double")
    first = summarised()
    key = RunSummary.objects.get().pk
    assert summarised() == first
    assert RunSummary.objects.get().pk == key


def test_a_worker_that_was_later_keeps_the_others_row(ticket, agent, clock):
    advance.act(ticket, "cancel", by=agent, reason="Double")
    ended = summaries._ended(after=0, rebuild=False)
    summaries._write(ended, rebuild=False)  # the other worker, in between
    summaries._write(ended, rebuild=False)
    assert RunSummary.objects.count() == 1


def test_a_batch_costs_four_statements_however_many_runs_it_holds(agent, contact, item):
    costs = []
    for count in (5, 20):
        closed(agent, contact, item, count)
        with CaptureQueriesContext(connection) as statements:
            assert next(summaries.batches()) == count
        costs.append(sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in statements))
    assert costs == [4, 4]


def test_batches_go_on_until_nothing_is_left(agent, contact, item, monkeypatch):
    monkeypatch.setattr(summaries, "BATCH", 2)
    closed(agent, contact, item, 5)
    assert list(summaries.batches()) == [2, 2, 1]
    assert list(summaries.batches()) == []


def test_the_minutes_task_stops_after_its_share(agent, contact, item, monkeypatch):
    monkeypatch.setattr(summaries, "BATCH", 1)
    monkeypatch.setattr("workflows.tasks.BATCHES_A_MINUTE", 2)
    closed(agent, contact, item, 3)
    summarise_runs()
    assert RunSummary.objects.count() == 2
    summarise_runs()
    assert RunSummary.objects.count() == 3


def test_rebuilding_mends_rows_and_adds_none(ticket, agent, clock):
    worked_on(ticket, agent, clock)
    advance.act(ticket, "cancel", by=agent, reason="Double")
    right = summarised()
    RunSummary.objects.update(path="wrong", stays="1", finished_at=timezone.now() - timedelta(days=9))
    output = StringIO()
    call_command("summarise_runs", stdout=output, stderr=StringIO())
    assert summarised() == [("wrong", "1")]
    call_command("summarise_runs", rebuild=True, stdout=output, stderr=StringIO())
    assert summarised() == right
    assert RunSummary.objects.get().finished_at == ticket.runs.get().process.finished
    assert output.getvalue().splitlines() == ["0 runs summarised.", "1 runs summarised."]


def test_a_run_of_a_process_that_is_gone_from_the_code_is_summarised(ticket, agent, clock):
    from viewflow.workflow.models import Task

    advance.act(ticket, "cancel", by=agent, reason="Double")
    run = ticket.runs.get()
    Task.objects.filter(process=run.process_id, flow_task_type="HUMAN").update(
        flow_task="workflows/flows.incident.IncidentFlow.triage"
    )
    assert summarised() == [("triage>cancelled", "0>0")]
