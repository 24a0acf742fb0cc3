"""Another person or group gets the ticket, or nobody."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from servicedesk.people.models import Group, User
from servicedesk.tickets import access, assignment_text, lifecycle
from servicedesk.tickets.errors import NotPermitted, ReassignedMeanwhile, TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from workflows.engine import open_steps
from workflows.steps import ownership

Data = dict[str, Any]


def check_assignee(ticket: Ticket, task: Any, by: User, data: Data) -> Data:
    """Refuse whoever cannot work on the ticket; the step itself assigns."""
    _check(data["assignee"], ticket.group)
    if task.owner_id not in (None, by.pk):
        task.owner = by  # a leader finishes the step of whom a rule gave it to
    return data


def reassign(ticket: Ticket, task: Any, by: User, data: Data) -> Data | None:
    """To another group, to a person, or back to the queue: what of these, the choice says.

    `held` is who had the ticket on the page where the choice was made, if it was made on one.
    """
    if (seen := data.pop("held", "")) and seen != ownership.held(ticket):
        raise ReassignedMeanwhile
    way = ownership.way_of(ticket, data.get("group"), data.get("assignee"))
    if way not in ownership.ways(by, ticket, task):
        raise NotPermitted
    match way:
        case ownership.Way.GROUP:
            return _to_group(data)
        case ownership.Way.PERSON:
            return _to_person(ticket, task, by, data)
    return _to_queue(ticket, task, by, data)


def take(ticket: Ticket, _task: Any, by: User, _data: Data) -> None:
    """A ticket that nobody holds, in the middle of its work."""
    ownership.pass_on(ticket, by)
    record(ticket, EventKind.ASSIGNED, by=by, assignee=by.pk, method=assignment_text.TAKEN)


def take_over(ticket: Ticket, _task: Any, by: User, _data: Data) -> None:
    """A leader takes what somebody else holds; the steps stay where they are."""
    former = ticket.assignee_id
    ownership.pass_on(ticket, by)
    record(ticket, EventKind.HANDED_OVER, by=by, assignee=by.pk, former=former, how="taken_over")


def _to_group(data: Data) -> Data:
    """Out of the hands of the present group, so it has to know why. A person named has still to accept."""
    if not (data.get("reason") or "").strip():
        raise TicketError(_("Say why another group should do it."))
    if data.get("assignee") is not None:
        _check(data["assignee"], data["group"])
    return data | {"outcome": ownership.Way.GROUP.value}


def _to_person(ticket: Ticket, task: Any, by: User, data: Data) -> Data | None:
    """Open steps of the former assignee follow the ticket, and stay open. One that was only given is
    accepted for the person."""
    if open_steps.node_name(task) == "accept":
        return check_assignee(ticket, task, by, data) | {"outcome": "assign"}
    assignee: User = data["assignee"]
    _check(assignee, ticket.group)
    former = ticket.assignee_id
    ownership.pass_on(ticket, assignee)
    given = {"assignee": assignee.pk, "former": former, **_reason(data)}
    record(ticket, EventKind.HANDED_OVER, by=by, **given)
    return None


def _to_queue(ticket: Ticket, task: Any, by: User, data: Data) -> Data | None:
    """What was only given, and never accepted, stays at its step and loses its assignee."""
    if open_steps.node_name(task) != "accept":
        return data | {"outcome": ownership.Way.QUEUE.value}
    lifecycle.assign(ticket, None)
    ownership.give_back(task)
    record(ticket, EventKind.RELEASED, by=by, **_reason(data))
    return None


def _reason(data: Data) -> Data:
    return {"reason": reason} if (reason := data.get("reason")) else {}


def _check(assignee: User, group: Group | None) -> None:
    if not access.may_hold_in(assignee, group.pk if group else None):
        raise TicketError(_("%(person)s does not work in %(group)s.") % {"person": assignee, "group": group})
