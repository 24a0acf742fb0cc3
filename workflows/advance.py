"""The one way to take a step of a process: permission, lock, idempotency, then the flow.

Every verb here either happens whole, in one transaction under the ticket's lock, or raises a
`TicketError` with a sentence and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _
from viewflow.workflow import FlowLockFailed

from servicedesk.people.models import User
from servicedesk.tickets import access, lifecycle
from servicedesk.tickets.errors import NotPermitted, StepGone, TakenByAnother, TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.priority import priority_of
from sla import terms
from workflows import actions, locks, start, steps
from workflows.actions import ACTIONS, Action, possible
from workflows.models import Acting

__all__ = ["act", "answer", "confirm", "possible", "reopen", "withdraw"]


def act(ticket: Ticket, name: str, *, by: User, task_id: int | None = None, **data: Any) -> None:
    """Take the action `name` of `workflows.actions`; `data` holds the fields it asks for.

    Raises:
        StepGone: the step is not open any more (a stale page).
        TakenByAnother: somebody else accepted the ticket first.
        NotPermitted: the person has no right to it.
        TicketError: a field is missing, or the ticket's status forbids it.
    """
    action = ACTIONS.get(name)
    if action is None:
        raise StepGone
    _require(action, data)
    with _locked(ticket):
        if name == "cancel":
            _cancel(ticket, by=by, reason=data["reason"])
        elif name == "hand_over":
            _task_for(action, ticket, by, task_id)
            _hand_over(ticket, by=by, assignee=data["assignee"])
        else:
            _take(action, ticket, by, task_id, data)


def confirm(ticket: Ticket, *, by: User | None, rating: int | None = None, comment: str = "") -> None:
    """The client says it is solved, and may rate it 1 to 5. Twice does no harm.

    The caller has checked who speaks: a signed-in person or a signed link.
    """
    with _locked(ticket):
        task = _waiting(ticket, "confirm")
        if task is not None:
            data = {"rating": rating, "comment": comment}
            _finish(task, Acting(by=by, outcome="confirm", data=data), ticket)
        elif rating is not None:
            lifecycle.rate(ticket, rating, comment, by=by)
        elif ticket.is_open:
            raise StepGone


def reopen(ticket: Ticket, *, by: User | None, at: datetime | None = None, reason: str = "") -> None:
    """It is not solved after all: back to being checked, the counter one up.

    A resolved ticket goes on in its run; a closed one gets a new run.
    """
    with _locked(ticket):
        task = _waiting(ticket, "confirm")
        if task is not None:
            _finish(task, Acting(by=by, outcome="reopen", data={"reason": reason}, at=at), ticket)
        else:
            start.start_again(ticket, by=by, at=at, reason=reason)


def answer(ticket: Ticket, *, by: User | None, at: datetime | None = None) -> None:
    """The client answered our question: the waiting ends, somebody reads the answer."""
    with _locked(ticket):
        task = _waiting(ticket, "wait_client")
        if task is None:
            raise StepGone
        _finish(task, Acting(by=by, outcome="answer", at=at), ticket)


def withdraw(ticket: Ticket, *, by: User, reason: str = "") -> None:
    """The client does not want it any more."""
    with _locked(ticket):
        if not access.speaks_for_client(by, ticket):
            raise NotPermitted
        if not ticket.is_open:
            raise StepGone
        _cancel_runs(ticket)
        lifecycle.move(ticket, EventKind.CANCELLED, by=by, reason=reason)


def _take(action: Action, ticket: Ticket, by: User, task_id: int | None, data: dict[str, Any]) -> None:
    """Finish the step with this action's outcome."""
    task = _task_for(action, ticket, by, task_id)
    if action.name == "classify":
        data = _classification(ticket, data)
    elif action.name == "assign":
        _check_assignee(ticket, data["assignee"])
    data["verified"] = steps.node_name(task) == "verification"
    _finish(task, Acting(by=by, outcome=action.name, data=data), ticket)


@contextmanager
def _locked(ticket: Ticket) -> Iterator[None]:
    """Lock the row, then read it: nothing judged before the lock counts."""
    try:
        with transaction.atomic():
            ticket.lock()
            terms.forget(ticket)
            with locks.held():
                yield
    except (FlowLockFailed, OperationalError) as error:
        raise TicketError(_("Somebody else is changing this ticket right now. Try again.")) from error


def _require(action: Action, data: dict[str, Any]) -> None:
    for name in action.required:
        value = data.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise TicketError(_("Fill in every required field first."))


def _task_for(action: Action, ticket: Ticket, by: User, task_id: int | None) -> Any:
    """The open step this action finishes, for this person."""
    tasks = [task for task in steps.open_tasks(ticket) if steps.node_name(task) in action.nodes]
    if task_id is not None:
        tasks = [task for task in tasks if task.pk == task_id]
    if not tasks:
        if ticket.assignee and ticket.assignee_id != by.pk:
            raise TakenByAnother(ticket.assignee)
        raise StepGone
    for task in tasks:
        if actions.permitted(action, ticket, by, task):
            return task
    if ticket.assignee and ticket.assignee_id != by.pk:
        raise TakenByAnother(ticket.assignee)
    raise NotPermitted


def _waiting(ticket: Ticket, node: str) -> Any | None:
    tasks = [task for task in steps.open_tasks(ticket) if steps.node_name(task) == node]
    return tasks[-1] if tasks else None


def _finish(task: Any, acting: Acting, ticket: Ticket) -> None:
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


def _begin(activation: Any, acting: Acting) -> None:
    if activation.assign.can_proceed():
        activation.assign(acting.by)
    if not activation.start.can_proceed():
        raise StepGone
    activation.start(None)


def _classification(ticket: Ticket, data: dict[str, Any]) -> dict[str, Any]:
    """Urgency and impact make the priority; a new service brings its group unless one is named."""
    chosen = {name: value for name, value in data.items() if value not in (None, "")}
    urgency = int(chosen.get("urgency", ticket.urgency))
    impact = int(chosen.get("impact", ticket.impact))
    chosen |= {"urgency": urgency, "impact": impact, "priority": int(priority_of(urgency, impact))}
    service = chosen.get("service")
    if service is not None and service != ticket.service and "group" not in chosen:
        chosen["group"] = service.group
    return chosen


def _check_assignee(ticket: Ticket, assignee: User) -> None:
    if not assignee.is_active or not access.works_on(assignee, ticket):
        raise TicketError(
            _("%(person)s does not work in %(group)s.") % {"person": assignee, "group": ticket.group}
        )


def _hand_over(ticket: Ticket, *, by: User, assignee: User) -> None:
    """Pass the ticket on; open steps of the former owner follow it."""
    _check_assignee(ticket, assignee)
    former = ticket.assignee_id
    lifecycle.assign(ticket, assignee)
    for open_task in steps.open_tasks(ticket):
        if former and open_task.owner_id == former:
            open_task.owner = assignee
            open_task.save(update_fields=["owner"])
    record(ticket, EventKind.HANDED_OVER, by=by, assignee=assignee.pk, former=former)


def _cancel(ticket: Ticket, *, by: User, reason: str) -> None:
    if not ticket.is_open:
        raise StepGone
    if not actions.may_cancel(ticket, by):
        if ticket.assignee and ticket.assignee_id != by.pk:
            raise TakenByAnother(ticket.assignee)
        raise NotPermitted
    _cancel_runs(ticket)
    lifecycle.move(ticket, EventKind.CANCELLED, by=by, reason=reason)


def _cancel_runs(ticket: Ticket) -> None:
    """Cancel what still runs; viewflow would cancel a finished process too, so ask first."""
    for run in ticket.runs.select_related("process").filter(process__finished=None):
        run.process.flow_class.instance.cancel(run.process)
