"""What can happen to a clock, and what it amounts to: the words of `sla.engine.evaluation`. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sla.engine.durations import Duration
from sla.engine.worktime import WorkTime

ZERO = timedelta(0)


class FactKind(StrEnum):
    """What can happen to a clock; those of one instant and one `seq` count in this order."""

    START = "start"
    REOPEN = "reopen"
    RETARGET = "retarget"
    CALENDAR = "calendar"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    WAIVE = "waive"
    CANCEL = "cancel"
    REVOKE = "revoke"  # takes other facts back, as if they had never been told


class State(StrEnum):
    NONE = "none"
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class Rule(StrEnum):
    """The choices of a policy: R5 for a new target, R6 for a re-opened ticket."""

    KEEP = "keep"
    CHANGE = "change"
    RECOMPUTE = "recompute"
    CONTINUE = "continue"
    CYCLE = "cycle"


class Cause(StrEnum):
    TIME = "time"
    RETARGET = "retarget"  # the new terms alone: when they came, their deadline had passed


RANK = {kind: rank for rank, kind in enumerate(FactKind)}
LIVE = frozenset({State.RUNNING, State.PAUSED})
STOPPED = frozenset({State.MET, State.BREACHED})


class FactError(ValueError):
    """The facts contradict each other; `template` and `params` let a screen translate the sentence."""

    def __init__(self, template: str, **params: object) -> None:
        self.template, self.params = template, params
        super().__init__(template % params)


@dataclass(frozen=True)
class Fact:
    """One thing that happened. `seq` orders facts of one instant, if the teller knows the order.

    start: `target`, `calendar`, `calendar_key`; if the target was promised in days or to the end of one,
    the `promise` too, and then the target follows from it (R8). Old facts know only how many working
    `days` of an ordinary length are in their target. retarget: what is new of all these, `rule` keep,
    change or recompute, `restart` if the clock is another one from now on (the type changed). calendar: a
    corrected `calendar` in place of the one with this `calendar_key`, from the beginning. reopen: `rule`
    continue or cycle. pause: `reason`.
    """

    at: datetime
    kind: FactKind
    seq: int = 0
    reason: str = ""
    target: timedelta | None = None
    days: int = 0
    promise: Duration | None = None
    calendar: WorkTime | None = None
    calendar_key: Hashable = None
    rule: Rule = Rule.KEEP
    restart: bool = False

    def order(self) -> tuple[datetime, int, int, timedelta, str, str]:
        """Facts are told in this order, however they were stored."""
        return self.at, self.seq, RANK[self.kind], self.target or ZERO, self.rule.value, self.reason


@dataclass(frozen=True)
class Stretch:
    """Time that was counted, under the calendar valid for it. `end` None: it still runs."""

    start: datetime
    end: datetime | None
    calendar: WorkTime
    key: Hashable = None


@dataclass(frozen=True)
class Pause:
    start: datetime
    end: datetime | None
    reason: str = ""


@dataclass(frozen=True)
class Breach:
    at: datetime
    cause: Cause
    version: int  # of the terms that were broken
    is_inherited: bool = False  # it is the former cycle's, whose type was another; told and counted once


@dataclass(frozen=True)
class Cycle:
    """One run of the clock from start to stop, and its result."""

    number: int
    state: State
    target: timedelta
    started_at: datetime
    stopped_at: datetime | None
    elapsed: timedelta
    due_at: datetime | None
    breaches: tuple[Breach, ...]
    stretches: tuple[Stretch, ...]
    pauses: tuple[Pause, ...]
    version: int  # grows with every change of target or calendar
    is_waived: bool = False

    @property
    def breached_at(self) -> datetime | None:
        """The first breach, kept whatever the terms became later."""
        return self.breaches[0].at if self.breaches else None

    @property
    def breach_cause(self) -> Cause | None:
        return self.breaches[0].cause if self.breaches else None

    @property
    def remaining(self) -> timedelta:
        """Working time left; negative when overdrawn."""
        return self.target - self.elapsed


@dataclass(frozen=True)
class Evaluation:
    """What the facts amount to. The last cycle is the current one; none: the clock never started."""

    cycles: tuple[Cycle, ...] = ()

    @property
    def current(self) -> Cycle | None:
        return self.cycles[-1] if self.cycles else None

    @property
    def state(self) -> State:
        return self.cycles[-1].state if self.cycles else State.NONE


def reach(stretches: Iterable[Stretch], amount: timedelta) -> datetime | None:
    """Return when the counted time reached, or will reach, `amount`; None if it stood still before.

    A stretch that ends at the very instant at which the amount is reached did not pass it: the clock
    was paused in time, and the moment is that of the next resumption.
    """
    left, reached = amount, None
    for stretch in stretches:
        if reached is not None and stretch.start == reached:
            return stretch.start  # no pause between, only other terms: this is the very instant
        if stretch.end is None:
            return stretch.calendar.add(stretch.start, left)
        counted = stretch.calendar.between(stretch.start, stretch.end)
        if counted >= left:
            moment = stretch.calendar.add(stretch.start, left)
            if moment < stretch.end:
                return moment
            reached = stretch.end if left else reached
        left -= counted
    return None


def counted(stretches: Iterable[Stretch], until: datetime | None) -> timedelta:
    """Return the working time of the stretches; the open one counts up to `until`."""
    total = ZERO
    for stretch in stretches:
        end = stretch.end or until
        if end is not None:
            total += stretch.calendar.between(stretch.start, end)
    return total


def corrected(told: Fact, correction: Fact) -> Fact:
    """The same fact under the calendar that proved to be right, whose day may be longer (R8).

    The target of a promise in days is not touched: it follows when the fact is told again.
    """
    right = correction.calendar
    if told.calendar is None or right is None or told.calendar_key != correction.calendar_key:
        return told
    if told.promise or not told.days or told.target is None:
        return replace(told, calendar=right)
    longer = right.day_length() - told.calendar.day_length()
    return replace(told, calendar=right, target=told.target + told.days * longer)


def newer(terms: Fact, fact: Fact) -> Fact:
    """The terms with what is new in this fact."""
    if fact.target is not None and fact.calendar is not None:
        return fact
    if fact.target is not None:
        terms = replace(terms, target=fact.target, days=fact.days, promise=fact.promise)
    if fact.calendar is None:
        return terms
    return replace(terms, calendar=fact.calendar, calendar_key=fact.calendar_key)
