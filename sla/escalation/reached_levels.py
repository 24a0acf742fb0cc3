"""Which levels a clock has reached by a moment, and which of them speak.

A level speaks once for a clock under its terms (R10). Of several reached at once – nobody looked for a day –
only the highest tells people; the others are written down as passed over. What they do to the ticket
(its priority, its group) is done all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk.tickets.models import Ticket
from sla.clocks import cached_columns
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine.escalation_levels import Level, amount
from sla.engine.facts import Cycle
from sla.engine.worktime import WorkTime
from sla.models import Clock


@dataclass(frozen=True)
class Passed:
    """A level and the moment at which its working time was used up."""

    level: Level
    amount: timedelta
    at: datetime


@dataclass(frozen=True)
class Reached:
    """What a clock reached: levels that tell people (equals, mostly one), and those passed over."""

    ticket: Ticket
    clock: Clock
    calendar: WorkTime
    telling: tuple[Passed, ...]
    passed_over: tuple[Passed, ...]

    @property
    def levels(self) -> tuple[Passed, ...]:
        return *self.passed_over, *self.telling


def reached(ticket: Ticket, clock: Clock, at: datetime) -> Reached | None:
    """Move the clock's columns past the levels reached by `at`; saves nothing. None: nothing is new.

    The clock knows its events and escalations already.
    """
    cycle = TicketClocks(ticket, [clock]).evaluate(clock.kind).current
    if cycle is None:
        return None
    done = clock.escalated_levels if clock.escalated_for == clock.terms_number else 0
    passed = _passed(clock, cycle, done, at)
    clock.escalated_for, clock.escalated_levels = clock.terms_number, done + len(passed)
    cached_columns.refresh_escalation(clock, cycle)
    known = {row.level: row for row in clock.escalations.all() if row.terms_number == clock.terms_number}
    new = [each for each in passed if each.level.key not in known]
    if not new:
        return None
    highest = max(each.amount for each in new)
    if _highest([row.threshold for row in known.values()], cycle) >= highest:
        highest = timedelta.max  # later ones have spoken, so that these say nothing new
    return Reached(
        ticket=ticket,
        clock=clock,
        calendar=cycle.stretches[-1].calendar,
        telling=tuple(each for each in new if each.amount == highest),
        passed_over=tuple(each for each in new if each.amount != highest),
    )


def _passed(clock: Clock, cycle: Cycle, done: int, at: datetime) -> list[Passed]:
    found = []
    for time, level in cached_columns.levels_of(clock, cycle)[done:]:
        moment = cached_columns.moment_of(cycle, time)
        if moment is None or moment > at:
            break
        found.append(Passed(level, time, moment))
    return found


def _highest(thresholds: Iterable[str], cycle: Cycle) -> timedelta:
    day = cycle.stretches[-1].calendar.day_length()
    amounts = [amount(threshold, cycle.target, day) for threshold in thresholds]
    return max((each for each in amounts if each is not None), default=timedelta(0))
