"""The seam: one line of history, and everybody who must hear of it, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Ticket, TicketEvent

Handler = Callable[[TicketEvent], None]
_in_handler: ContextVar[bool] = ContextVar("_in_handler", default=False)


def record(
    ticket: Ticket, kind: EventKind, /, *, by: User | None, at: datetime | None = None, **details: Any
) -> TicketEvent:
    """Write one line of history and tell every handler, in the caller's transaction.

    Args:
        by: who did it; None for the system.
        at: when it happened (aware); now when left out.
        details: JSON values only.

    Raises:
        RuntimeError: there is no transaction that holds the event together with its cause; or
            a handler tried to record an event. Handlers react, they do not make history, so
            events cannot chase each other in a circle.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{kind} recorded outside a transaction")
    if _in_handler.get():
        raise RuntimeError(f"{kind} recorded from inside an event handler")
    event = TicketEvent.objects.create(
        ticket=ticket, kind=kind, actor=by, happened_at=at or timezone.now(), details=details
    )
    token = _in_handler.set(True)
    try:
        for handle in _handlers():
            handle(event)
    finally:
        _in_handler.reset(token)
    return event


@cache
def _handlers() -> list[Handler]:
    return [import_string(path) for path in settings.TICKET_EVENT_HANDLERS]
