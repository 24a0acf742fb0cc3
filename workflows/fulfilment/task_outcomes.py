"""What happens to the ticket while its tasks are done, asked about and answered.

The ticket waits for the client while nobody works on any task of the stage and at least one waits.
"""

from __future__ import annotations

from typing import Any

from servicedesk.tickets import conversation, lifecycle
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind
from servicedesk.tickets.statuses import Status
from workflows.fulfilment import stored_tasks
from workflows.fulfilment.assignees import TASK, WAIT
from workflows.models import TicketProcess


def task_done(process: TicketProcess) -> None:
    """One task is done. When only questions to the client are left, the ticket waits for them."""
    ticket, acting = process.ticket, process.acting
    record(ticket, EventKind.TASK_DONE, by=acting.by, at=acting.at, **_about(process))
    if stored_tasks.are_open(ticket) == {WAIT} and ticket.status != Status.WAITING_CLIENT:
        lifecycle.move(ticket, EventKind.CLIENT_ASKED, by=None, only_answers_left=True)


def ask_client(process: TicketProcess) -> None:
    """The question goes out; the ticket waits unless somebody works on another task of it."""
    ticket, acting = process.ticket, process.acting
    conversation.post(
        ticket, author=acting.by, body=acting.data["question"], files=acting.data.get("files", ())
    )
    if TASK in stored_tasks.are_open(ticket):
        record(ticket, EventKind.CLIENT_ASKED, by=acting.by, **_about(process))
    else:
        lifecycle.move(ticket, EventKind.CLIENT_ASKED, by=acting.by, **_about(process))


def client_answered(process: TicketProcess) -> None:
    """The wait of one task is over, by the client's word or by ours."""
    ticket, acting = process.ticket, process.acting
    details: dict[str, Any] = {"is_signed": acting.by is not None}
    if acting.outcome == "answer":
        details |= {"is_answer": True}
        if keeper := acting.data.get("keeper"):
            details["assignee"] = keeper  # hears of it by mail
    if ticket.status == Status.WAITING_CLIENT:
        lifecycle.move(ticket, EventKind.RESUMED, by=acting.by, at=acting.at, **details, **_about(process))
    else:
        record(ticket, EventKind.RESUMED, by=acting.by, at=acting.at, **details, **_about(process))


def _about(process: TicketProcess) -> dict[str, Any]:
    """Which task, as its verb said."""
    task: dict[str, Any] = process.acting.data.get("task") or {}
    return {"task": task} if task else {}
