"""One person's word on a level of approval."""

from __future__ import annotations

from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows import approvals

Data = dict[str, Any]


def approve(ticket: Ticket, _task: Any, by: User, data: Data) -> Data | None:
    return _decided(ticket, by, data, is_approved=True)


def reject(ticket: Ticket, _task: Any, by: User, data: Data) -> Data | None:
    return _decided(ticket, by, data, is_approved=False)


def _decided(ticket: Ticket, by: User, data: Data, *, is_approved: bool) -> Data | None:
    """The step is over once its level is decided."""
    words = data.get("reason") or data.get("comment") or ""
    return approvals.decide(ticket, by=by, is_approved=is_approved, reason=words, asked=data.get("asked"))
