"""A written ticket's life played through the same rules as a real one's, without a database. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sla import reactions
from sla.facts import Cycle, Fact, FactKind, Rule, State
from sla.reactions import FIRST_RESPONSE, KINDS, NEXT_RESPONSE, RESOLUTION, Step
from sla.reckoning import reckon
from sla.scenario import Cell, Happening, Scenario, ScenarioError
from sla.selection import choose


def play(scenario: Scenario) -> dict[str, Any]:
    """Return what became of each clock by `scenario.now`, ready for JSON."""
    life = _Life(scenario)
    for happening in scenario.happenings:
        if happening.at <= scenario.now:
            life.happen(happening)
    return {"clocks": {kind: life.outcome(kind) for kind in KINDS}}


@dataclass
class _Clock:
    """The facts told of one clock so far, and the row it runs by."""

    cell: Cell | None = None
    facts: list[Fact] = field(default_factory=list)

    @property
    def state(self) -> State:
        return reckon(self.facts).state


class _Life:
    """The ticket while it is played."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.calendars = dict(scenario.calendars)
        self.clocks = {kind: _Clock() for kind in KINDS}
        self.status = "new"
        self.is_answered = False
        self.created_at: datetime | None = None
        self.type, self.priority, self.service = "incident", 3, ""

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
                if self._begins_late(kind):
                    recompute = cell is not None and cell.retarget is Rule.RECOMPUTE
                    self._start(kind, (self.created_at or event.at) if recompute else event.at)
                continue
            if clock.cell == cell and not other_type and clock.state is not State.CANCELLED:
                continue
            promised = cell if cell and kind in cell.targets else None
            steps = reactions.to_new_terms(
                clock.state,
                is_promised=promised is not None,
                rule=cell.retarget if cell else Rule.KEEP,
                other_type=other_type,
            )
            clock.cell = promised if promised and steps else clock.cell
            self._take(kind, steps, event.at)
            self._pause_if_due(kind, event.at)

    def _begins_late(self, kind: str) -> bool:
        if kind == FIRST_RESPONSE:
            return not self.is_answered and self.status not in {*reactions.OVER, "cancelled"}
        return kind == RESOLUTION and self.status not in {*reactions.OVER, "cancelled"}

    def _status(self, event: Happening) -> None:
        status = event.details["to"]
        if status == self.status and any(clock.state is State.PAUSED for clock in self.clocks.values()):
            raise ScenarioError(event.place, f"The ticket is “{status}” and paused already.")
        self._move(status, event.at)

    def _move(self, status: str, at: datetime) -> None:
        self.status = status
        for kind, clock in self.clocks.items():
            if clock.cell and clock.facts:
                steps = reactions.to_status(
                    kind, clock.state, status, pause_in=clock.cell.pause_in, reopen=clock.cell.reopen
                )
                self._take(kind, steps, at)

    def _message(self, event: Happening) -> None:
        side = event.details["from"]
        if side == "auto" or not event.details.get("public", True):
            return
        if side == "staff":
            self.is_answered = True
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

    def _start(self, kind: str, at: datetime) -> None:
        cell = self._cell()
        if cell is None or kind not in cell.targets:
            return
        clock = self.clocks[kind]
        clock.cell = cell
        self._tell(clock, FactKind.START, at, **self._terms(cell, kind))
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
                details |= self._terms(clock.cell, kind)
            self._tell(clock, step.kind, at, **details)

    def _terms(self, cell: Cell, kind: str) -> dict[str, Any]:
        return {
            "target": cell.targets[kind],
            "calendar": self.calendars[cell.calendar],
            "calendar_key": cell.calendar,
        }

    def _tell(self, clock: _Clock, kind: FactKind, at: datetime, **details: Any) -> None:
        clock.facts.append(Fact(at, kind, seq=len(clock.facts), **details))

    def outcome(self, kind: str) -> dict[str, Any]:
        clock = self.clocks[kind]
        reckoning = reckon(clock.facts, self.scenario.now)
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
