"""What the facts of a clock amount to, kept in its row and on its ticket, so that lists need no sums."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from servicedesk.tickets.models import Ticket
from sla.clocks import compliance, former_cycles
from sla.engine.escalation_plan import Plan, plan_of
from sla.engine.facts import Cycle, Evaluation, State, counted, reach
from sla.engine.worktime import NoWorkingTime
from sla.models import Clock

JUST_AFTER = timedelta(microseconds=1)  # a target met at the very instant is met (R2)

COLUMNS = (
    "cell", "policy_version", "calendar_version", "target", "state", "cycle", "started_at", "counted_from",
    "elapsed", "due_at", "paused_at", "stopped_at", "breached_at", "breach_cause", "breached_for",
    "is_waived", "terms_number", "breaches", "breaches_announced", "risk_at", "escalate_at",
    "escalated_levels", "wake_at",
)  # fmt: skip


def refresh(clock: Clock, reckoning: Evaluation) -> None:
    """Set the columns of a clock from its facts; saves nothing."""
    cycle = reckoning.current
    if cycle is None:
        _never_started(clock)
        return
    clock.target, clock.cycle, clock.is_waived = cycle.target, cycle.number, cycle.is_waived
    clock.former = reckoning.cycles[:-1]
    clock.state = State.RUNNING if _is_running(cycle) else cycle.state
    clock.started_at, clock.stopped_at, clock.due_at = cycle.started_at, cycle.stopped_at, cycle.due_at
    clock.counted_from = cycle.stretches[-1].start if _is_running(cycle) else None
    clock.paused_at = cycle.pauses[-1].start if cycle.state is State.PAUSED else None
    clock.elapsed = counted([stretch for stretch in cycle.stretches if stretch.end], None)
    clock.terms_number = cycle.version
    clock.breached_at, clock.breach_cause = cycle.breached_at, cycle.breach_cause or ""
    clock.breached_for = cycle.breaches[-1].version if cycle.breaches else 0
    clock.breaches = sum(not each.is_inherited for one in reckoning.cycles for each in one.breaches)
    clock.breaches_announced = min(clock.breaches_announced, clock.breaches)
    clock.risk_at = _risk_at(clock, cycle)
    if clock.read_with not in {None, clock.policy_version_id}:
        clock.escalated_levels = 0  # other levels: which of them were told before, the sweep looks up
    refresh_escalation(clock, cycle)
    clock.wake_at = wake_at(clock)


def refresh_escalation(clock: Clock, cycle: Cycle) -> None:
    """Set the moment of the next level that was not reached under these terms; saves nothing."""
    done = clock.escalated_levels if clock.escalated_for == clock.terms_number else 0
    clock.escalate_at = None
    if _is_running(cycle) and (rest := levels_of(clock, cycle)[done:]):
        clock.escalate_at = moment_of(cycle, rest[0][0])


def levels_of(clock: Clock, cycle: Cycle) -> Plan:
    """The levels of this clock under its terms, earliest first."""
    levels = clock.policy_version.escalation if clock.policy_version_id else None
    if not levels:
        return ()
    return plan_of(levels, clock.kind, cycle.target, cycle.stretches[-1].calendar.day_length())


def moment_of(cycle: Cycle, amount: timedelta) -> datetime | None:
    """When a level is reached: that of the deadline itself only just after it (R2)."""
    try:
        moment = reach(cycle.stretches, amount)
    except NoWorkingTime:
        return None
    return moment + JUST_AFTER if moment and amount == cycle.target else moment


def _never_started(clock: Clock) -> None:
    """All its facts were taken back: it asks for nothing any more."""
    clock.state, clock.elapsed, clock.breach_cause = State.CANCELLED, timedelta(0), ""
    clock.counted_from = clock.due_at = clock.paused_at = clock.stopped_at = clock.breached_at = None
    clock.risk_at = clock.escalate_at = clock.wake_at = None
    clock.breaches = clock.breaches_announced = clock.breached_for = 0
    clock.is_waived, clock.cycle, clock.former = False, 1, ()


def wake_at(clock: Clock) -> datetime | None:
    """When the sweep has something to say about this clock; None: never, as things are."""
    if clock.breaches > clock.breaches_announced:
        return clock.breached_at or clock.started_at
    if clock.state != State.RUNNING:
        return None
    moments = [moment for moment in (_target_at(clock), clock.escalate_at) if moment]
    return min(moments, default=None)


def _target_at(clock: Clock) -> datetime | None:
    """When the target is at risk or breached, whatever was not said yet."""
    if clock.due_at is None or clock.breached_for == clock.terms_number:
        return None
    if clock.risk_at and clock.risk_announced_for < clock.terms_number and clock.risk_at <= clock.due_at:
        return clock.risk_at
    return clock.due_at + JUST_AFTER


def refresh_ticket(ticket: Ticket, clocks: Iterable[Clock]) -> None:
    """Write the nearest deadline of the running clocks, and whether a breach counts (R13)."""
    set_deadline(ticket, clocks)
    Ticket.objects.filter(pk=ticket.pk).update(
        due_at=ticket.due_at, due_kind=ticket.due_kind, is_overdue=ticket.is_overdue
    )


def set_deadline(ticket: Ticket, clocks: Iterable[Clock]) -> None:
    """The same on the ticket in hand; saves nothing."""
    known = list(clocks)
    running = [clock for clock in known if clock.state == State.RUNNING and clock.due_at]
    nearest = min(running, key=lambda clock: (clock.due_at, clock.kind), default=None)
    ticket.due_at = nearest.due_at if nearest else None
    ticket.due_kind = nearest.kind if nearest else ""
    is_late = any(compliance.is_broken(clock) for clock in known)
    ticket.is_overdue = is_late or former_cycles.any_broken(known)


def _is_running(cycle: Cycle) -> bool:
    """Ticking, late or not: the row says “missed” only of a clock that has stopped."""
    return cycle.stopped_at is None and cycle.state in {State.RUNNING, State.BREACHED}


def _risk_at(clock: Clock, cycle: Cycle) -> datetime | None:
    percent = clock.cell.at_risk_percent if clock.cell else 100
    if not _is_running(cycle) or percent >= 100:
        return None
    return reach(cycle.stretches, cycle.target * percent / 100)
