"""Clocks as people see them, in lists and on the page of a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk.tickets.models import Ticket
from sla.engine import reactions
from sla.engine.facts import State
from sla.models import Clock
from sla.versions import published

_ORDER = {kind: place for place, kind in enumerate(reactions.KINDS)}


@dataclass(frozen=True)
class ClockView:
    """One target at one moment.

    `state` is one of ok, risk, breach, paused, met, none (cancelled). `percent` of the target used, may
    pass 100. `remaining` is working time, negative when overdrawn, None once the clock has stopped.
    """

    kind: str
    state: str
    percent: int
    remaining: timedelta | None
    elapsed: timedelta
    target: timedelta
    due_at: datetime | None
    breached_at: datetime | None
    met: bool | None
    """True or False once it has stopped, None before, or if it was cancelled."""
    stopped_at: datetime | None = None


def for_tickets(tickets: Iterable[Ticket], at: datetime) -> dict[int, list[ClockView]]:
    """Return the clocks of each ticket by its key, in the order of the targets."""
    keys = [ticket.pk for ticket in tickets]
    views: dict[int, list[ClockView]] = {key: [] for key in keys}
    if not keys:
        return views
    found = published.of_clocks(Clock.objects.filter(ticket__in=keys).order_by())
    for clock in sorted(found, key=lambda one: _ORDER[one.kind]):
        views[clock.ticket_id].append(view(clock, at))
    return views


def view(clock: Clock, at: datetime) -> ClockView:
    """Return what is to be seen of this clock at `at`."""
    elapsed = clock.elapsed
    if clock.state == State.RUNNING and clock.counted_from:
        elapsed += clock.calendar_version.worktime().between(clock.counted_from, at)
    percent = int(100 * elapsed / clock.target)
    has_stopped = clock.state in {State.MET, State.BREACHED, State.CANCELLED}
    return ClockView(
        kind=clock.kind,
        state=_state(clock, percent, at),
        percent=percent,
        remaining=None if has_stopped else clock.target - elapsed,
        elapsed=elapsed,
        target=clock.target,
        due_at=clock.due_at,
        breached_at=clock.breached_at,
        met={State.MET: True, State.BREACHED: False}.get(State(clock.state)),
        stopped_at=clock.stopped_at,
    )


def _state(clock: Clock, percent: int, at: datetime) -> str:
    match State(clock.state):
        case State.MET:
            return "met"
        case State.BREACHED:
            return "breach"
        case State.PAUSED:
            return "paused"
        case State.CANCELLED:
            return "none"
    if clock.due_at and clock.due_at < at:
        return "breach"
    risk = clock.cell.at_risk_percent if clock.cell else 100
    return "risk" if percent >= risk else "ok"
