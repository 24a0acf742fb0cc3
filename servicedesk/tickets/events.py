"""The seam: one line of history, and everybody who must hear of it, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from servicedesk.lib import bulk_rows
from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Ticket, TicketEvent

# News about thousands of tickets at once, which nobody reacts to.
UNHEARD = frozenset({EventKind.SLA_TERMS_CHANGED, EventKind.SLA_TERMS_RESTORED})

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
    _refuse_outside(kind)
    event = TicketEvent.objects.create(
        ticket=ticket, kind=kind, actor=by, happened_at=at or timezone.now(), details=details
    )
    _tell(event)
    return event


def _refuse_outside(kind: str) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{kind} recorded outside a transaction")
    if _in_handler.get():
        raise RuntimeError(f"{kind} recorded from inside an event handler")


def _tell(event: TicketEvent) -> None:
    token = _in_handler.set(True)
    try:
        for handle in _handlers():
            handle(event)
    finally:
        _in_handler.reset(token)


def record_each(
    lines: Sequence[tuple[Ticket, EventKind, datetime, dict[str, Any]]], *, by: User | None
) -> list[TicketEvent]:
    """As `record`, for many tickets in one statement; then every handler hears of each, in their order.

    A line is the ticket, what happened, when, and details.

    Raises:
        RuntimeError: as `record` does.
    """
    _refuse_outside("lines")
    made = [
        TicketEvent(ticket=ticket, kind=kind, actor=by, happened_at=at, details=details)
        for ticket, kind, at, details in lines
    ]
    bulk_rows.insert(made)
    for event in made:
        _tell(event)
    return made


def record_many(
    kind: EventKind, details: Mapping[int, dict[str, Any]], *, by: User | None, at: datetime
) -> None:
    """Write one line in the history of each of these tickets (by key), in the caller's transaction.

    Raises:
        RuntimeError: there is no transaction, a handler tried to, or handlers must hear of such lines:
            only kinds of `UNHEARD` can be written so.
    """
    if not transaction.get_connection().in_atomic_block or _in_handler.get():
        raise RuntimeError(f"{kind} recorded outside a transaction or from inside an event handler")
    if kind not in UNHEARD:
        raise RuntimeError(f"handlers must hear of {kind}")
    actor = by.pk if by else None
    lines = [(ticket, kind.value, actor, at, told) for ticket, told in details.items()]
    bulk_rows.insert_values(TicketEvent, ("ticket", "kind", "actor", "happened_at", "details"), lines)


@cache
def _handlers() -> list[Handler]:
    return [import_string(path) for path in settings.TICKET_EVENT_HANDLERS]
