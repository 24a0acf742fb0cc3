"""Another person gets the ticket."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from servicedesk.people.models import User
from servicedesk.tickets import access, assignment_text, lifecycle
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from workflows.engine import open_steps
from workflows.steps import ownership

Data = dict[str, Any]


def check_assignee(ticket: Ticket, task: Any, by: User, data: Data) -> Data:
    """Refuse whoever cannot work on the ticket; the step itself assigns."""
    _check(ticket, data["assignee"])
    if task.owner_id not in (None, by.pk):
        task.owner = by  # a leader finishes the step of whom a rule gave it to
    return data


def hand_over(ticket: Ticket, _task: Any, by: User, data: Data) -> None:
    """Pass the ticket on; open steps of the former owner follow it, and stay open."""
    assignee: User = data["assignee"]
    _check(ticket, assignee)
    former = ticket.assignee_id
    ownership.pass_on(ticket, assignee)
    record(ticket, EventKind.HANDED_OVER, by=by, assignee=assignee.pk, former=former)


def take(ticket: Ticket, _task: Any, by: User, _data: Data) -> None:
    """A ticket that nobody holds, in the middle of its work."""
    ownership.pass_on(ticket, by)
    record(ticket, EventKind.ASSIGNED, by=by, assignee=by.pk, method=assignment_text.TAKEN)


def take_over(ticket: Ticket, _task: Any, by: User, _data: Data) -> None:
    """A leader takes what somebody else holds; the steps stay where they are."""
    former = ticket.assignee_id
    ownership.pass_on(ticket, by)
    record(ticket, EventKind.HANDED_OVER, by=by, assignee=by.pk, former=former, how="taken_over")


def release(ticket: Ticket, task: Any, by: User, data: Data) -> Data | None:
    """Back to the queue. What was given by a rule and never accepted only loses its assignee."""
    if open_steps.node_name(task) != "accept":
        return data
    lifecycle.assign(ticket, None)
    ownership.give_back(task)
    reason = data.get("reason")
    record(ticket, EventKind.RELEASED, by=by, **({"reason": reason} if reason else {}))
    return None


def _check(ticket: Ticket, assignee: User) -> None:
    if not assignee.is_active or not access.works_on(assignee, ticket):
        raise TicketError(
            _("%(person)s does not work in %(group)s.") % {"person": assignee, "group": ticket.group}
        )
