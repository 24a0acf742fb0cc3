"""A ticket that is another thing than was thought: its process ends, that of its true type begins."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Kind, RequestType
from servicedesk.people.models import User
from servicedesk.tickets import classification, lifecycle
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.priority import priority_of
from workflows.approvals import decisions
from workflows.engine import execution
from workflows.flows import rules, start

Data = dict[str, Any]


def correct(ticket: Ticket, by: User, data: Data) -> None:
    """Give the ticket the type or the request type `becomes`, and the process that goes with it.

    Whoever holds the ticket keeps it, unless its new group is not theirs. The clocks hear of the new type by
    the recorded change: each ends and its successor starts with the time that was used (R5).

    Raises:
        TicketError: the ticket is that already.
    """
    kind, item = _read(data["becomes"])
    _refuse_the_same(ticket, kind, item)
    execution.cancel_runs(ticket)
    decisions.drop(ticket.approvals.open())
    changes = classification.become(ticket, kind=kind, item=item, values=_values(ticket, item, data))
    lifecycle.move(ticket, EventKind.TYPE_CORRECTED, by=by, reason=data.get("reason", ""), **changes)
    if "service" in changes:
        rules.promise_again(ticket, by=by)
    start.correct(ticket, by=by)


def _read(becomes: RequestType | str) -> tuple[Kind, RequestType | None]:
    return (Kind(becomes.kind), becomes) if isinstance(becomes, RequestType) else (Kind(becomes), None)


def _refuse_the_same(ticket: Ticket, kind: Kind, item: RequestType | None) -> None:
    if ticket.kind != kind or (item is not None and item != ticket.request_type):
        return
    known = {"number": ticket.reference, "type": item or kind.label}
    raise TicketError(_("%(number)s has this type already: %(type)s.") % known)


def _values(ticket: Ticket, item: RequestType | None, data: Data) -> dict[str, Any]:
    """The service named, else the item's; an item has its own group, another service brings its own."""
    service = data.get("service") or (item.service if item else ticket.service)
    urgency = int(data.get("urgency") or ticket.urgency)
    impact = int(data.get("impact") or ticket.impact)
    values: Data = {"service": service, "urgency": urgency, "impact": impact}
    values["priority"] = int(priority_of(urgency, impact))
    if item and item.group:
        values["group"] = item.group
    elif service and (service != ticket.service or ticket.group is None):
        values["group"] = service.group
    return values
