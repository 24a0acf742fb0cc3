"""Which level comes next, and asking it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from catalog.fulfilment import approval_levels
from catalog.fulfilment.approval_levels import Level, Needs, WhenLate
from servicedesk.people.models import User
from servicedesk.tickets import lifecycle
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Participant, Ticket
from servicedesk.tickets.statuses import Status
from workflows.approvals import approvers
from workflows.approvals.approvers import Chosen
from workflows.approvals.notes import Note
from workflows.models import Approval, TicketProcess, TicketRun

LEVEL = "level"  # the level asked last, in the data of the process


def next_level(process: TicketProcess) -> Level | None:
    """The first level after the current one that this request needs; none: all are through."""
    return level_after(process.ticket, process.data.get(LEVEL, 0))


def level_after(ticket: Ticket, done: int) -> Level | None:
    for level in approval_levels.levels(ticket.catalog_snapshot):
        if level.number > done and is_needed(ticket, level):
            return level
    return None


def is_needed(ticket: Ticket, level: Level) -> bool:
    """Above its limits, and not settled by whoever asks."""
    snapshot = ticket.catalog_snapshot
    is_big = level.asks(_amount(snapshot, "estimated_hours"), _amount(snapshot, "price"))
    return is_big and not approvers.is_settled_by_asking(ticket, level)


def level_of(ticket: Ticket, number: int) -> Level | None:
    return next(
        (one for one in approval_levels.levels(ticket.catalog_snapshot) if one.number == number), None
    )


def ask(process: TicketProcess) -> None:
    """Ask everybody of the next level; the first one makes the ticket wait."""
    level = next_level(process)
    if level is None:
        raise RuntimeError("asked for approval without a level to ask")
    process.data[LEVEL] = level.number
    process.save(update_fields=["data"])
    ticket, at = process.ticket, timezone.now()
    chosen = approvers.choose(ticket, level, at)
    invite(ticket, process.run, level, chosen, at)
    if level.needs == Needs.ALL and approvers.has_agreed_by_asking(ticket, level):
        _agree(ticket, process.run, level, at)
    details = told(level.number, chosen)
    if ticket.status == Status.WAITING_APPROVAL:
        record(ticket, EventKind.APPROVAL_ASKED, by=None, **details)
    else:
        lifecycle.move(ticket, EventKind.APPROVAL_ASKED, by=None, **details)


def invite(
    ticket: Ticket,
    run: TicketRun,
    level: Level,
    chosen: Sequence[Chosen],
    at: datetime,
    *,
    is_last_try: bool = False,
) -> None:
    """Write who is asked from now on, until when; `is_last_try` waits without end."""
    is_endless = is_last_try or level.when_late == WhenLate.WAIT
    Approval.objects.bulk_create(
        Approval(
            ticket=ticket,
            run=run,
            level=level.number,
            approver=one.person,
            on_behalf_of=one.on_behalf_of,
            note=one.note,
            asked_at=at,
            remind_at=_after(at, level.remind_hours),
            expires_at=None if is_endless else _after(at, level.expire_hours),
        )
        for one in chosen
    )
    _let_them_see(ticket, [one.person for one in chosen if one.person])


def told(level: int, chosen: Sequence[Chosen], **more: Any) -> dict[str, Any]:
    """What the history keeps; `deputies` and `absent` belong together by their places."""
    deputies = [one for one in chosen if one.person and one.on_behalf_of]
    notes = {one.note for one in chosen} & set(Note.instead())
    details = {
        "deputies": [one.person.pk for one in deputies if one.person],
        "absent": [one.on_behalf_of.pk for one in deputies if one.on_behalf_of],
        "note": next(iter(notes), ""),
        **more,
    }
    people = [one.person.pk for one in chosen if one.person]
    return {"level": level, "approvers": people} | {key: value for key, value in details.items() if value}


def _let_them_see(ticket: Ticket, people: Sequence[User]) -> None:
    """A contact who is named, or stands in for their manager, follows the request from now on."""
    strangers = [
        person
        for person in people
        if not person.is_staff
        and person.pk != ticket.requester_id
        and ticket.client_id not in person.managed_client_ids()
    ]
    if strangers:
        follow = [Participant(ticket=ticket, user=person) for person in strangers]
        Participant.objects.bulk_create(follow, ignore_conflicts=True)


def _agree(ticket: Ticket, run: TicketRun, level: Level, at: datetime) -> None:
    Approval.objects.create(
        ticket=ticket,
        run=run,
        level=level.number,
        approver=ticket.requester,
        note=Note.THEMSELVES,
        asked_at=at,
        decided_at=at,
        decided_by=ticket.requester,
        decision=Approval.Decision.APPROVED,
    )


def _after(at: datetime, hours: int | None) -> datetime | None:
    return at + timedelta(hours=hours) if hours else None


def _amount(snapshot: dict[str, Any], name: str) -> Decimal | None:
    given = snapshot.get(name)
    return None if given is None else Decimal(given)
