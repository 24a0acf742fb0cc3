"""The only pen on `Ticket.status`. Flow hooks and the door call it, nobody else.

Each verb locks the ticket, judges, writes and records one event, in one transaction: the caller's, if there
is one, without a savepoint. A refusal comes before anything is written and leaves that transaction well.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from servicedesk.people.models import Group, User
from servicedesk.tickets import tally
from servicedesk.tickets.errors import IllegalMove
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status

_AT_WORK = {Status.IN_PROGRESS, Status.UNDER_REVIEW, Status.VERIFICATION}
_OPEN = set(Status) - set(Status.finished())

# What each verb asks of a ticket, and what it makes of it.
MOVES: dict[EventKind, tuple[set[Status], Status]] = {
    EventKind.CLASSIFIED: ({Status.NEW, Status.UNDER_REVIEW}, Status.UNDER_REVIEW),
    EventKind.ACCEPTED: ({Status.NEW, Status.UNDER_REVIEW}, Status.IN_PROGRESS),
    EventKind.RELEASED: (_AT_WORK, Status.UNDER_REVIEW),
    EventKind.ESCALATED: (_AT_WORK, Status.UNDER_REVIEW),
    EventKind.APPROVAL_ASKED: ({Status.NEW, Status.UNDER_REVIEW}, Status.WAITING_APPROVAL),
    EventKind.APPROVED: ({Status.WAITING_APPROVAL}, Status.UNDER_REVIEW),
    EventKind.REJECTED: ({Status.WAITING_APPROVAL}, Status.CANCELLED),
    EventKind.FULFILMENT_STARTED: (
        {Status.NEW, Status.UNDER_REVIEW, Status.IN_PROGRESS},
        Status.IN_PROGRESS,
    ),
    EventKind.CLIENT_ASKED: (_AT_WORK, Status.WAITING_CLIENT),
    EventKind.CLIENT_ANSWERED: ({Status.WAITING_CLIENT}, Status.UNDER_REVIEW),
    EventKind.THIRD_PARTY_ASKED: (_AT_WORK, Status.WAITING_THIRD_PARTY),
    EventKind.RESUMED: (
        {Status.WAITING_CLIENT, Status.WAITING_THIRD_PARTY, Status.UNDER_REVIEW, Status.VERIFICATION},
        Status.IN_PROGRESS,
    ),
    EventKind.VERIFICATION_ASKED: ({Status.IN_PROGRESS, Status.UNDER_REVIEW}, Status.VERIFICATION),
    # from anywhere: with its parent, whatever step it stands at; the flows lead here from work alone
    EventKind.RESOLVED: (_OPEN - {Status.RESOLVED, Status.WAITING_APPROVAL}, Status.RESOLVED),
    EventKind.REOPENED: ({Status.RESOLVED, Status.CLOSED}, Status.VERIFICATION),
    EventKind.CLOSED: ({Status.RESOLVED}, Status.CLOSED),
    EventKind.CANCELLED: (_OPEN, Status.CANCELLED),
    EventKind.TYPE_CORRECTED: (_OPEN - {Status.RESOLVED}, Status.UNDER_REVIEW),
    EventKind.MERGED: (_OPEN, Status.CANCELLED),
    EventKind.UNMERGED: ({Status.CANCELLED}, Status.UNDER_REVIEW),
}


def open_ticket(*, by: User | None, at: datetime | None = None, **fields: Any) -> Ticket:
    """Create the row in status “new” and record “opened”, in the transaction of the door."""
    moment = at or timezone.now()
    ticket = Ticket.objects.create(opened_at=moment, updated_at=moment, **fields)
    record(ticket, EventKind.OPENED, by=by, at=moment, to=Status.NEW.value)
    return ticket


def move(
    ticket: Ticket, kind: EventKind, /, *, by: User | None, at: datetime | None = None, **details: Any
) -> None:
    """Take one step of the status model; `details` go into the history.

    `at` is when it happened, now when left out: a mail counts from its arrival (R11).

    Raises:
        IllegalMove: the status read under the lock does not allow the step.
    """
    sources, target = MOVES[kind]
    moment = at or timezone.now()
    with transaction.atomic(savepoint=False):
        (status,) = _locked(ticket)
        if status in sources:
            ticket.status, ticket.updated_at = target, moment
            ticket.save(update_fields=["status", "updated_at", *_stamp(ticket, kind, moment)])
            tally.note(ticket, status)
            record(ticket, kind, by=by, at=moment, **{"from": status.value, "to": target.value}, **details)
            return
    raise IllegalMove(status.label, kind.label)


def assign(ticket: Ticket, assignee: User | None, *, group: Group | None = None) -> None:
    """Set who answers for the ticket. Says nothing: the verb that assigns records itself."""
    former = ticket.group_id
    ticket.assignee = assignee
    changed = ["assignee"]
    if group is not None:
        ticket.group = group
        changed.append("group")
    ticket.save(update_fields=changed)
    tally.note_moved(ticket, former)


def rate(ticket: Ticket, rating: int, comment: str, *, by: User | None) -> None:
    """Keep the client's rating, 1 to 5. Another rating replaces the first; both are in the history.
    The same one again, as of a button pressed twice, changes nothing.

    Raises:
        IllegalMove: the ticket is neither resolved nor closed.
    """
    with transaction.atomic(savepoint=False):
        status, *given = _locked(ticket, "rating", "rating_comment")
        if status in {Status.RESOLVED, Status.CLOSED}:
            if given == [rating, comment]:
                return
            ticket.rating, ticket.rating_comment, ticket.rated_at = rating, comment, timezone.now()
            ticket.save(update_fields=["rating", "rating_comment", "rated_at"])
            record(ticket, EventKind.RATED, by=by, rating=rating, comment=comment)
            return
    raise IllegalMove(status.label, EventKind.RATED.label)


def _locked(ticket: Ticket, *columns: str) -> tuple[Any, ...]:
    """The status, and what else stands in the row, read under its lock."""
    row = Ticket.objects.select_for_update().order_by().values_list("status", *columns).get(pk=ticket.pk)
    return Status(row[0]), *row[1:]


def _stamp(ticket: Ticket, kind: EventKind, now: datetime) -> list[str]:
    """Columns that follow from the step; returns their names."""
    match kind:
        case EventKind.RESOLVED:
            ticket.resolved_at = now
            return ["resolved_at"]
        case EventKind.CLOSED | EventKind.CANCELLED | EventKind.REJECTED | EventKind.MERGED:
            ticket.closed_at = now
            return ["closed_at"]
        case EventKind.UNMERGED:
            ticket.resolved_at = ticket.closed_at = None
            return ["resolved_at", "closed_at"]
        case EventKind.REOPENED:
            ticket.reopened_count += 1
            ticket.resolved_at = ticket.closed_at = None
            return ["reopened_count", "resolved_at", "closed_at"]
    return []
