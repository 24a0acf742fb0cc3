"""What a proof is made of: rows in the order of time, and the sums that must hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from servicedesk.people.models import User
from sla.engine.durations import Duration
from sla.engine.facts import ZERO, Cause, FactKind, Rule, State
from sla.models import CalendarVersion, PolicyCell
from sla.proof.special_days import ClosedDay

SECOND = timedelta(seconds=1)


class RowKind(StrEnum):
    """First the sum, then stretches that do not count, then moments at which something happened."""

    TARGET = "target"
    COUNTED = "counted"
    AHEAD = "ahead"  # working time up to the deadline that has not passed
    LEFT = "left"
    OVER = "over"
    PAUSED = "paused"
    CLOSED = "closed"
    STOOD = "stood"  # stopped, and re-opened later
    DROPPED = "dropped"  # before a change from which the count began anew
    RETARGETED = "retargeted"
    CORRECTED = "corrected"
    PUT_BACK = "put_back"
    LATE = "late"
    STOPPED = "stopped"


MOMENTS = frozenset({RowKind.RETARGETED, RowKind.CORRECTED, RowKind.PUT_BACK, RowKind.LATE, RowKind.STOPPED})


@dataclass(frozen=True)
class Source:
    """Where a target comes from: a row of the matrix, and from where its days were counted (R8).

    `day` is the usual length of a working day of the calendar.
    """

    cell: PolicyCell
    promised: Duration
    day: timedelta
    target: timedelta
    since: datetime
    inherited_from: PolicyCell | None = None


@dataclass(frozen=True)
class Change:
    """What a re-target, a correction or a taking back did; `back` are the facts taken back."""

    target_before: timedelta | None = None
    target: timedelta | None = None
    cell_before: PolicyCell | None = None
    cell: PolicyCell | None = None
    calendar_before: CalendarVersion | None = None
    calendar: CalendarVersion | None = None
    rule: Rule = Rule.KEEP
    carried: timedelta = ZERO
    back: tuple[tuple[FactKind, datetime], ...] = ()


@dataclass(frozen=True)
class ProofRow:
    """One line of a proof.

    `amount` is working time that counts, to the microsecond; `shown` the same in whole seconds, cut so
    that what is shown adds up, too. `passed` is working time that does not count. `by` began it, `ended_by`
    ended it. `goes_on`: it had not ended when the proof was made.
    """

    kind: RowKind
    start: datetime | None = None
    end: datetime | None = None
    amount: timedelta | None = None
    shown: timedelta | None = None
    passed: timedelta | None = None
    goes_on: bool = False
    is_over: bool = False
    by: User | None = None
    ended_by: User | None = None
    reason: str = ""
    days: tuple[ClosedDay, ...] = ()
    is_special: bool = False
    clocks_change: bool = False
    source: Source | None = None
    change: Change | None = None
    cause: Cause | None = None
    state: State = State.NONE
    late: timedelta | None = None
    """Of a missed deadline since which no working time has passed: by how much, by the clock."""

    @property
    def counts(self) -> bool:
        return self.amount is not None

    @property
    def is_total(self) -> bool:
        return self.kind in (RowKind.LEFT, RowKind.OVER)

    @property
    def is_moment(self) -> bool:
        return self.kind in MOMENTS


@dataclass(frozen=True)
class Run:
    """One cycle of the clock: target - counted = left; `ahead` leads from the last moment to the deadline."""

    number: int
    state: State
    started_at: datetime
    begun: FactKind
    target: timedelta
    counted: timedelta
    due_at: datetime | None
    calendar: CalendarVersion
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    started_by: User | None = None
    rows: tuple[ProofRow, ...] = ()
    ahead: tuple[ProofRow, ...] = ()
    due_if_resumed: datetime | None = None
    """For a paused clock: the deadline if the pause ended at the moment of the proof."""

    @property
    def left(self) -> timedelta:
        return self.target - self.counted

    @property
    def counted_shown(self) -> timedelta:
        return whole(self.counted, up=self.left < ZERO)

    @property
    def zone(self) -> str:
        return str(self.calendar.worktime().hours.tz)

    @property
    def left_shown(self) -> timedelta:
        return self.target - self.counted_shown

    @property
    def source(self) -> Source | None:
        return next((row.source for row in self.rows if row.source), None)

    @property
    def is_live(self) -> bool:
        return self.stopped_at is None

    def counted_rows(self) -> list[ProofRow]:
        return [row for row in self.rows if row.kind is RowKind.COUNTED]

    def adds_up(self) -> bool:
        """Do the intervals add up to what was counted, and to the target at the deadline?"""
        rows = self.counted_rows()
        ahead = [row for row in self.ahead if row.kind is RowKind.AHEAD]
        return (
            _sum(rows) == self.counted
            and _sum(rows, shown=True) == self.counted_shown
            and _are_in_order([*rows, *ahead])
            and self._meets_deadline(rows, ahead)
        )

    def _meets_deadline(self, rows: list[ProofRow], ahead: list[ProofRow]) -> bool:
        due = self.due_at or self.due_if_resumed
        if due is None:
            return True
        before = [row for row in rows if row.end and row.end <= due]
        if _sum([*before, *ahead]) != self.target:
            return False
        return not ahead or ahead[-1].end == due


@dataclass(frozen=True)
class Proof:
    """Why a deadline is when it is, as things stood at `at`: the current run and those before it."""

    clock_kind: str
    at: datetime
    runs: tuple[Run, ...]
    stored: dict[str, object] = field(default_factory=dict)
    """What the clock's row says although the facts say otherwise: column → stored value."""

    @property
    def current(self) -> Run:
        return self.runs[-1]

    @property
    def earlier(self) -> tuple[Run, ...]:
        return self.runs[:-1]

    @property
    def rows(self) -> tuple[ProofRow, ...]:
        return self.current.rows

    @property
    def target(self) -> timedelta:
        return self.current.target

    @property
    def counted(self) -> timedelta:
        return self.current.counted

    @property
    def left(self) -> timedelta:
        return self.current.left

    @property
    def due_at(self) -> datetime | None:
        return self.current.due_at

    @property
    def calendar(self) -> str:
        return str(self.current.calendar)

    def adds_up(self) -> bool:
        return not self.stored and all(run.adds_up() for run in self.runs)

    def __iter__(self) -> Iterator[ProofRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def whole(amount: timedelta, *, up: bool = False) -> timedelta:
    """Whole seconds; up when overdrawn, so that a breach by a moment is never shown as none (R2)."""
    return -(-amount // SECOND) * SECOND if up else amount // SECOND * SECOND


def with_shown(rows: Iterable[ProofRow], *, up: bool, before: timedelta = ZERO) -> list[ProofRow]:
    """Cut the sum so far rather than each amount: then the parts as shown add up to the sum as shown."""
    told, total = [], before
    for row in rows:
        if row.amount is not None:
            shown = whole(total + row.amount, up=up) - whole(total, up=up)
            total += row.amount
            row = replace(row, shown=shown)
        told.append(row)
    return told


def _sum(rows: Iterable[ProofRow], *, shown: bool = False) -> timedelta:
    return sum(((row.shown if shown else row.amount) or ZERO for row in rows), ZERO)


def _are_in_order(rows: list[ProofRow]) -> bool:
    """No moment is counted twice."""
    ends = [row.end for row in rows]
    return all(row.start and end and end <= row.start for end, row in zip(ends, rows[1:], strict=False))
