"""A decision, and what becomes of its level."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from catalog import process as plans
from catalog.process import Needs
from servicedesk.people.models import User
from servicedesk.tickets import access, lifecycle
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
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


def may_decide(user: User, ticket: Ticket) -> bool:
    return open_to(user, ticket).exists()


def decide(ticket: Ticket, *, by: User, is_approved: bool, reason: str) -> str:
    """Keep one person's decision; return “approve” or “reject” once that decides the level, else “”.

    Raises:
        NotPermitted: this person was not asked, or has decided already.
    """
    mine = list(open_to(by, ticket))
    if not mine:
        raise NotPermitted
    decision = Decision.APPROVED if is_approved else Decision.REJECTED
    kept = {"decision": decision, "decided_at": timezone.now(), "decided_by": by, "reason": reason}
    ticket.approvals.filter(pk__in=[one.pk for one in mine]).update(**kept)
    outcome = _outcome(ticket, mine[0], is_approved=is_approved)
    if outcome:
        _drop_others(mine[0])
    else:
        record(ticket, EventKind.APPROVAL_GIVEN, by=by, level=mine[0].level, reason=reason)
    return outcome


def approved(process: TicketProcess) -> None:
    """Every level is through."""
    _move(process, EventKind.APPROVED)


def rejected(process: TicketProcess) -> None:
    _move(process, EventKind.REJECTED)


def _outcome(ticket: Ticket, asked: Approval, *, is_approved: bool) -> str:
    """One “no” is enough against; for it one “yes” or all, as the level says."""
    if not is_approved:
        return "reject"
    level = next(one for one in plans.levels(ticket.catalog_snapshot) if one.number == asked.level)
    others = Approval.objects.open().filter(run=asked.run_id, level=asked.level)
    return "" if level.needs == Needs.ALL and others.exists() else "approve"


def _drop_others(asked: Approval) -> None:
    others = Approval.objects.open().filter(run=asked.run_id, level=asked.level)
    others.update(decision=Decision.DROPPED, decided_at=timezone.now())


def _move(process: TicketProcess, kind: EventKind) -> None:
    acting = process.acting
    details = {"reason": reason} if (reason := acting.data.get("reason")) else {}
    lifecycle.move(process.ticket, kind, by=acting.by, at=acting.at, **details)
