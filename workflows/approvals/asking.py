"""Which level comes next, and whom it asks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from catalog import process as plans
from catalog.process import Level, Who
from servicedesk.people.models import Membership, User
from servicedesk.tickets import lifecycle
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from workflows.models import Approval, TicketProcess

LEVEL = "level"  # the level asked last, in the data of the process


def next_level(process: TicketProcess) -> Level | None:
    """The first level after the current one that this request needs; none: all are through."""
    ticket = process.ticket
    snapshot, done = ticket.catalog_snapshot, process.data.get(LEVEL, 0)
    hours, price = _amount(snapshot, "estimated_hours"), _amount(snapshot, "price")
    for level in plans.levels(snapshot):
        if level.number > done and level.asks(hours, price) and not _asks_only_itself(ticket, level):
            return level
    return None


def ask(process: TicketProcess) -> None:
    """Ask everybody of the next level; the first one makes the ticket wait."""
    level = next_level(process)
    if level is None:
        raise RuntimeError("asked for approval without a level to ask")
    process.data[LEVEL] = level.number
    process.save(update_fields=["data"])
    asked = approvers(process.ticket, level)
    people: list[User | None] = [*asked] or [None]
    Approval.objects.bulk_create(
        Approval(ticket=process.ticket, run=process.run, level=level.number, approver=person)
        for person in people
    )
    details: dict[str, Any] = {"level": level.number, "approvers": [person.pk for person in asked]}
    if process.ticket.status == Status.WAITING_APPROVAL:
        record(process.ticket, EventKind.APPROVAL_ASKED, by=None, **details)
    else:
        lifecycle.move(process.ticket, EventKind.APPROVAL_ASKED, by=None, **details)


def approvers(ticket: Ticket, level: Level) -> list[User]:
    """Active people whom the level names; empty when there is nobody, then the ticket's group decides."""
    match level.who:
        case Who.CLIENT_MANAGER:
            of_client = {
                "memberships__client": ticket.client_id,
                "memberships__role": Membership.Role.MANAGER,
            }
            return list(User.objects.active().filter(memberships__is_active=True, **of_client).order_by("pk"))
        case Who.ACCOUNT_MANAGER:
            person = ticket.client.account_manager
            return [person] if person and person.is_active else []
        case Who.GROUP_LEADER:
            return ticket.group.leaders() if ticket.group else []
        case Who.PERSON:
            return list(User.objects.active().filter(pk__in=level.people).order_by("pk"))
    return []


def _asks_only_itself(ticket: Ticket, level: Level) -> bool:
    """A client's manager does not ask themselves."""
    return level.who == Who.CLIENT_MANAGER and ticket.client_id in ticket.requester.managed_client_ids()


def _amount(snapshot: dict[str, Any], name: str) -> Decimal | None:
    given = snapshot.get(name)
    return None if given is None else Decimal(given)
