"""A decision, and what becomes of its level."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from catalog.fulfilment.approval_levels import Needs
from servicedesk.people.models import User
from servicedesk.tickets import access, lifecycle
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from workflows.approvals.levels import level_after, level_of
from workflows.approvals.notes import Note
from workflows.approvals.refusals import ReasonMissing, refusal
from workflows.models import Approval, ApprovalQuerySet, TicketProcess

Decision = Approval.Decision


def waiting_for(user: User) -> ApprovalQuerySet:
    """What was asked of this very person, themselves or for somebody who is away."""
    return Approval.objects.open().filter(Q(approver=user) | Q(on_behalf_of=user))


def open_to(user: User, ticket: Ticket) -> ApprovalQuerySet:
    """What this person may decide on this ticket now."""
    mine = Q(approver=user) | Q(on_behalf_of=user)
    if access.works_on(user, ticket):
        mine |= Q(approver=None)
    return ticket.approvals.open().filter(mine)


def may_decide(user: User, ticket: Ticket, task: Any) -> bool:
    """One statement for an open step, however many buttons ask."""
    known: dict[int, bool] = task.__dict__.setdefault("_deciders", {})
    if user.pk not in known:
        known[user.pk] = open_to(user, ticket).exists()
    return known[user.pk]


def decide(
    ticket: Ticket, *, by: User, is_approved: bool, reason: str, asked: int | None = None
) -> dict[str, Any] | None:
    """Keep one person's decision; return what finishes the step, or None while the level waits for others.

    `asked` is the row that the person saw, so that a stale page never answers a later question.

    Raises:
        NotAsked: this person was not asked.
        DecidedMeanwhile: they, or somebody else, decided already.
        ReasonMissing: a “no” says why.
    """
    mine = list(open_to(by, ticket))
    if not mine or (asked is not None and asked not in {one.pk for one in mine}):
        raise refusal(ticket, by, asked)
    if not is_approved and not reason.strip():
        raise ReasonMissing
    decision = Decision.APPROVED if is_approved else Decision.REJECTED
    kept = {"decision": decision, "decided_at": timezone.now(), "decided_by": by, "reason": reason}
    ticket.approvals.filter(pk__in=[one.pk for one in mine]).update(**kept)
    details = _details(mine[0], by, reason)
    is_over = not is_approved or _is_through(ticket, mine[0])
    if is_over:
        drop(Approval.objects.open().filter(run=mine[0].run_id, level=mine[0].level))
    if is_approved and (not is_over or level_after(ticket, mine[0].level)):
        record(ticket, EventKind.APPROVAL_GIVEN, by=by, **details)
    return details if is_over else None


def drop(rows: ApprovalQuerySet) -> None:
    rows.update(decision=Decision.DROPPED, decided_at=timezone.now())


def approved(process: TicketProcess) -> None:
    """Every level is through."""
    _move(process, EventKind.APPROVED)


def rejected(process: TicketProcess) -> None:
    _move(process, EventKind.REJECTED)


def _details(asked: Approval, by: User, reason: str) -> dict[str, Any]:
    absent = asked.on_behalf_of_id if asked.on_behalf_of_id != by.pk else None
    return (
        {"level": asked.level}
        | ({"reason": reason} if reason else {})
        | ({"on_behalf_of": absent} if absent else {})
    )


def _is_through(ticket: Ticket, asked: Approval) -> bool:
    """One “yes” is enough, or all of them, as the level says; of those asked instead one speaks for all."""
    level = level_of(ticket, asked.level)
    if level is None or level.needs == Needs.ANY:
        return True
    others = Approval.objects.open().filter(run=asked.run_id, level=asked.level)
    if asked.note in Note.instead():
        drop(others.filter(note__in=Note.instead()))
    return not others.exists()


def _move(process: TicketProcess, kind: EventKind) -> None:
    acting = process.acting
    names = ("reason", "on_behalf_of", "how", "level")
    details = {name: value for name in names if (value := acting.data.get(name))}
    lifecycle.move(process.ticket, kind, by=acting.by, at=acting.at, **details)
