"""Another person gets the ticket."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from servicedesk.people.models import User
from servicedesk.tickets import access, lifecycle
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from workflows import steps

Data = dict[str, Any]


def check_assignee(ticket: Ticket, _task: Any, _by: User, data: Data) -> Data:
    """Refuse whoever cannot work on the ticket; the step itself assigns."""
    _check(ticket, data["assignee"])
    return data


def hand_over(ticket: Ticket, _task: Any, by: User, data: Data) -> None:
    """Pass the ticket on; open steps of the former owner follow it, and stay open."""
    assignee: User = data["assignee"]
    _check(ticket, assignee)
    former = ticket.assignee_id
    lifecycle.assign(ticket, assignee)
    for open_task in steps.open_tasks(ticket):
        if former and open_task.owner_id == former:
            open_task.owner = assignee
            open_task.save(update_fields=["owner"])
    record(ticket, EventKind.HANDED_OVER, by=by, assignee=assignee.pk, former=former)


def _check(ticket: Ticket, assignee: User) -> None:
    if not assignee.is_active or not access.works_on(assignee, ticket):
        raise TicketError(
            _("%(person)s does not work in %(group)s.") % {"person": assignee, "group": ticket.group}
        )
