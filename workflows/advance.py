"""The one way to take a step of a process: permission, lock, idempotency, then the flow.

Every verb here either happens whole, in one transaction under the ticket's lock, or raises a
`TicketError` with a sentence and changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.people.models import User
from servicedesk.tickets import access, hidden_words, lifecycle
from servicedesk.tickets.errors import GivenToAnother, NotPermitted, StepGone, TakenByAnother, TicketError
from servicedesk.tickets.models import Ticket
from workflows import approvals, fulfilment
from workflows.engine import open_steps
from workflows.engine.execution import finish, locked, waiting
from workflows.flows import start
from workflows.models import Acting
from workflows.steps import actions, verbs
from workflows.steps.actions import ACTIONS, Action, possible
from workflows.steps.verbs import cancellation

__all__ = ["act", "answer", "confirm", "possible", "reopen", "withdraw"]

# What a person of the desk writes for an action and the client reads.
_FOR_THE_CLIENT = {
    "ask_client": ("question",),
    "resolve": ("solution",),
    "cancel": ("reason",),
    "approve": ("comment", "reason"),
    "reject": ("reason",),
}


def act(ticket: Ticket, name: str, *, by: User, task_id: int | None = None, **data: Any) -> None:
    """Take the action `name` of `workflows.steps.actions`; `data` holds the fields it asks for.

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
    if by.is_staff:
        hidden_words.refuse(ticket, *(str(data.get(field) or "") for field in _FOR_THE_CLIENT.get(name, ())))
    with locked(ticket):
        if name in verbs.OF_TICKET:
            _require_right(action, ticket, by)
            verbs.OF_TICKET[name](ticket, by, data)
        else:
            _take(action, ticket, by, task_id, data)


def confirm(ticket: Ticket, *, by: User | None, rating: int | None = None, comment: str = "") -> None:
    """The client says it is solved, and may rate it 1 to 5. Twice does no harm.

    `by` is None for the machine alone: whoever speaks is named, signed in or by a signed link.

    Raises:
        NotPermitted: the person does not speak for the client.
        StepGone: there is nothing to confirm now.
    """
    with locked(ticket):
        if by is not None and not access.speaks_for_client(by, ticket):
            raise NotPermitted
        task = waiting(ticket, "confirm")
        if task is not None:
            data = {"rating": rating, "comment": comment}
            finish(task, Acting(by=by, outcome="confirm", data=data), ticket)
        elif rating is not None:
            lifecycle.rate(ticket, rating, comment, by=by)
        elif ticket.is_open:
            raise StepGone


def reopen(ticket: Ticket, *, by: User | None, at: datetime | None = None, reason: str = "") -> None:
    """It is not solved after all: back to being checked, the counter one up.

    A resolved ticket goes on in its run; a closed one gets a new run.
    """
    with locked(ticket):
        task = waiting(ticket, "confirm")
        if task is not None:
            finish(task, Acting(by=by, outcome="reopen", data={"reason": reason}, at=at), ticket)
        else:
            start.start_again(ticket, by=by, at=at, reason=reason)


def answer(ticket: Ticket, *, by: User | None, at: datetime | None = None) -> None:
    """The client answered our question: the waiting ends, somebody reads the answer.

    Tasks of a plan may wait side by side; one word answers them all.
    """
    with locked(ticket):
        tasks = [
            task
            for task in open_steps.open_tasks(ticket)
            if open_steps.node_name(task) in open_steps.FOR_THE_CLIENT
        ]
        if not tasks:
            raise StepGone
        for task in tasks:
            about = {"task": fulfilment.sheet_of(task).named(), "keeper": task.data.get("keeper")}
            finish(task, Acting(by=by, outcome="answer", data=about, at=at), ticket)


def withdraw(ticket: Ticket, *, by: User, reason: str = "") -> None:
    """The client does not want it any more."""
    with locked(ticket):
        if not access.speaks_for_client(by, ticket):
            raise NotPermitted
        if not ticket.is_open:
            raise StepGone
        cancellation.cancel(ticket, by, {"reason": reason})


def _take(action: Action, ticket: Ticket, by: User, task_id: int | None, data: dict[str, Any]) -> None:
    """Do what the action does, then finish the step with its outcome unless it stays open."""
    task = _task_for(action, ticket, by, task_id)
    verb = verbs.OF_STEP.get(action.name)
    given = verb(ticket, task, by, data) if verb else data
    if given is None:
        return
    outcome = given.pop("outcome", action.name)
    given["verified"] = open_steps.node_name(task) == "verification"
    finish(task, Acting(by=by, outcome=outcome, data=given), ticket)


def _require(action: Action, data: dict[str, Any]) -> None:
    for name in action.required:
        value = data.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise TicketError(_("Fill in every required field first."))


def _require_right(action: Action, ticket: Ticket, by: User) -> None:
    if not actions.stands_open(action, ticket):
        raise StepGone
    if not actions.permitted_at_any_step(action, ticket, by):
        _refuse_if_anothers(ticket, by)
        raise NotPermitted


def _task_for(action: Action, ticket: Ticket, by: User, task_id: int | None) -> Any:
    """The open step this action finishes, for this person."""
    tasks = [task for task in open_steps.open_tasks(ticket) if open_steps.node_name(task) in action.nodes]
    if task_id is not None:
        tasks = [task for task in tasks if task.pk == task_id]
    if approvals.STEP in action.nodes and not any(
        actions.permitted(action, ticket, by, one) for one in tasks
    ):
        raise approvals.refusal(ticket, by)
    if not tasks:
        _refuse_if_anothers(ticket, by)
        raise StepGone
    for task in tasks:
        if actions.permitted(action, ticket, by, task):
            return task
    _refuse_if_anothers(ticket, by)
    raise NotPermitted


def _refuse_if_anothers(ticket: Ticket, by: User) -> None:
    if ticket.assignee is None or ticket.assignee_id == by.pk:
        return
    is_accepted = not {"classify", "accept"} & {
        open_steps.node_name(task) for task in open_steps.open_tasks(ticket)
    }
    raise (TakenByAnother if is_accepted else GivenToAnother)(ticket.assignee)
