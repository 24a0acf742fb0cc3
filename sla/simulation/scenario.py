"""A ticket's life written down: calendars, a matrix, events; read and checked. Pure.

`sla.simulation.simulate` plays it. Every fault is a `ScenarioError` with its place, such as `events[2].at`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sla.engine import durations
from sla.engine.calendar_definition import YEARS
from sla.engine.durations import Duration
from sla.engine.facts import Rule
from sla.engine.reactions import KINDS
from sla.engine.selection import ANY_KIND
from sla.engine.worktime import (
    CalendarError,
    NoWorkingTime,
    WorkTime,
    compiled,
    require_working_time,
)

STATUSES = (
    "new", "under_review", "waiting_approval", "in_progress", "waiting_client", "waiting_third_party",
    "verification", "resolved", "closed", "cancelled",
)  # fmt: skip
PRIORITIES = {"P1": 1, "P2": 2, "P3": 3, "P4": 4}
# What counts first if several things happen at one instant; of several statuses, those nearer the end later.
DOINGS = ("create", "calendar", "set", "message", "status", "cancel")
_KEYS = ("calendars", "cells", "events", "now")
_CELL_KEYS = (
    "type", "priority", "service", "rank", "calendar", *KINDS, "pause_in", "retarget", "reopen",
)  # fmt: skip
_TERMS = ("type", "priority", "service")
_EVENT_KEYS = {
    "create": _TERMS,
    "calendar": ("name", "replace"),
    "set": _TERMS,
    "message": ("from", "public"),
    "status": ("to", "reason"),
    "cancel": ("reason",),
}


class ScenarioError(ValueError):
    """Something in the scenario is wrong; the text begins with the place."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}" if path else sentence)


@dataclass(frozen=True)
class Cell:
    """A row of the matrix; see `sla.engine.selection.Row`."""

    pk: int
    kind: str
    priority: int | None
    service_id: str | None
    rank: int
    calendar: str
    targets: Mapping[str, Duration]
    pause_in: tuple[str, ...]
    retarget: Rule
    reopen: Rule


@dataclass(frozen=True)
class Happening:
    """One event; `place` is where it stands in the file."""

    at: datetime
    do: str
    place: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def order(self) -> tuple[datetime, int, int, str]:
        """The order in the file means nothing."""
        step = STATUSES.index(self.details["to"]) if self.do == "status" else 0
        text = json.dumps(dict(self.details), sort_keys=True, default=str)
        return self.at, DOINGS.index(self.do), step, text


@dataclass(frozen=True)
class Scenario:
    calendars: Mapping[str, WorkTime]
    cells: tuple[Cell, ...]
    happenings: tuple[Happening, ...]  # in order of time
    now: datetime


def read(data: Any) -> Scenario:
    """Check a scenario.

    Raises:
        ScenarioError: with the place of the fault.
    """
    data = _known(_object(data, ""), "", _KEYS)
    events = _list(data.get("events"), "events")
    happenings = sorted(
        (_happening(_object(event, f"events[{n}]"), f"events[{n}]") for n, event in enumerate(events)),
        key=Happening.order,
    )
    created = [happening for happening in happenings if happening.do == "create"]
    if len(created) != 1:
        raise ScenarioError("events", "There must be exactly one “create”.")
    if early := next((each for each in happenings if each.at < created[0].at), None):
        raise ScenarioError(f"{early.place}.at", "This happens before the ticket is created.")
    now = happenings[-1].at if data.get("now") is None else _moment(data["now"], "now")
    if now < created[0].at:
        raise ScenarioError("now", "This is before the ticket is created.")
    calendars = {
        name: _calendar(definition, f"calendars.{name}", created[0].at)
        for name, definition in _object(data.get("calendars"), "calendars").items()
    }
    cells = tuple(
        _cell(_object(cell, f"cells[{n}]"), n, calendars)
        for n, cell in enumerate(_list(data.get("cells"), "cells"))
    )
    _require_reachable(cells, calendars, created[0].at)
    return Scenario(calendars, cells, tuple(_replacements(happenings, calendars)), now)


def _calendar(definition: Any, path: str, at: datetime) -> WorkTime:
    try:
        calendar = compiled(definition)
        require_working_time(calendar, at)
    except CalendarError as error:
        raise ScenarioError(path + (f".{error.path}" if error.path else ""), _sentence(error)) from None
    return calendar


def _sentence(error: CalendarError) -> str:
    return error.template % error.params


def _cell(cell: Mapping[str, Any], number: int, calendars: Mapping[str, WorkTime]) -> Cell:
    path = f"cells[{number}]"
    cell = {key: value for key, value in _known(cell, path, _CELL_KEYS).items() if value is not None}
    calendar = cell.get("calendar", next(iter(calendars), None) if len(calendars) == 1 else None)
    if not isinstance(calendar, str) or calendar not in calendars:
        raise ScenarioError(f"{path}.calendar", "No such calendar in this scenario.")
    service = cell.get("service", "*")
    pause_in = _list(cell.get("pause_in", ["waiting_client"]), f"{path}.pause_in")
    rank = cell.get("rank", 0)
    if not isinstance(rank, int) or isinstance(rank, bool):
        raise ScenarioError(f"{path}.rank", "The rank is a whole number.")
    return Cell(
        pk=number,
        kind=_text(cell.get("type", ANY_KIND), f"{path}.type"),
        priority=None
        if cell.get("priority", "*") == "*"
        else _priority(cell["priority"], f"{path}.priority"),
        service_id=None if service == "*" else _text(service, f"{path}.service"),
        rank=rank,
        calendar=calendar,
        targets=_targets(cell, path),
        pause_in=tuple(_status(status, f"{path}.pause_in[{n}]") for n, status in enumerate(pause_in)),
        retarget=_rule(
            cell.get("retarget", "keep"), (Rule.KEEP, Rule.CHANGE, Rule.RECOMPUTE), f"{path}.retarget"
        ),
        reopen=_rule(cell.get("reopen", "continue"), (Rule.CONTINUE, Rule.CYCLE), f"{path}.reopen"),
    )


def _targets(cell: Mapping[str, Any], path: str) -> dict[str, Duration]:
    targets = {}
    for kind in KINDS:
        if kind not in cell:
            continue
        try:
            targets[kind] = durations.read(cell[kind])
        except durations.DurationError as error:
            raise ScenarioError(f"{path}.{kind}", str(error)) from None
        if not targets[kind].is_some_time:
            raise ScenarioError(f"{path}.{kind}", "A promise needs some time; leave it out for none.")
    return targets


def _happening(event: Mapping[str, Any], path: str) -> Happening:
    do = event.get("do")
    if do not in DOINGS:
        raise ScenarioError(f"{path}.do", "This is one of: " + ", ".join(DOINGS) + ".")
    _known(event, path, ("at", "do", *_EVENT_KEYS[str(do)]))
    details = _details(event, path)
    if do == "status":
        _status(details.get("to"), f"{path}.to")
    if do == "message" and details.get("from") not in ("client", "staff", "auto"):
        raise ScenarioError(f"{path}.from", "A message is from “client”, “staff” or “auto”.")
    if not isinstance(details.get("public", True), bool):
        raise ScenarioError(f"{path}.public", "This is true or false.")
    return Happening(_moment(event.get("at"), f"{path}.at"), str(do), path, details)


def _details(event: Mapping[str, Any], path: str) -> dict[str, Any]:
    """What the event says besides; null is nothing said, but of a service that there is none."""
    details = {
        key: value
        for key, value in event.items()
        if key not in ("at", "do") and (value is not None or key == "service")
    }
    if "priority" in details:
        details["priority"] = _priority(details["priority"], f"{path}.priority")
    for key in ("type", "service"):
        if details.get(key) is not None:
            _text(details[key], f"{path}.{key}")
    return details


def _replacements(happenings: list[Happening], calendars: Mapping[str, WorkTime]) -> list[Happening]:
    """Compile the calendars that take another's place."""
    found = []
    for each in happenings:
        if each.do == "calendar":
            if each.details.get("name") not in list(calendars):
                raise ScenarioError(f"{each.place}.name", "No such calendar in this scenario.")
            calendar = _calendar(each.details.get("replace"), f"{each.place}.replace", each.at)
            each = Happening(each.at, each.do, each.place, {**each.details, "calendar": calendar})
        found.append(each)
    return found


def _require_reachable(cells: tuple[Cell, ...], calendars: Mapping[str, WorkTime], at: datetime) -> None:
    for cell in cells:
        for kind, target in cell.targets.items():
            try:
                calendars[cell.calendar].add(at, target.working_time(calendars[cell.calendar], at))
            except NoWorkingTime:
                place = f"cells[{cell.pk}].{kind}"
                raise ScenarioError(place, "The calendar never comes to so much working time.") from None


def _known(value: Mapping[str, Any], path: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    for key in value:
        if key not in keys:
            place = f"{path}.{key}" if path else key
            raise ScenarioError(place, f"Unknown key; known are: {', '.join(keys)}.")
    return value


def _object(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ScenarioError(path, "This must be an object.")
    return value


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise ScenarioError(path, "This must be a list.")
    return value


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise ScenarioError(path, "This must be a word.")
    return value


def _priority(value: Any, path: str) -> int:
    if value not in list(PRIORITIES):
        raise ScenarioError(path, "The priority is one of P1, P2, P3, P4.")
    return PRIORITIES[value]


def _status(value: Any, path: str) -> str:
    if value not in STATUSES:
        raise ScenarioError(path, "The status is one of: " + ", ".join(STATUSES) + ".")
    return str(value)


def _rule(value: Any, allowed: tuple[Rule, ...], path: str) -> Rule:
    if value not in allowed:
        raise ScenarioError(path, "This is one of: " + ", ".join(allowed) + ".")
    return Rule(value)


def _moment(value: Any, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ScenarioError(path, "Write a moment with its offset. Example: “2026-03-02T10:00:00+03:00”.")
    if not YEARS[0] < moment.year < YEARS[-1] - 10:
        raise ScenarioError(path, f"Working time is known from {YEARS[0]} to {YEARS[-1]} only.")
    return moment
