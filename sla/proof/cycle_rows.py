"""From one reckoned cycle and the names behind it to the rows of its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from servicedesk.people.models import User
from sla.engine.facts import ZERO, Cycle, FactKind, Rule, State, Stretch, counted
from sla.engine.worktime import WorkTime
from sla.models import CalendarVersion
from sla.proof.counted_facts import Told
from sla.proof.rows import SECOND, ProofRow, RowKind, Run, Source, whole, with_shown
from sla.proof.special_days import clocks_change, closed_days, is_special

ENDS = (FactKind.STOP, FactKind.CANCEL, FactKind.WAIVE)
_MOMENT_OF = {
    FactKind.RETARGET: RowKind.RETARGETED,
    FactKind.CALENDAR: RowKind.CORRECTED,
    FactKind.REVOKE: RowKind.PUT_BACK,
}


@dataclass(frozen=True)
class Story:
    """A cycle with what is known besides: who did what (in all cycles), the terms, the count before."""

    cycle: Cycle
    told: Sequence[Told]
    at: datetime
    source: Source | None
    calendar: CalendarVersion
    elapsed_before: Callable[[datetime], timedelta]

    @property
    def own(self) -> list[Told]:
        return [one for one in self.told if one.cycle == self.cycle.number]

    @property
    def until(self) -> datetime:
        return self.cycle.stopped_at or self.at

    @property
    def restarted_at(self) -> datetime | None:
        """When the count last began anew because the terms changed (R5, “from change”)."""
        changes = [
            one.at
            for one in self.told
            if one.kind is FactKind.RETARGET
            and one.change.rule is Rule.CHANGE
            and one.cycle <= self.cycle.number
            and one.at >= self.cycle.started_at
        ]
        return changes[-1] if changes else None

    def who(self, at: datetime, *kinds: FactKind) -> User | None:
        return next((one.by for one in self.told if one.at == at and one.kind in kinds), None)


def run_of(story: Story) -> Run:
    cycle = story.cycle
    first = story.own[0] if story.own else None
    rows, ahead = _rows(story), _ahead(story)
    over = cycle.remaining < ZERO
    counted_rows = with_shown(rows, up=over)
    run = Run(
        number=cycle.number,
        state=cycle.state,
        started_at=cycle.started_at,
        begun=first.kind if first else FactKind.START,
        started_by=first.by if first else None,
        stopped_at=cycle.stopped_at,
        target=cycle.target,
        counted=cycle.elapsed,
        due_at=cycle.due_at,
        breached_at=cycle.breached_at,
        calendar=story.calendar,
        ahead=tuple(with_shown(ahead, up=over, before=cycle.elapsed)),
        due_if_resumed=ahead[-1].end if ahead and cycle.due_at is None else None,
    )
    late = _late_by_clock(story)
    end = ProofRow(RowKind.OVER if over or late else RowKind.LEFT, amount=abs(run.left), late=late)
    end = replace(end, shown=abs(run.target - run.counted_shown))
    source = story.source and replace(story.source, since=story.restarted_at or cycle.started_at)
    target = ProofRow(RowKind.TARGET, amount=cycle.target, shown=cycle.target, source=source)
    return replace(run, rows=(target, *counted_rows, end))


def _late_by_clock(story: Story) -> timedelta | None:
    """Missed in hours that do not count: the whole target is used, and not a second more (R2)."""
    cycle = story.cycle
    if cycle.state is not State.BREACHED or cycle.remaining or cycle.due_at is None:
        return None
    return max(whole(story.until - cycle.due_at, up=True), SECOND)


def _rows(story: Story) -> list[ProofRow]:
    """All between the target and the sum, in order of time; a moment before the stretch it begins."""
    rows = [*_stretches(story), *_moments(story)]
    return sorted(rows, key=lambda row: (row.start, not row.is_moment, row.end or row.start))


def _stretches(story: Story) -> Iterator[ProofRow]:
    cycle, since = story.cycle, story.restarted_at
    taken = [(stretch.start, stretch.end or story.until) for stretch in cycle.stretches]
    for stretch in cycle.stretches:
        yield from _worked(stretch, story)
    for pause in cycle.pauses:
        start, end = max(pause.start, since or pause.start), pause.end or story.until
        if end < start:
            continue  # before the count began anew
        taken.append((start, end))
        yield ProofRow(
            RowKind.PAUSED, start, end,
            reason=pause.reason,
            goes_on=pause.end is None,
            by=story.who(pause.start, FactKind.PAUSE),
            ended_by=story.who(end, FactKind.RESUME, *ENDS) if pause.end else None,
            passed=_worktime_at(story, pause.start).between(start, end),
            days=closed_days(_worktime_at(story, pause.start).hours, start, end),
        )  # fmt: skip
    if since and since > cycle.started_at:
        taken.append((cycle.started_at, since))
        yield ProofRow(RowKind.DROPPED, cycle.started_at, since, passed=story.elapsed_before(since))
    yield from _stood(story, sorted(taken))


def _stood(story: Story, taken: list[tuple[datetime, datetime]]) -> Iterator[ProofRow]:
    """What nobody claims: from a stop until the re-opening."""
    if not taken:
        return
    known_until = taken[0][1]
    for start, end in taken:
        if start > known_until:
            yield ProofRow(
                RowKind.STOOD, known_until, start,
                by=story.who(known_until, *ENDS), ended_by=story.who(start, FactKind.REOPEN),
                passed=_worktime_at(story, known_until).between(known_until, start),
            )  # fmt: skip
        known_until = max(known_until, end)


def _worked(stretch: Stretch, story: Story) -> Iterator[ProofRow]:
    """The working intervals of a stretch, cut at the deadline, and the closed hours between them."""
    end = stretch.end or story.until
    rows = list(_intervals(stretch.calendar, stretch.start, end, RowKind.COUNTED))
    is_open = stretch.end is None
    for row in rows:
        for part in _cut(row, story.cycle.due_at):
            yield replace(part, goes_on=is_open and part.end == end)


def _cut(row: ProofRow, due: datetime | None) -> list[ProofRow]:
    if not row.counts or due is None or row.start is None or row.end is None:
        return [row]
    if row.start < due < row.end:
        first = replace(row, end=due, amount=due - row.start)
        return [first, replace(row, start=due, amount=row.end - due, is_over=True)]
    return [replace(row, is_over=row.start >= due)]


def _intervals(calendar: WorkTime, start: datetime, end: datetime, kind: RowKind) -> Iterator[ProofRow]:
    begin, hours = start, calendar.hours
    for opens, closes in calendar.intervals(start, end):
        if begin < opens:
            yield ProofRow(RowKind.CLOSED, begin, opens, days=closed_days(hours, begin, opens))
        yield ProofRow(
            kind, opens, closes, closes - opens,
            is_special=is_special(hours, opens, opens),
            clocks_change=clocks_change(hours, opens, closes),
        )  # fmt: skip
        begin = closes
    if begin < end:
        yield ProofRow(RowKind.CLOSED, begin, end, days=closed_days(hours, begin, end))


def _moments(story: Story) -> Iterator[ProofRow]:
    cycle = story.cycle
    for one in story.own:
        if kind := _MOMENT_OF.get(one.kind):
            carried = counted([s for s in cycle.stretches if s.end and s.end <= one.at], None)
            change = replace(one.change, carried=carried)
            yield ProofRow(kind, one.at, by=one.by, change=change)
    for breach in cycle.breaches:
        yield ProofRow(RowKind.LATE, breach.at, cause=breach.cause)
    if cycle.stopped_at:
        by = story.who(cycle.stopped_at, *ENDS)
        yield ProofRow(RowKind.STOPPED, cycle.stopped_at, by=by, state=cycle.state)


def _ahead(story: Story) -> list[ProofRow]:
    """The working time that leads to the deadline; for a paused clock as if it went on at once."""
    cycle, left = story.cycle, story.cycle.remaining
    if left <= ZERO or (cycle.due_at is None and cycle.state is not State.PAUSED):
        return []
    calendar = cycle.stretches[-1].calendar if cycle.due_at else story.calendar.worktime()
    due = cycle.due_at or calendar.add(story.until, left)
    return list(_intervals(calendar, story.until, due, RowKind.AHEAD))


def _worktime_at(story: Story, at: datetime) -> WorkTime:
    """The calendar that held before this moment."""
    held = [stretch.calendar for stretch in story.cycle.stretches if stretch.start <= at]
    return held[-1] if held else story.calendar.worktime()
