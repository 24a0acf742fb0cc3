"""Runs of an older flow go on in a newer one."""

from __future__ import annotations

import sys
from datetime import timedelta
from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from viewflow import this
from viewflow.workflow import fields, flow
from viewflow.workflow.models import Process, Task

from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.workflows.conftest import opened
from workflows import advance
from workflows.engine import open_steps, timers
from workflows.engine.execution import finish, locked
from workflows.engine.locks import ticket_row_lock
from workflows.engine.nodes import PersonStep, Question, Rule
from workflows.flows import start
from workflows.flows.hooks import Hooks, group_permission, outcome
from workflows.flows.incident import IncidentFlow
from workflows.maintenance import migrate_runs, status_check
from workflows.models import Acting, TicketProcess

pytestmark = pytest.mark.django_db
OLD = "workflows/flows.frozen.FrozenFlow"
NEW = "workflows/flows.incident.IncidentFlow"


class FrozenFlow(Hooks, flow.Flow):
    """An incident as it once was: “mend” in place of “work”, and no closing by silence. Frozen."""

    process_class = TicketProcess
    lock_impl = ticket_row_lock

    start = flow.StartHandle(this.on_start).Next(this.accept)
    accept = PersonStep().Permission(group_permission).Next(this.accepted)
    accepted = Rule(this.on_accepted).Next(this.mend)
    mend = PersonStep().Permission(group_permission).Assign(this.assignee).Next(this.resolution)
    resolution = Rule(this.on_resolved).Next(this.confirm)
    confirm = flow.MessageCatch().Next(this.confirmed)
    confirmed = Question(outcome("reopen")).Then(this.mend).Else(this.close)
    close = Rule(this.on_closed).Next(this.end)
    end = flow.End()


# As if it stood in a module of the product: viewflow names flows by their app.
FrozenFlow.__module__ = "workflows.flows.frozen"


@pytest.fixture(autouse=True)
def _old_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tickets of incidents run in the old flow, which is importable."""
    module = ModuleType("workflows.flows.frozen")
    module.FrozenFlow = FrozenFlow  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "workflows.flows.frozen", module)
    monkeypatch.setitem(start.FLOWS, "incident", FrozenFlow)


@pytest.fixture
def working(item: Any, contact: Any, agent: Any) -> Ticket:
    ticket = opened(item, contact)
    advance.act(ticket, "accept", by=agent)
    return ticket


@pytest.fixture
def waiting(item: Any, contact: Any, agent: Any) -> Ticket:
    """Resolved in the old flow, so nothing would ever close it."""
    ticket = opened(item, contact)
    advance.act(ticket, "accept", by=agent)
    with locked(ticket):
        (task,) = open_steps.open_tasks(ticket)
        finish(task, Acting(by=agent, outcome="resolve", data={"solution": "Done"}), ticket)
    return ticket


def open_nodes(ticket: Ticket) -> list[str]:
    return [open_steps.node_name(task) for task in open_steps.open_tasks(ticket)]


def stored() -> list[tuple[Any, ...]]:
    return [*Task.objects.order_by("pk").values_list("pk", "flow_task", "status", "scheduled")]


def test_a_running_ticket_goes_on_to_its_end_in_the_new_flow(working, agent, contact):
    assert open_nodes(working) == ["mend"]
    moved = migrate_runs.migrate(FrozenFlow, IncidentFlow, {"mend": "work"})
    assert (moved.processes, moved.timers) == (1, 0)
    assert moved.tasks == Task.objects.count()
    assert open_nodes(working) == ["work"]
    advance.act(working, "wait_third_party", by=agent, reason="A part")  # the old flow had no such step
    advance.act(working, "resume", by=agent)
    advance.act(working, "resolve", by=agent, solution="Done")
    advance.confirm(working, by=contact)
    assert working.status == Status.CLOSED
    assert working.runs.get().process.flow_class is IncidentFlow


def test_an_open_step_gets_the_timer_it_lacked(waiting):
    later = timezone.now() + timedelta(days=8)
    assert timers.fire_due(later) == 0
    assert migrate_runs.migrate(FrozenFlow, IncidentFlow, {"mend": "work"}).timers == 1
    assert migrate_runs.migrate(IncidentFlow, IncidentFlow).timers == 0
    assert timers.fire_due(later) == 1
    waiting.refresh_from_db()
    assert waiting.status == Status.CLOSED


def test_a_node_without_a_counterpart_changes_nothing(working, waiting):
    before = stored()
    with pytest.raises(migrate_runs.CannotMove, match="mend"):
        migrate_runs.migrate(FrozenFlow, IncidentFlow)
    with pytest.raises(migrate_runs.CannotMove, match="mend"):
        migrate_runs.migrate(FrozenFlow, IncidentFlow, {"mend": "obsolete_thing"})
    assert stored() == before
    assert {process.flow_class for process in Process.objects.all()} == {FrozenFlow}


def test_a_dry_run_counts_and_changes_nothing(working, waiting):
    before, said = stored(), StringIO()
    call_command("migrate_runs", OLD, NEW, "--node", "mend=work", "--dry-run", stdout=said)
    assert said.getvalue().startswith("Would move 2 processes")
    assert said.getvalue().endswith("1 timers set.\n")
    assert stored() == before


def test_the_command_moves_or_says_why_not(working):
    with pytest.raises(CommandError, match="mend"):
        call_command("migrate_runs", OLD, NEW)
    with pytest.raises(CommandError, match=r"flows\.nowhere"):
        call_command("migrate_runs", OLD, "workflows/flows.nowhere.Flow")
    with pytest.raises(CommandError, match="OLD=NEW"):
        call_command("migrate_runs", OLD, NEW, "--node", "mend")
    call_command("migrate_runs", OLD, NEW, "--node", "mend=work", stdout=StringIO())
    assert open_nodes(working) == ["work"]


def test_finished_runs_stay_where_they_are_unless_asked_for(working, agent, contact):
    migrate_runs.migrate(FrozenFlow, IncidentFlow, {"mend": "work"})
    advance.act(working, "resolve", by=agent, solution="Done")
    advance.confirm(working, by=contact)
    assert migrate_runs.migrate(IncidentFlow, FrozenFlow, {"work": "mend"}).processes == 0
    with pytest.raises(migrate_runs.CannotMove, match="route"):
        migrate_runs.migrate(IncidentFlow, FrozenFlow, {"work": "mend"}, finished=True)


def test_names_may_be_swapped_within_one_flow(working):
    """Two renames at once, as one statement."""
    swapped = {"accept": "mend", "mend": "accept"}
    migrate_runs.migrate(FrozenFlow, FrozenFlow, swapped)
    assert open_nodes(working) == ["accept"]
    migrate_runs.migrate(FrozenFlow, FrozenFlow, swapped)
    assert open_nodes(working) == ["mend"]


def test_the_class_of_the_old_flow_may_be_gone(working, monkeypatch):
    def forget() -> None:
        fields.import_flow_by_ref.cache_clear()
        fields.import_task_by_ref.cache_clear()

    monkeypatch.delitem(sys.modules, "workflows.flows.frozen")
    forget()
    (gone,) = [found for found in status_check.disagreements() if "does not exist" in found.text]
    assert gone.ticket == working.reference
    assert gone.text.endswith("flows.frozen.FrozenFlow.mend, which does not exist")
    migrate_runs.migrate(OLD, NEW, {"mend": "work"})
    forget()
    assert list(status_check.disagreements()) == []


def test_timers_and_open_steps_agree_after_the_move(working, waiting):
    migrate_runs.migrate(FrozenFlow, IncidentFlow, {"mend": "work"})
    assert list(status_check.disagreements()) == []
