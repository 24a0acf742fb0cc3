"""A ticket that is not wanted any more."""

from __future__ import annotations

from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets import lifecycle
from servicedesk.tickets.models import EventKind, Ticket
from workflows.engine import execution

Data = dict[str, Any]


def cancel(ticket: Ticket, by: User, data: Data) -> None:
    """Nothing of its process stays open; the client reads the reason."""
    execution.cancel_runs(ticket)
    lifecycle.move(ticket, EventKind.CANCELLED, by=by, reason=data.get("reason", ""))
