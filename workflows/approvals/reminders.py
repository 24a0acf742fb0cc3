"""The minute's work of approvals: remind once, and go on without those who are late or have left.

One transaction for each ticket, under its lock, judged there anew: twice, or two workers, do no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db.models import Exists, OuterRef, Q

from catalog.fulfilment.approval_levels import WhenLate
from servicedesk.people.models import Membership
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from workflows.approvals import approvers
from workflows.approvals.decisions import drop
from workflows.approvals.levels import invite, level_after, level_of, told
from workflows.approvals.notes import Note
from workflows.engine.execution import finish, locked, waiting
from workflows.models import Acting, Approval

log = structlog.get_logger(__name__)

Decision = Approval.Decision
OUTCOMES = {WhenLate.APPROVE.value: "approve", WhenLate.REJECT.value: "reject"}


def sweep(at: datetime, limit: int = 500) -> int:
    """Do what is due by `at` for at most so many tickets; return for how many something was done.

    One statement when nothing is due.
    """
    return sum(_sweep(key, at) for key in _due(at)[:limit])


def _due(at: datetime) -> Any:
    """Keys of tickets; each part has an index of its own."""
    asked = Approval.objects.open().order_by()
    parts = [
        asked.filter(remind_at__lte=at),
        asked.filter(expires_at__lte=at),
        asked.filter(_LEFT),
    ]
    first, *others = [part.values_list("ticket", flat=True) for part in parts]
    return first.union(*others).order_by("ticket")


_NOBODY_THERE = Q(on_behalf_of=None) | Q(on_behalf_of__is_active=False)
_FORMER = Membership.objects.filter(
    user=OuterRef("approver"), client=OuterRef("ticket__client"), is_active=False
)
_LEFT = (Q(approver__is_active=False) & _NOBODY_THERE) | Q(Exists(_FORMER))


def _sweep(key: int, at: datetime) -> bool:
    ticket = Ticket.objects.select_related("client__account_manager", "group", "requester").get(pk=key)
    try:
        with locked(ticket):
            return _work_off(ticket, at)
    except TicketError:
        log.info("approval_of_a_held_ticket", ticket=key)  # next minute
    except Exception:  # one broken process must not stop the others' approvals
        log.exception("approval_failed", ticket=key)
    return False


def _work_off(ticket: Ticket, at: datetime) -> bool:
    rows = list(ticket.approvals.open().select_related("run", "approver", "on_behalf_of"))
    task = waiting(ticket, "approve")
    if task is None:
        drop(ticket.approvals.open())
        return bool(rows)
    late = [one for one in rows if one.expires_at and one.expires_at <= at]
    if late:
        return _be_late(ticket, task, late, at)
    left = list(ticket.approvals.open().filter(_LEFT).select_related("run"))
    if left:
        _go_on_without(ticket, left, at, has_others=len(left) < len(rows))
        rows = [one for one in rows if one not in left]
    return _remind(ticket, [one for one in rows if one.remind_at and one.remind_at <= at]) or bool(left)


def _remind(ticket: Ticket, rows: Sequence[Approval]) -> bool:
    if rows:
        ticket.approvals.filter(pk__in=[one.pk for one in rows]).update(remind_at=None)
        people = _reminded(rows)
        record(ticket, EventKind.APPROVAL_REMINDED, by=None, level=rows[0].level, approvers=people)
    return bool(rows)


def _reminded(rows: Sequence[Approval]) -> list[int]:
    """Whoever was asked; when a deputy has left, the one they stand in for."""
    pairs = [(one.approver, one.on_behalf_of) for one in rows if one.approver]
    people = [approver if approver.is_active or not absent else absent for approver, absent in pairs]
    return [person.pk for person in people]


def _be_late(ticket: Ticket, task: Any, late: Sequence[Approval], at: datetime) -> bool:
    """What the level says about nobody deciding in time."""
    level = level_of(ticket, late[0].level)
    outcome = OUTCOMES.get(level.when_late, "") if level else ""
    if not outcome:
        _pass_on(ticket, late, Note.LATE, Decision.EXPIRED, at)
        return True
    open_rows = ticket.approvals.open().filter(run=late[0].run_id, level=late[0].level)
    open_rows.update(decision=Decision.EXPIRED, decided_at=at)
    data: dict[str, Any] = {"how": "timeout", "level": late[0].level}
    if outcome == "approve" and level_after(ticket, late[0].level):
        record(ticket, EventKind.APPROVAL_GIVEN, by=None, **data)
    finish(task, Acting(by=None, outcome=outcome, data=data), ticket)
    return True


def _go_on_without(ticket: Ticket, left: Sequence[Approval], at: datetime, *, has_others: bool) -> None:
    """Whoever has left is not waited for; with nobody else to ask, the leaders of the group are."""
    if has_others:
        drop(ticket.approvals.filter(pk__in=[one.pk for one in left]))
    else:
        _pass_on(ticket, left, Note.LEFT, Decision.DROPPED, at)


def _pass_on(ticket: Ticket, former: Sequence[Approval], note: str, decision: str, at: datetime) -> None:
    """Ask the leaders in place of these; a leader among them stays asked, now without end."""
    run, number = former[0].run, former[0].level
    chosen = approvers.instead(ticket, note, at)
    leaders = {one.person.pk for one in chosen if one.person}
    of_level = ticket.approvals.filter(run=run, level=number)
    already = set(of_level.values_list("approver", flat=True))
    fresh = [one for one in chosen if (one.person.pk if one.person else None) not in already]
    staying = [one.pk for one in former if one.approver_id in leaders or (one.approver_id is None)]
    ending = of_level.filter(pk__in=[one.pk for one in former]).exclude(pk__in=staying)
    ending.update(decision=decision, decided_at=at)
    of_level.filter(pk__in=staying).update(expires_at=None)
    if not fresh and not of_level.open().exists():
        fresh = [approvers.Chosen(None, note=note)]
    level = level_of(ticket, number)
    if fresh and level:
        invite(ticket, run, level, fresh, at, is_last_try=True)
        people = [one.approver_id for one in former if one.approver_id]
        record(ticket, EventKind.APPROVAL_PASSED_ON, by=None, **told(number, fresh, former=people))
