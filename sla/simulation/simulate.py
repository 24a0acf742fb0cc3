"""A written ticket's life played through the same rules as a real one's, without a database. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sla.engine import reactions
from sla.engine.clock_state import ClockState
from sla.engine.evaluation import evaluate
from sla.engine.facts import STOPPED, Cycle, Fact, FactKind, Rule, State
from sla.engine.reactions import FIRST_RESPONSE, KINDS, NEXT_RESPONSE, OVER, RESOLUTION, Step
from sla.engine.selection import choose
from sla.simulation.scenario import Cell, Happening, Scenario, ScenarioError


def play(scenario: Scenario) -> dict[str, Any]:
    """Return what became of each clock by `scenario.now`, ready for JSON."""
    life = _Life(scenario)
    heard = (happening for happening in scenario.happenings if happening.at <= scenario.now)
    for _, together in groupby(heard, key=lambda happening: (happening.at, happening.do)):
        waiting = list(together)
        while waiting:
            life.happen(waiting.pop(life.next_of(waiting)))
    return {"clocks": {kind: life.outcome(kind) for kind in KINDS}}


@dataclass
class _Clock:
    """The facts told of one clock so far, and the row it runs by."""

    cell: Cell | None = None
    facts: list[Fact] = field(default_factory=list)
    fold: ClockState = field(default_factory=ClockState)

    @property
    def state(self) -> State:
        return self.fold.state

    def tell(self, fact: Fact) -> None:
        self.facts.append(fact)
        self.fold.apply(fact)


class _Life:
    """The ticket while it is played."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.calendars = dict(scenario.calendars)
        self.clocks = {kind: _Clock() for kind in KINDS}
        self.status = "new"
        self.moves: list[tuple[datetime, str]] = []
        self.answered_at: datetime | None = None
        self.created_at = scenario.now
        self.type, self.priority, self.service = "incident", 3, ""

    @property
    def is_finished(self) -> bool:
        """Nothing is to be done, or what was to be done was called off for good."""
        return self.status in OVER or any(status == "cancelled" for _, status in self.moves)

    def next_of(self, together: list[Happening]) -> int:
        """Of equals at one instant, the first that changes something: a ticket waits only once."""
        changing = (n for n, each in enumerate(together) if each.details.get("to") != self.status)
        return next(changing, 0)

    def happen(self, event: Happening) -> None:
        match event.do:
            case "create":
                self.created_at = event.at
                self._classify(event)
                for kind in (FIRST_RESPONSE, RESOLUTION):
                    self._start(kind, event.at)
            case "set":
                self._set(event)
            case "status":
                self._status(event)
            case "message":
                self._message(event)
            case "calendar":
                self._calendar(event)
            case "cancel":
                self._move("cancelled", event.at)

    def _classify(self, event: Happening) -> bool:
        """Take over the facts of the ticket; True if its type is another now."""
        before = self.type
        self.type = event.details.get("type", self.type)
        self.priority = event.details.get("priority", self.priority)
        self.service = event.details.get("service", self.service) or ""
        return self.type != before

    def _cell(self) -> Cell | None:
        return choose(
            self.scenario.cells, kind=self.type, priority=self.priority, service_id=self.service or None
        )

    def _set(self, event: Happening) -> None:
        other_type = self._classify(event)
        cell = self._cell()
        for kind, clock in self.clocks.items():
            if not clock.facts:
                self._begin_late(kind, event.at)
            elif clock.cell != cell or other_type or clock.state is State.CANCELLED or self._stands(kind):
                self._retarget(kind, event.at, other_type)

    def _begin_late(self, kind: str, at: datetime) -> None:
        """A clock may begin in the middle of a ticket's life, but not for what has been done already."""
        cell = self._cell()
        is_done = kind == NEXT_RESPONSE or (kind == FIRST_RESPONSE and self.answered_at is not None)
        if cell is None or is_done or self.is_finished:
            return
        if cell.retarget is not Rule.RECOMPUTE:
            self._start(kind, at)
            return
        self._start(kind, self.created_at, is_past=True)
        for moved_at, status in self.moves:
            self._follow(kind, status, moved_at)

    def _retarget(self, kind: str, at: datetime, other_type: bool) -> None:
        clock, cell = self.clocks[kind], self._cell()
        promised = cell if cell and kind in cell.targets else None
        steps = reactions.to_new_terms(
            kind,
            clock.state,
            has_target=promised is not None,
            may_return=self._may_return(kind),
            rule=promised.retarget if promised else Rule.KEEP,
            other_type=other_type,
        )
        clock.cell = promised if promised and steps else clock.cell
        self._take(kind, steps, at)
        if promised and self._stands(kind):
            self._follow(kind, self.status, at)
        self._pause_if_due(kind, at)

    def _stands(self, kind: str) -> bool:
        """Was the ticket re-opened while there was no target, so that the clock did not go on?"""
        return kind == RESOLUTION and self.clocks[kind].state in STOPPED and not self.is_finished

    def _may_return(self, kind: str) -> bool:
        """Is what a cancelled clock measured still to be done?"""
        stopped_at = self.clocks[kind].fold.stopped_at
        if stopped_at is None or self.is_finished:
            return False
        return kind == RESOLUTION or self.answered_at is None or self.answered_at < stopped_at

    def _status(self, event: Happening) -> None:
        status = event.details["to"]
        if status == self.status and any(clock.state is State.PAUSED for clock in self.clocks.values()):
            raise ScenarioError(event.place, f"The ticket is “{status}” and paused already.")
        self._move(status, event.at)

    def _move(self, status: str, at: datetime) -> None:
        was_over, self.status = self.status in OVER, status
        self.moves.append((at, status))
        for kind, clock in self.clocks.items():
            if clock.facts:
                self._follow(kind, status, at)
        if was_over and not self.is_finished:
            self._reopen(at)

    def _reopen(self, at: datetime) -> None:
        """What is to be solved again may be promised now, though it was not when it was solved (R9)."""
        clock = self.clocks[RESOLUTION]
        if not clock.facts:
            self._begin_late(RESOLUTION, at)
        elif clock.state is State.CANCELLED:
            self._retarget(RESOLUTION, at, other_type=False)

    def _follow(self, kind: str, status: str, at: datetime) -> None:
        clock, row = self.clocks[kind], self._cell()
        if clock.cell:
            steps = reactions.to_status(
                kind,
                clock.state,
                status,
                pause_in=clock.cell.pause_in,
                reopen=clock.cell.reopen,
                has_target=row is not None and kind in row.targets,
            )
            self._take(kind, steps, at)

    def _message(self, event: Happening) -> None:
        side = event.details["from"]
        if side == "auto" or not event.details.get("public", True):
            return
        if side == "staff":
            self.answered_at = event.at
            for kind, clock in self.clocks.items():
                self._take(kind, reactions.to_staff_message(kind, clock.state), event.at)
        elif self.status != "cancelled":
            first, following = self.clocks[FIRST_RESPONSE].state, self.clocks[NEXT_RESPONSE].state
            if reactions.starts_next_response(first, following):
                self._start(NEXT_RESPONSE, event.at)

    def _calendar(self, event: Happening) -> None:
        name = event.details["name"]
        self.calendars[name] = event.details["calendar"]
        for clock in self.clocks.values():
            if clock.facts:
                self._tell(
                    clock, FactKind.CALENDAR, event.at, calendar=self.calendars[name], calendar_key=name
                )

    def _start(self, kind: str, at: datetime, *, is_past: bool = False) -> None:
        cell = self._cell()
        if cell is None or kind not in cell.targets:
            return
        clock = self.clocks[kind]
        clock.cell = cell
        self._tell(clock, FactKind.START, at, **self._terms(cell, kind, at))
        if not is_past:
            self._pause_if_due(kind, at)

    def _pause_if_due(self, kind: str, at: datetime) -> None:
        clock = self.clocks[kind]
        is_pausing = clock.cell is not None and reactions.pauses(kind, self.status, clock.cell.pause_in)
        if clock.state is State.RUNNING and is_pausing:
            self._tell(clock, FactKind.PAUSE, at, reason=self.status)
        elif clock.state is State.PAUSED and not is_pausing:
            self._tell(clock, FactKind.RESUME, at)

    def _take(self, kind: str, steps: list[Step], at: datetime) -> None:
        clock = self.clocks[kind]
        for step in steps:
            details = dict(step.details)
            if step.kind is FactKind.RETARGET and clock.cell:
                since = at if details["rule"] is Rule.CHANGE else clock.fold.started_at or at
                details |= self._terms(clock.cell, kind, since)
            self._tell(clock, step.kind, at, **details)

    def _terms(self, cell: Cell, kind: str, since: datetime) -> dict[str, Any]:
        calendar, promised = self.calendars[cell.calendar], cell.targets[kind]
        return {
            "target": promised.working_time(calendar, since),
            "promise": promised if promised.needs_start else None,
            "calendar": calendar,
            "calendar_key": cell.calendar,
        }

    def _tell(self, clock: _Clock, kind: FactKind, at: datetime, **details: Any) -> None:
        clock.tell(Fact(at, kind, seq=len(clock.facts), **details))

    def outcome(self, kind: str) -> dict[str, Any]:
        clock = self.clocks[kind]
        reckoning = evaluate(clock.facts, self.scenario.now)
        current = reckoning.current
        if current is None or clock.cell is None:
            return _nothing()
        zone = self.calendars[clock.cell.calendar].hours.tz
        return {**_cycle(current, zone), "cycles": [_numbered(cycle, zone) for cycle in reckoning.cycles]}


def _nothing() -> dict[str, Any]:
    none = dict.fromkeys(("due_at", "remaining_s", "elapsed_s", "breached_at", "breach_cause"))
    return {"state": State.NONE.value, **none, "cycles": []}


def _cycle(cycle: Cycle, zone: ZoneInfo) -> dict[str, Any]:
    has_ended = cycle.state is State.CANCELLED
    return {
        "state": cycle.state.value,
        "target_s": _seconds(cycle.target),
        "due_at": _iso(cycle.due_at, zone),
        "remaining_s": None if has_ended else _seconds(cycle.remaining),
        "elapsed_s": _seconds(cycle.elapsed),
        "breached_at": _iso(cycle.breached_at, zone),
        "breach_cause": cycle.breach_cause.value if cycle.breach_cause else None,
        "started_at": _iso(cycle.started_at, zone),
        "stopped_at": _iso(cycle.stopped_at, zone),
    }


def _numbered(cycle: Cycle, zone: ZoneInfo) -> dict[str, Any]:
    return {"number": cycle.number, **_cycle(cycle, zone)}


def _iso(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat() if moment else None


def _seconds(amount: timedelta) -> int | float:
    seconds = amount.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds
