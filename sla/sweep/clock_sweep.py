"""The minute's look at the clocks: what is at risk, broken or to be escalated is said, once (R10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import prefetch_related_objects

from servicedesk.mail.outgoing import outbox
from servicedesk.tickets import events
from servicedesk.tickets.models import EventKind, Ticket
from sla.clocks import compliance
from sla.clocks.cached_columns import wake_at
from sla.engine.facts import Cause, State
from sla.escalation import actions as escalation_actions
from sla.escalation.actions import Firing
from sla.escalation.reached_levels import reached
from sla.models import Clock

BATCH = 100  # tickets locked at once

# What a look may change; all columns of the others are as they were read under the lock.
_SAID = (
    "breached_at", "breach_cause", "breached_for", "breaches", "breaches_announced", "announced_at",
    "risk_announced_for", "risk_announced_at", "escalate_at", "escalated_levels", "escalated_for", "wake_at",
)  # fmt: skip

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Said:
    """One line for the history of a ticket about one of its clocks."""

    ticket: Ticket
    clock: Clock
    kind: EventKind
    at: datetime


def sweep(at: datetime) -> int:
    """Say what there is to say by `at`; return how many breaches were announced.

    One indexed statement when there is nothing, else a fixed number for each batch of tickets, besides
    what levels do to a ticket. A breach is dated by its deadline, not by the sweep;
    after a long sleep each clock gets one notice. Two sweeps at once announce a breach once: a batch is
    one transaction under the locks of its tickets; a ticket that somebody else holds waits a minute.
    """
    waiting = Clock.objects.to_look_at(at).values_list("ticket_id", flat=True)
    keys = sorted(set(waiting))
    return sum(_sweep_batch(keys[start : start + BATCH], at) for start in range(0, len(keys), BATCH))


def _sweep_batch(keys: Sequence[int], at: datetime) -> int:
    try:
        return _look(keys, at)
    except Exception:  # one ticket that cannot be told about must not silence the others
        if len(keys) == 1:
            log.exception("sla_sweep_failed", ticket=keys[0])
            return 0
    return sum(_sweep_batch([key], at) for key in keys)


@transaction.atomic
def _look(keys: Sequence[int], at: datetime) -> int:
    """Say and do what is due about these tickets; return how many breaches were announced."""
    tickets = _locked(keys)
    # What the list said is asked again under the locks.
    clocks = list(Clock.objects.to_look_at(at).filter(ticket__in=list(tickets)))
    said = [line for clock in clocks if (line := _say(tickets[clock.ticket_id], clock, at))]
    firings = _escalate(tickets, clocks, at)
    _write(clocks, tickets.values())
    escalation_actions.write(firings, at)
    _record(said, firings)
    escalation_actions.carry_out(firings, at)
    return sum(line.kind is EventKind.SLA_BREACHED for line in said)


def _locked(keys: Sequence[int]) -> dict[int, Ticket]:
    """The tickets' locks, in the order of their keys; those that somebody holds are left for later."""
    rows = Ticket.objects.filter(pk__in=keys).order_by("pk").select_for_update(skip_locked=True)
    return {ticket.pk: ticket for ticket in rows.prefetch_related("client", "group", "assignee")}


def _say(ticket: Ticket, clock: Clock, at: datetime) -> Said | None:
    """Note that the clock is late or at risk, if nobody has been told; a breach goes before a risk."""
    moment = clock.breached_at
    if _is_newly_late(clock, at):
        moment = clock.due_at
        _note_breach(clock)
    if clock.breaches > clock.breaches_announced:
        clock.breaches_announced, clock.announced_at = clock.breaches, at
        ticket.is_overdue |= compliance.is_broken(clock)
        return Said(ticket, clock, EventKind.SLA_BREACHED, moment or at)
    if _is_newly_at_risk(clock, at):
        clock.risk_announced_for, clock.risk_announced_at = clock.terms_number, at
        return Said(ticket, clock, EventKind.SLA_AT_RISK, clock.risk_at or at)
    return None


def _is_newly_late(clock: Clock, at: datetime) -> bool:
    if clock.state != State.RUNNING or clock.due_at is None or clock.due_at >= at:
        return False
    return clock.breached_for != clock.terms_number


def _is_newly_at_risk(clock: Clock, at: datetime) -> bool:
    if clock.state != State.RUNNING or clock.due_at is None or clock.breached_for == clock.terms_number:
        return False
    is_told = clock.risk_announced_for >= clock.terms_number
    return not is_told and clock.risk_at is not None and clock.risk_at <= min(at, clock.due_at)


def _note_breach(clock: Clock) -> None:
    """The deadline has passed; a fold of the facts up to now says the same."""
    clock.breaches += 1
    clock.breached_for = clock.terms_number
    if clock.breached_at is None:
        clock.breached_at, clock.breach_cause = clock.due_at, Cause.TIME.value


def _escalate(tickets: Mapping[int, Ticket], clocks: Sequence[Clock], at: datetime) -> list[Firing]:
    """The levels that clocks have reached; the columns of these clocks go on to the next ones."""
    found = [
        clock
        for clock in clocks
        if clock.state == State.RUNNING and clock.escalate_at and clock.escalate_at <= at
    ]
    prefetch_related_objects(found, "events", "escalations", "policy_version", "calendar_version")
    looks = [reached(tickets[clock.ticket_id], clock, at) for clock in found]
    return escalation_actions.prepare([look for look in looks if look])


def _write(clocks: Sequence[Clock], tickets: Iterable[Ticket]) -> None:
    """Two statements, whatever their number."""
    for clock in clocks:
        clock.wake_at = wake_at(clock)
    Clock.objects.bulk_create(clocks, update_conflicts=True, unique_fields=["id"], update_fields=_SAID)
    overdue = [ticket.pk for ticket in tickets if ticket.is_overdue]
    Ticket.objects.filter(pk__in=overdue, is_overdue=False).update(is_overdue=True)


def _record(said: Iterable[Said], firings: Iterable[Firing]) -> None:
    """The history. Whom a level tells about the same clock hears of it once, from the level."""
    told = {each.clock.pk: list(each.told.people) for each in firings}
    lines = []
    for line in said:
        due_at = line.clock.due_at or line.at
        more = {"told_by_level": people} if (people := told.get(line.clock.pk)) else {}
        details = {"clock": line.clock.kind, "due_at": due_at.isoformat(), **more}
        lines.append((line.ticket, line.kind, line.at, details))
    with outbox.together():
        events.record_each(lines, by=None)
