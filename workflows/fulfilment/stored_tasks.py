"""The steps of a plan as viewflow keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from servicedesk.tickets.models import Ticket
from workflows.engine import open_steps
from workflows.fulfilment.assignees import TASK, WAIT
from workflows.models import TicketProcess


def answers_of(process: TicketProcess) -> dict[str, Mapping[str, Any]]:
    """What was answered in the finished tasks of this run, by their keys; one statement."""
    done = Task.objects.filter(process=process, flow_task_type="HUMAN", status=STATUS.DONE).order_by("pk")
    found = done.values_list("data", flat=True)
    return {data["key"]: data.get("answers") or {} for data in found if data.get("outcome") == TASK}


def are_open(ticket: Ticket) -> set[str]:
    """Which steps of the plan are open now: tasks, waits for the client, both or none; one statement."""
    return {open_steps.node_name(task) for task in open_steps.open_tasks(ticket)} & {TASK, WAIT}


def of_plan(ticket: Ticket) -> tuple[Mapping[str, Any], list[Any]]:
    """The data of the newest run with a plan, and its tasks and waits in order; one statement."""
    found = Task.objects.filter(process__run__ticket=ticket, flow_task_type__in=open_steps.FOR_PEOPLE)
    rows = list(found.select_related("process", "owner").order_by("pk"))
    planned = [row for row in rows if "stage" in row.process.data]
    if not planned:
        return {}, []
    newest = max(row.process_id for row in planned)
    ours = [row for row in rows if row.process_id == newest]
    return ours[0].process.data, [row for row in ours if open_steps.node_name(row) in (TASK, WAIT)]


def is_open(row: Any) -> bool:
    return row.status in open_steps.WAITING


def is_done(row: Any) -> bool:
    return bool(row.status == STATUS.DONE)
