"""What a ticket is – type, service, urgency, impact, priority, group – and how that changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from catalog.models import RequestType
from catalog.questions import former_answers
from servicedesk.people.models import User
from servicedesk.tickets import events, tally
from servicedesk.tickets.models import EventKind, Ticket

FIELDS = ("kind", "service", "request_type", "urgency", "impact", "priority", "group")


def change(ticket: Ticket, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set those of `FIELDS` that are among the values; return name → [old, new] of what differs.

    Says nothing: whoever classifies records it, with keys instead of rows.
    """
    changes: dict[str, Any] = {}
    for name in FIELDS:
        if name not in values:
            continue
        old, new = getattr(ticket, name), values[name]
        if old != new:
            changes[name] = [getattr(old, "pk", old), getattr(new, "pk", new)]
            setattr(ticket, name, new)
    if changes:
        ticket.save(update_fields=list(changes))
    if "group" in changes:
        tally.note_moved(ticket, changes["group"][0])
    return changes


def reclassify(
    ticket: Ticket, *, by: User | None, at: datetime | None = None, **values: Any
) -> dict[str, Any]:
    """Classify a ticket outside the steps of its process; its status stays. Call under its lock.

    Another group takes the ticket from an assignee who does not work there. Clocks and steps follow by the
    recorded event. Nothing differs, nothing is recorded.
    """
    changes = change(ticket, values)
    if not changes:
        return changes
    _take_from_stranger(ticket, changes)
    events.record(ticket, EventKind.CLASSIFIED, by=by, at=at, **changes)
    return changes


def become(
    ticket: Ticket, *, kind: str, item: RequestType | None, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Make the ticket another thing: its type, its item with all that it asks, and `values` of `FIELDS`.

    What was answered before is kept. Says nothing: whoever corrects the type records it.
    """
    changes = change(ticket, {**values, "kind": kind, "request_type": item})
    asked = item.snapshot() if item else {}
    ticket.catalog_snapshot, ticket.answers = former_answers.carry_over(
        ticket.catalog_snapshot, ticket.answers, asked
    )
    ticket.save(update_fields=["catalog_snapshot", "answers"])
    _take_from_stranger(ticket, changes)
    return changes


def _take_from_stranger(ticket: Ticket, changes: Mapping[str, Any]) -> None:
    """Another group has the ticket now: an assignee who does not work there has it no more."""
    if "group" in changes and _is_strange(ticket):
        ticket.assignee = None
        ticket.save(update_fields=["assignee"])


def _is_strange(ticket: Ticket) -> bool:
    if ticket.assignee_id is None or ticket.group is None:
        return False
    return not ticket.group.group_memberships.filter(user=ticket.assignee_id).exists()
