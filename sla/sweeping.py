"""The minute's look at the clocks: what is at risk or broken is said, once (R10)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from servicedesk.tickets import events
from servicedesk.tickets.models import EventKind, Ticket
from sla.caches import wake_at
from sla.facts import Cause, State
from sla.models import Clock

# What a look may change; the claim writes them.
_SAID = (
    "breached_at", "breach_cause", "breached_for", "breaches", "breaches_announced", "announced_at",
    "risk_announced_for", "risk_announced_at", "wake_at",
)  # fmt: skip


def sweep(at: datetime) -> int:
    """Say what there is to say by `at`; return how many breaches were announced.

    One indexed statement when there is nothing. A breach is dated by its deadline, not by the sweep; after
    a long sleep each clock gets one notice. Two sweeps at once announce a breach once.
    """
    waiting = list(Clock.objects.to_look_at(at).values_list("pk", "ticket_id"))
    return sum(_look(pk, ticket_pk, at) for pk, ticket_pk in waiting)


@transaction.atomic
def _look(pk: int, ticket_pk: int, at: datetime) -> bool:
    """Announce what this clock has to say; True if it was a breach."""
    # The ticket's lock first, as everywhere; then what the list said is asked again.
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_pk)
    clock = Clock.objects.to_look_at(at).filter(pk=pk).first()
    if clock is None:
        return False
    seen, moment = clock.wake_at, clock.breached_at
    if _is_newly_late(clock, at):
        moment = clock.due_at
        _note_breach(clock)
    if clock.breaches > clock.breaches_announced:
        clock.breaches_announced, clock.announced_at = clock.breaches, at
        kind = EventKind.SLA_BREACHED
    else:
        clock.risk_announced_for, clock.risk_announced_at = clock.terms_number, at
        kind, moment = EventKind.SLA_AT_RISK, clock.risk_at
    clock.wake_at = wake_at(clock)
    if not _claim(clock, seen):
        return False
    if clock.breaches and not ticket.is_overdue:
        ticket.is_overdue = True
        ticket.save(update_fields=["is_overdue"])
    due_at = clock.due_at or moment
    events.record(
        ticket,
        kind,
        by=None,
        at=moment or at,
        clock=clock.kind,
        due_at=due_at.isoformat() if due_at else None,
    )
    return kind is EventKind.SLA_BREACHED


def _is_newly_late(clock: Clock, at: datetime) -> bool:
    if clock.state != State.RUNNING or clock.due_at is None or clock.due_at >= at:
        return False
    return clock.breached_for != clock.terms_number


def _note_breach(clock: Clock) -> None:
    """The deadline has passed; a fold of the facts up to now says the same."""
    clock.breaches += 1
    clock.breached_for = clock.terms_number
    if clock.breached_at is None:
        clock.breached_at, clock.breach_cause = clock.due_at, Cause.TIME.value


def _claim(clock: Clock, seen: datetime | None) -> bool:
    """Write what was said, if nobody said it meanwhile."""
    changes = {name: getattr(clock, name) for name in _SAID}
    return Clock.objects.filter(pk=clock.pk, wake_at=seen).update(**changes) == 1
