"""A clock for one step of a process: how long its people have, told to the desk and to nobody else.

It neither pauses nor changes (`sla.models.StepClock`); its target is not the client's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from servicedesk.tickets.models import Ticket
from sla.clocks import ticket_terms
from sla.engine import durations
from sla.engine.worktime import NoWorkingTime, WorkTime
from sla.models import StepClock

AT_RISK_PERCENT = 80

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StepClockView:
    """One step at one moment.

    `state` is ok, risk or breach while the step is open, then met or missed. `percent` of the target
    used, may pass 100. `remaining` is working time, negative when overdrawn, None once it is done.
    """

    step: str
    task: int
    state: str
    percent: int
    remaining: timedelta | None
    elapsed: timedelta
    target: timedelta
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.stopped_at is None


def target_of(ticket: Ticket, step: str, own: str = "", *, at: datetime | None = None) -> timedelta | None:
    """How much working time the ticket's policy gives this step; None: no clock.

    `own` is the target of this very task, which comes before the policy's. One statement, none when the
    terms of the ticket are known already. Days are counted from `at`, the beginning of the step (now).
    """
    agreed = ticket_terms.known(ticket)
    if agreed is None:
        return None
    texts = (own, agreed.policy_version.step_targets.get(step))
    calendar, start = agreed.calendar_version.worktime(), at or timezone.now()
    found = (_read(text, calendar, start, ticket) for text in texts if text)
    return next((target for target in found if target), None)


def _read(text: str, calendar: WorkTime, start: datetime, ticket: Ticket) -> timedelta | None:
    """A plan may hold anything; what is no duration stops no ticket."""
    try:
        return durations.read(text).working_time(calendar, start)
    except (durations.DurationError, NoWorkingTime):
        log.warning("step target is no duration", ticket=ticket.pk)
        return None


def start(
    ticket: Ticket, *, step: str, task: int, at: datetime, target: timedelta | None = None
) -> StepClock | None:
    """Open the clock of a step, if its policy gives it a target; `target` when that was asked already.

    `task` is the key of the process task, one clock each. One statement, besides `target_of`'s.
    """
    wanted = target or target_of(ticket, step, at=at)
    agreed = ticket_terms.known(ticket)
    if agreed is None or wanted is None:
        return None
    calendar = agreed.calendar_version
    try:
        due_at = calendar.worktime().add(at, wanted)
    except NoWorkingTime:  # no client has this target, so it stops no ticket
        log.warning("step target is never reached", ticket=ticket.pk, step=step)
        return None
    return StepClock.objects.create(
        ticket=ticket, step=step, task=task, calendar_version=calendar,
        target=wanted, started_at=at, due_at=due_at,
    )  # fmt: skip


def stop(task: int, at: datetime) -> None:
    """The step is done, or nobody has to do it any more. Twice does no harm; one statement."""
    StepClock.objects.filter(task=task, stopped_at=None).update(stopped_at=at)


def of_ticket(ticket: Ticket, at: datetime) -> list[StepClockView]:
    """All steps of the ticket that had a target, oldest first; one statement."""
    found = StepClock.objects.filter(ticket=ticket).select_related("calendar_version")
    return [view(clock, at) for clock in found.order_by("started_at", "pk")]


def view(clock: StepClock, at: datetime) -> StepClockView:
    """What is to be seen of this clock at `at`."""
    until = clock.stopped_at or at
    elapsed = clock.calendar_version.worktime().between(clock.started_at, until)
    percent = int(100 * elapsed / clock.target)
    return StepClockView(
        step=clock.step,
        task=clock.task,
        state=_state(clock, percent, at),
        percent=percent,
        remaining=None if clock.stopped_at else clock.target - elapsed,
        elapsed=elapsed,
        target=clock.target,
        started_at=clock.started_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
    )


def _state(clock: StepClock, percent: int, at: datetime) -> str:
    if clock.stopped_at:
        return "met" if clock.stopped_at <= clock.due_at else "missed"
    if clock.due_at < at:
        return "breach"
    return "risk" if percent >= AT_RISK_PERCENT else "ok"
