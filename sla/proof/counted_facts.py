"""The facts of a clock told once more, to know who caused what: which of them counted, in which cycle.

The arithmetic is in `sla.engine.evaluation`; here are only the names behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk.people.models import User
from sla.engine.facts import RANK, ZERO, FactKind, Rule
from sla.models import CalendarVersion, ClockEvent, PolicyCell
from sla.proof.rows import Change


@dataclass(frozen=True)
class Told:
    """A fact that counted. `at` is when it took effect; `is_restart`: another cycle begins with it."""

    kind: FactKind
    at: datetime
    cycle: int
    by: User | None
    change: Change
    is_restart: bool = False


class CountedFacts:
    """Hears the facts in their order; then `told` holds those that counted, `terms` those of each cycle."""

    def __init__(self, cells: Mapping[int, PolicyCell], calendars: Mapping[int, CalendarVersion]) -> None:
        self.told: list[Told] = []
        self.terms: dict[int, tuple[PolicyCell | None, CalendarVersion | None]] = {}
        self.target: timedelta = ZERO
        self.cell: PolicyCell | None = None
        self.calendar: CalendarVersion | None = None
        self._cells, self._calendars = cells, calendars
        self._cycle, self._is_live, self._is_waived = 0, False, False
        self._later: list[ClockEvent] = []

    def hear_all(self, events: Iterable[ClockEvent]) -> None:
        """Tell the facts in the order in which the clock reckons them, without those taken back."""
        known = sorted(events, key=lambda event: (event.at, event.pk, RANK[FactKind(event.kind)]))
        by_key = {event.pk: event for event in known}
        revoked = {pk for event in known for pk in taken_back(event)}
        for event in known:
            if event.kind == FactKind.REVOKE:
                back = [by_key[pk] for pk in taken_back(event) if pk in by_key]
                change = Change(back=tuple((FactKind(one.kind), one.at) for one in back))
                self._tell(event, event.at, change)
            elif event.pk not in revoked:
                self._hear(event)

    def _hear(self, event: ClockEvent) -> None:
        kind = FactKind(event.kind)
        match kind:
            case FactKind.START if not self._is_live:
                self._begin()
                self._tell(event, event.at, self._take(event))
            case FactKind.REOPEN:
                self._reopen(event)
            case FactKind.RETARGET | FactKind.CALENDAR if self._cycle and not self._is_live:
                self._later.append(event)
            case FactKind.RETARGET | FactKind.CALENDAR if self._is_live:
                self._terms(event, event.at)
            case FactKind.PAUSE | FactKind.RESUME if self._is_live:
                self._tell(event, event.at)
            case FactKind.STOP | FactKind.CANCEL | FactKind.WAIVE if self._is_live:
                self._is_live, self._is_waived = False, kind is FactKind.WAIVE
                self._tell(event, event.at)

    def _begin(self) -> None:
        self._cycle += 1
        self.terms[self._cycle] = self.cell, self.calendar
        self._is_live, self._is_waived, self._later = True, False, []

    def _reopen(self, event: ClockEvent) -> None:
        is_cycle = _rule(event) is Rule.CYCLE
        if self._is_live or not self._cycle or (self._is_waived and not is_cycle):
            return
        later = self._later
        if is_cycle:
            self._begin()
        self._is_live, self._later = True, []
        self._tell(event, event.at)
        for term in later:
            self._terms(term, event.at, is_begun=is_cycle)

    def _terms(self, event: ClockEvent, at: datetime, *, is_begun: bool = False) -> None:
        """`is_begun`: a new cycle has just begun, by these terms among others; they begin no other one."""
        if FactKind(event.kind) is FactKind.CALENDAR and not self._corrects(event):
            return
        restart = bool(event.details.get("restart")) and not is_begun
        if restart:
            self._cycle += 1
        self._tell(event, at, self._take(event), restart=restart)

    def _corrects(self, event: ClockEvent) -> bool:
        version = self._calendars.get(event.details.get("calendar_version", 0))
        used = {told.change.calendar.calendar_id for told in self.told if told.change.calendar}
        return version is not None and version.calendar_id in used

    def _take(self, event: ClockEvent) -> Change:
        """Take over the terms of this fact; a correction leaves a calendar of another name alone."""
        before = self.target, self.cell, self.calendar
        details = event.details
        if "target" in details:
            self.target = timedelta(seconds=details["target"])
        self.cell = self._cells.get(details.get("cell", 0), self.cell)
        version = self._calendars.get(details.get("calendar_version", 0))
        if version and (FactKind(event.kind) is not FactKind.CALENDAR or _is_same(version, self.calendar)):
            self.calendar = version
        self.terms[self._cycle] = self.cell, self.calendar
        return Change(
            target_before=before[0],
            target=self.target,
            cell_before=before[1],
            cell=self.cell,
            calendar_before=before[2],
            calendar=version or self.calendar,
            rule=_rule(event),
        )

    def _tell(
        self, event: ClockEvent, at: datetime, change: Change | None = None, *, restart: bool = False
    ) -> None:
        told = Told(FactKind(event.kind), at, self._cycle, event.actor, change or Change(), restart)
        self.told.append(told)


def taken_back(event: ClockEvent) -> list[int]:
    """The keys of the facts that this one takes back."""
    return list(event.details.get("events", ())) if event.kind == FactKind.REVOKE else []


def _rule(event: ClockEvent) -> Rule:
    return Rule(event.details.get("rule", Rule.KEEP))


def _is_same(version: CalendarVersion, other: CalendarVersion | None) -> bool:
    return other is None or version.calendar_id == other.calendar_id
