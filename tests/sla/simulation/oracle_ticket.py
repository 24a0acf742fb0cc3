"""The ticket's side of the second opinion: which clocks a scenario starts, pauses, stops and measures anew.

As `tests.sla.simulation.oracle`, written from the contract alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.sla.simulation.oracle import Run, minute_of

KINDS = ("first_response", "next_response", "resolution")
OVER = ("resolved", "closed", "cancelled")
ORDER = ("create", "calendar", "set", "message", "status", "cancel")
LIFE = (
    "new", "under_review", "waiting_approval", "in_progress", "waiting_client", "waiting_third_party",
    "verification", "resolved", "closed", "cancelled",
)  # fmt: skip


@dataclass
class Clock:
    kind: str
    runs: list[Run] = field(default_factory=list)
    cell: dict[str, Any] = field(default_factory=dict)
    pending: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # heard of while it stood
    cancelled_at: int = 0

    @property
    def run(self) -> Run:
        return self.runs[-1]

    @property
    def state(self) -> str:
        return self.run.state if self.runs else "none"

    @property
    def is_live(self) -> bool:
        return self.state in ("running", "paused")

    def stands_still(self, status: str) -> bool:
        in_general = self.kind == "resolution" or status == "waiting_approval"
        return in_general and status in self.cell.get("pause_in", ["waiting_client"])


class Ticket:
    def __init__(self, scenario: dict[str, Any]) -> None:
        self.cells = scenario["cells"]
        self.books = {name: json.dumps(hours) for name, hours in scenario["calendars"].items()}
        self.clocks = {kind: Clock(kind) for kind in KINDS}
        self.status, self.facts = "new", {"type": "incident", "priority": "P3", "service": None}
        self.created = self.answered = 0
        self.moves: list[tuple[int, str]] = []

    def cell(self, kind: str) -> dict[str, Any]:
        """The row that holds, if it promises such a clock."""
        names = ("service", "type", "priority")
        rows = [
            ([row.get(name, "*") == "*" for name in names], row.get("rank", 0), number)
            for number, row in enumerate(self.cells)
            if all(row.get(name, "*") in ("*", self.facts[name]) for name in names)
        ]
        found = self.cells[min(rows)[2]] if rows else {}
        return found if kind in found else {}

    def terms(self, kind: str) -> dict[str, Any]:
        cell = self.clocks[kind].cell
        name = cell.get("calendar", next(iter(self.books)))
        return {"target": cell[kind], "calendar": name}

    def is_over(self) -> bool:
        """A ticket that was cancelled is so for good, whatever its status says later."""
        return self.status in OVER or any(status == "cancelled" for _, status in self.moves)

    # What happens

    def create(self, at: int, **facts: Any) -> None:
        self.created, self.facts = at, self.facts | facts
        for kind in ("first_response", "resolution"):
            self.start(kind, at, self.status)

    def set(self, at: int, **facts: Any) -> None:
        is_other = facts.get("type", self.facts["type"]) != self.facts["type"]
        rows_before = {kind: clock.cell for kind, clock in self.clocks.items()}
        self.facts |= facts
        for kind, clock in self.clocks.items():
            if not clock.runs:
                self.begin_late(kind, at)
            elif not self.cell(kind):
                if clock.is_live:
                    clock.run.tell(at, "cancel")
                    clock.cancelled_at = at
            elif (
                is_other
                or clock.state == "cancelled"
                or self.cell(kind) is not rows_before[kind]
                or (kind == "resolution" and clock.state in ("met", "breached") and not self.is_over())
            ):
                self.retarget(clock, at, is_other)

    def begin_late(self, kind: str, at: int) -> None:
        is_done = kind == "next_response" or (kind == "first_response" and self.answered)
        if is_done or self.is_over() or not self.cell(kind):
            return
        if self.cell(kind).get("retarget", "keep") != "recompute":
            self.start(kind, at, self.status)
            return
        self.start(kind, self.created, "new")
        for moved_at, status in self.moves:
            self.follow(self.clocks[kind], moved_at, status)

    def retarget(self, clock: Clock, at: int, is_other: bool) -> None:
        is_answered = clock.kind != "resolution" and self.answered >= clock.cancelled_at > 0
        is_over = self.is_over()
        if clock.state == "cancelled" and (is_answered or is_over):
            return
        if clock.state in ("met", "breached") and clock.kind != "resolution":
            return
        clock.cell = self.cell(clock.kind)
        rule = clock.cell.get("retarget", "keep")
        terms = self.terms(clock.kind)
        details = terms | {"hours": self.books[terms["calendar"]], "rule": rule, "is_other": is_other}
        if clock.is_live:
            self.measure(clock, at, details)
        else:
            clock.pending.append(("terms", details))
            if clock.state == "cancelled":
                self.continue_(clock, at)
            elif not is_over:
                self.follow(clock, at, self.status)
        if clock.is_live:
            self.wait(clock, at, self.status)

    def measure(self, clock: Clock, at: int, details: dict[str, Any]) -> None:
        old = clock.run
        old.walk_to(at)
        if details["is_other"]:
            new = Run(list(old.told), old.books)
            for name in ("at", "state", "target", "calendar", "is_late", "breach", "paused_at"):
                setattr(new, name, getattr(old, name))
            new.ran, new.ends, new.before = list(old.ran), list(old.ends), list(old.before)
            old.tell(at, "cancel")
            clock.runs.append(new)
        clock.run.tell(at, "terms", **details)

    def continue_(self, clock: Clock, at: int) -> None:
        clock.run.tell(at, "reopen")
        pending, clock.pending = clock.pending, []
        for what, details in pending:
            if what == "terms":
                self.measure(clock, at, details)
            else:
                clock.runs[-1] = clock.run.correct(at, **details)

    def message(self, at: int, **details: Any) -> None:
        if details["from"] == "auto" or not details.get("public", True):
            return
        first, following = self.clocks["first_response"], self.clocks["next_response"]
        if details["from"] == "staff":
            self.answered = at
            for clock in (first, following):
                if clock.is_live:
                    clock.run.tell(at, "stop")
        elif self.status != "cancelled" and not first.is_live and not following.is_live:
            self.start("next_response", at, self.status)

    def calendar(self, at: int, name: str, replace: dict[str, Any]) -> None:
        self.books = self.books | {name: json.dumps(replace)}
        for clock in self.clocks.values():
            if clock.is_live:
                clock.runs[-1] = clock.run.correct(at, name, self.books[name])
            elif clock.runs:
                clock.pending.append(("calendar", {"name": name, "hours": self.books[name]}))

    def cancel(self, at: int, **details: Any) -> None:
        self.move(at, "cancelled")

    def move(self, at: int, to: str, **details: Any) -> None:
        was_over, self.status = self.status in OVER, to
        self.moves.append((at, to))
        for kind, clock in self.clocks.items():
            if self.cell(kind) or clock.is_live:
                self.follow(clock, at, to)
        clock = self.clocks["resolution"]
        if was_over and not self.is_over() and self.cell("resolution"):
            if not clock.runs:
                self.begin_late("resolution", at)
            elif clock.state == "cancelled":
                self.retarget(clock, at, is_other=False)

    # What follows for one clock

    def start(self, kind: str, at: int, status: str) -> None:
        clock = self.clocks[kind]
        if not self.cell(kind):
            return
        clock.cell, clock.pending = self.cell(kind), []
        terms = self.terms(kind)
        clock.runs.append(Run([(at, "start", terms)], self.books))
        clock.run._start(at, **terms)
        self.wait(clock, at, status)

    def wait(self, clock: Clock, at: int, status: str) -> None:
        if clock.state == "running" and clock.stands_still(status):
            clock.run.tell(at, "pause")
        elif clock.state == "paused" and not clock.stands_still(status):
            clock.run.tell(at, "resume")

    def follow(self, clock: Clock, at: int, status: str) -> None:
        if status == "cancelled" and clock.is_live:
            clock.run.tell(at, "cancel")
            clock.cancelled_at = at
        elif status in OVER and clock.is_live:
            clock.run.tell(at, "stop")
        elif status not in OVER and clock.state in ("met", "breached") and clock.kind == "resolution":
            if clock.cell.get("reopen", "continue") == "cycle":
                self.start(clock.kind, at, status)
            else:
                self.continue_(clock, at)
                self.wait(clock, at, status)
        elif status not in OVER and clock.is_live:
            if clock.state == "paused":
                clock.run.tell(at, "resume")
            self.wait(clock, at, status)


def expected(scenario: dict[str, Any]) -> dict[str, Any]:
    """What `sla_play` must say of this scenario, in whole minutes."""
    events = sorted(scenario["events"], key=_order)
    now = minute_of(scenario.get("now") or events[-1]["at"])
    ticket = Ticket(scenario)
    for event in events:
        at = minute_of(event["at"])
        details = {key: value for key, value in event.items() if key not in ("at", "do")}
        if at <= now:
            getattr(ticket, "move" if event["do"] == "status" else event["do"])(at, **details)
    return {kind: _told(clock, now) for kind, clock in ticket.clocks.items()}


def _order(event: dict[str, Any]) -> tuple[int, int, int, str]:
    step = LIFE.index(event["to"]) if event["do"] == "status" else 0
    return minute_of(event["at"]), ORDER.index(event["do"]), step, json.dumps(event, sort_keys=True)


def _told(clock: Clock, now: int) -> dict[str, Any]:
    if not clock.runs:
        return {"state": "none"}
    if clock.is_live:
        clock.run.walk_to(now)
    return _run(clock.run, now) | {"cycles": [_run(run, now) for run in clock.runs]}


def _run(run: Run, now: int) -> dict[str, Any]:
    at, cause = run.breach or (None, None)
    due = run.due(now)
    return {
        "state": "breached" if run.state == "running" and run.is_late else run.state,
        "due_at": due,
        "elapsed_s": len(run.ends) * 60,
        "remaining_s": None if run.state == "cancelled" else (run.target - len(run.ends)) * 60,
        "breached_at": at,
        "breach_cause": cause,
    }
