"""Turning the engine: the lock, finishing an open step, ending a run. Verbs use it, screens never."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from viewflow.workflow import PROCESS, STATUS, FlowLockFailed
from viewflow.workflow.models import Task

from servicedesk.tickets.errors import StepGone, TicketError
from servicedesk.tickets.models import Ticket
from sla.clocks import ticket_terms
from workflows.engine import locks, open_steps
from workflows.models import Acting, Approval


@contextmanager
def locked(ticket: Ticket) -> Iterator[None]:
    """Lock the row, then read it: nothing judged before the lock counts."""
    try:
        with transaction.atomic():
            ticket.lock()
            ticket_terms.forget(ticket)
            with locks.held():
                yield
    except (FlowLockFailed, OperationalError) as error:
        text = _("Somebody else is changing this right now. Please try again in a moment.")
        raise TicketError(text) from error


def waiting(ticket: Ticket, node: str) -> Any | None:
    """The newest open step of this name."""
    tasks = [task for task in open_steps.open_tasks(ticket) if open_steps.node_name(task) == node]
    return tasks[-1] if tasks else None


def finish(task: Any, acting: Acting, ticket: Ticket) -> None:
    """Finish one waiting step and run the flow up to the next ones.

    `task` was read under the ticket's lock, so it is not read again.
    """
    activation = task.flow_task.activation_class(task)
    activation.process.acting, activation.process.ticket = acting, ticket
    task.data["outcome"] = acting.outcome
    if task.flow_task_type == "EVENT":  # a message: confirm, answer, supplier
        activation.run(None)
    else:
        _begin(activation, acting)
    activation.execute()


def cancel_runs(ticket: Ticket) -> None:
    """Cancel what still runs. The engine's own cancelling stops at a step that has failed or no longer
    exists, and takes a finished process for a running one."""
    dropped = {"decision": Approval.Decision.DROPPED, "decided_at": now()}
    ticket.approvals.open().update(**dropped)  # nobody is asked any more
    for run in ticket.runs.select_related("process").filter(process__finished=None):
        _cancel(run.process)


def _cancel(process: Any) -> None:
    over = [STATUS.DONE, STATUS.CANCELED, STATUS.REVIVED]
    for task in Task.objects.filter(process=process.pk).exclude(status__in=over).select_related("process"):
        cancel = getattr(_activation(task), "cancel", None)
        if cancel is not None and cancel.can_proceed():
            cancel()
        else:
            task.status, task.finished = STATUS.CANCELED, now()
            task.save(update_fields=["status", "finished"])
    process.status, process.finished = PROCESS.CANCELED, now()
    process.save(update_fields=["status", "finished"])


def _activation(task: Any) -> Any:
    return task.flow_task.activation_class(task) if task.flow_task is not None else None


def _begin(activation: Any, acting: Acting) -> None:
    if activation.assign.can_proceed():
        activation.assign(acting.by)
    if not activation.start.can_proceed():
        raise StepGone
    activation.start(None)
