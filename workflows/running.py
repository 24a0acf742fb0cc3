"""Turning the engine: the lock, finishing an open step, ending a run. Verbs use it, screens never."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from viewflow.workflow import FlowLockFailed

from servicedesk.tickets.errors import StepGone, TicketError
from servicedesk.tickets.models import Ticket
from sla import terms
from workflows import locks, steps
from workflows.models import Acting


@contextmanager
def locked(ticket: Ticket) -> Iterator[None]:
    """Lock the row, then read it: nothing judged before the lock counts."""
    try:
        with transaction.atomic():
            ticket.lock()
            terms.forget(ticket)
            with locks.held():
                yield
    except (FlowLockFailed, OperationalError) as error:
        raise TicketError(_("Somebody else is changing this ticket right now. Try again.")) from error


def waiting(ticket: Ticket, node: str) -> Any | None:
    """The newest open step of this name."""
    tasks = [task for task in steps.open_tasks(ticket) if steps.node_name(task) == node]
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
    """Cancel what still runs; viewflow would cancel a finished process too, so ask first."""
    for run in ticket.runs.select_related("process").filter(process__finished=None):
        run.process.flow_class.instance.cancel(run.process)


def _begin(activation: Any, acting: Acting) -> None:
    if activation.assign.can_proceed():
        activation.assign(acting.by)
    if not activation.start.can_proceed():
        raise StepGone
    activation.start(None)
