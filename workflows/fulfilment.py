"""The fulfilment plan of a service request at work: stages in order, the tasks of one side by side."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog import process as plans
from servicedesk.tickets import lifecycle
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from workflows import rules
from workflows.models import TicketProcess


def has_plan(ticket: Ticket) -> bool:
    return bool(ticket.catalog_snapshot.get("plan"))


def next_stage(process: TicketProcess) -> None:
    """Step to the next stage of the plan; its number (from 1) is kept in the process."""
    stage = process.data.get("stage", 0) + 1
    process.data["stage"] = stage
    process.save(update_fields=["data"])
    if stage == 1:
        lifecycle.move(process.ticket, EventKind.FULFILMENT_STARTED, by=process.acting.by)


def stage_tasks(process: TicketProcess) -> list[dict[str, Any]]:
    """The tasks of the current stage as task data; none after the last stage."""
    stages, number = plans.stages(process.ticket.catalog_snapshot), process.data["stage"]
    if number > len(stages):
        return []
    return [
        {
            "key": task.key,
            "title": task.title,
            "translations": task.translations,
            "group": task.group or process.ticket.group_id,
            "stage": number,
        }
        for task in stages[number - 1].tasks
    ]


def ask_client(process: TicketProcess) -> None:
    """The question goes out; the ticket waits once nobody works on any task of it."""
    rules.ask_client(process)


def client_answered(process: TicketProcess) -> None:
    if process.ticket.status == Status.WAITING_CLIENT:
        rules.resume(process)


def plan_fulfilled(process: TicketProcess) -> None:
    """The last stage is done: say so to the client in their language."""
    if not process.ticket.solution:
        with override(process.ticket.client.language):
            process.ticket.solution = _("All steps of your request are done.")
        process.ticket.save(update_fields=["solution"])
