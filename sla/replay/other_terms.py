"""What would have been agreed about each past ticket: its row of a matrix, calendar and targets.

A ticket keeps its own terms where no others are tried. A row that names a calendar of its own keeps it,
unless another version of that very calendar is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import Q

from sla.engine.facts import Rule
from sla.engine.selection import choose
from sla.engine.worktime import NoWorkingTime, WorkTime, micros, moment
from sla.models import CalendarVersion, PolicyCell
from sla.replay.new_targets import NewTarget, Tried
from sla.replay.past_tickets import KINDS, PROMISES, Ints, Past
from sla.replay.timeline import Flags, pause_mask

_NONE = -1


@dataclass(frozen=True)
class TriedCalendar:
    """Hours that may not be published yet; `calendar` is the key of the calendar they belong to."""

    calendar: int
    worktime: WorkTime


@dataclass(frozen=True)
class OtherTerms:
    """What to try. `rows` None: each ticket's own policy; `calendar` None: its own calendar."""

    rows: Sequence[PolicyCell] | None = None
    calendar: TriedCalendar | None = None
    targets: Sequence[NewTarget] = ()


@dataclass(frozen=True, eq=False)
class Agreed:
    """All but `worktimes` by ticket; targets in microseconds, -1 where nothing is promised.

    `calendars` are places in `worktimes`, -1 where there is none. Targets in days are those of a clock that
    starts with the ticket; one that starts later asks `targets_from`.
    """

    pauses: Ints
    anew: Flags
    calendars: Ints
    targets: Mapping[str, Ints]
    worktimes: Sequence[WorkTime]
    dated: Mapping[str, Sequence[Tried | None]] = field(default_factory=dict)
    """Promise → by ticket, what is settled from the start of a clock (R8); only promises that need it."""

    def targets_from(self, promise: str, tickets: Ints, begun: Ints) -> Ints:
        """The targets of clocks of these tickets that begin at these moments."""
        targets: Ints = self.targets[promise][tickets]
        if promise not in self.dated:
            return targets
        return _settled(self.dated[promise], self.calendars, self.worktimes, tickets, begun, targets)


@dataclass
class _Calendars:
    """Compiled calendars by place, and the versions of each calendar in the order of their dates."""

    worktimes: list[WorkTime] = field(default_factory=list)
    place: dict[int, int] = field(default_factory=dict)  # version → place
    owner: dict[int, int] = field(default_factory=dict)  # version → calendar
    versions: dict[int, list[CalendarVersion]] = field(default_factory=dict)

    def valid(self, calendar: int, at: Ints) -> Ints:
        """The place of the version valid at each moment, of the first one before it."""
        versions = self.versions.get(calendar, [])
        if not versions:
            return np.full(len(at), _NONE, dtype=np.int64)
        starts = np.array([micros(version.effective_from) for version in versions])
        places = np.array([self.place[version.pk] for version in versions])
        found: Ints = places[np.maximum(np.searchsorted(starts, at, side="right") - 1, 0)]
        return found


def agree(past: Past, other: OtherTerms) -> Agreed:
    """Find the terms of all tickets: two statements, whatever their number."""
    rows, number = _rows(past, other)
    calendars = _read_calendars(past, rows)
    places = _places(past, rows, number, calendars, other.calendar)
    pauses = np.array([pause_mask(row.pause_in) for row in rows] + [_NONE])
    anew = np.array([row.reopen == Rule.CYCLE for row in rows] + [False])
    targets, dated = _targets(past, rows, number, places, other.targets)
    everybody = np.arange(len(past))
    for promise, tried in dated.items():
        first = _settled(tried, places, calendars.worktimes, everybody, past.opened, targets[promise])
        targets[promise] = first
    return Agreed(
        pauses=pauses[number],
        anew=anew[number],
        calendars=places,
        targets=targets,
        worktimes=calendars.worktimes,
        dated=dated,
    )


def _rows(past: Past, other: OtherTerms) -> tuple[list[PolicyCell], Ints]:
    """The rows that may hold, and for each ticket the place of the one that does (R9)."""
    if other.rows is None:
        wanted = set(past.policy_versions.tolist()) - {_NONE}
        rows = list(PolicyCell.objects.filter(version__in=wanted).order_by())
        versions = past.policy_versions
    else:
        rows, versions = list(other.rows), np.zeros_like(past.keys)
    matrix: dict[int, list[PolicyCell]] = {}
    for row in rows:
        matrix.setdefault(0 if other.rows is not None else row.version_id, []).append(row)
    facts = np.stack((versions, past.kinds, past.priorities, past.services), axis=1)
    distinct, which = np.unique(facts, axis=0, return_inverse=True)
    place = {id(row): number for number, row in enumerate(rows)}
    found = []
    for version, kind, priority, service in distinct.tolist():
        best = choose(
            matrix.get(version, ()),
            kind=KINDS[kind].value,
            priority=priority,
            service_id=None if service == _NONE else service,
        )
        found.append(place[id(best)] if best else _NONE)
    return rows, np.array(found, dtype=np.int64)[which.reshape(-1)]


def _read_calendars(past: Past, rows: Iterable[PolicyCell]) -> _Calendars:
    """The tickets' own versions, and all versions of the calendars that rows name."""
    own = set(past.calendar_versions.tolist()) - {_NONE}
    named = {row.calendar_id for row in rows} - {None}
    known = _Calendars()
    found = CalendarVersion.objects.filter(Q(pk__in=own) | Q(calendar__in=named))
    for version in found.order_by("effective_from", "number"):
        known.place[version.pk] = len(known.worktimes)
        known.owner[version.pk] = version.calendar_id
        known.versions.setdefault(version.calendar_id, []).append(version)
        known.worktimes.append(version.worktime())
    return known


def _places(
    past: Past, rows: Sequence[PolicyCell], number: Ints, known: _Calendars, tried: TriedCalendar | None
) -> Ints:
    """The calendar of each ticket: of its row if that names another one, else its own or the tried one."""
    if tried:
        places, owners = np.full(len(past), len(known.worktimes)), np.full(len(past), tried.calendar)
        known.worktimes.append(tried.worktime)
    else:
        versions, which = np.unique(past.calendar_versions, return_inverse=True)
        own = np.array([known.place.get(version, _NONE) for version in versions.tolist()], dtype=np.int64)
        theirs = np.array([known.owner.get(version, _NONE) for version in versions.tolist()], dtype=np.int64)
        places, owners = own[which.reshape(-1)], theirs[which.reshape(-1)]
    for place, row in enumerate(rows):
        if row.calendar_id is not None:
            elsewhere = np.flatnonzero((number == place) & (owners != row.calendar_id))
            places[elsewhere] = known.valid(row.calendar_id, past.opened[elsewhere])
    return places


def _targets(
    past: Past, rows: Sequence[PolicyCell], number: Ints, places: Ints, new: Sequence[NewTarget]
) -> tuple[dict[str, Ints], dict[str, list[Tried | None]]]:
    """What each row promises (R8), changed as is to be tried; and apart, what is promised in days."""
    facts = np.stack((number, places, past.kinds, past.priorities), axis=1)
    distinct, which = np.unique(facts, axis=0, return_inverse=True)
    which = which.reshape(-1)
    targets, dated = {}, {}
    for promise in PROMISES:
        tried = [_tried(promise, rows, new, *fact) for fact in distinct.tolist()]
        targets[promise.value] = np.array([_plain(one) for one in tried], dtype=np.int64)[which]
        in_days = [one if one and one.duration.needs_start else None for one in tried]
        if any(in_days):
            dated[promise.value] = [in_days[place] for place in which.tolist()]
    return targets, dated


def _tried(
    promise: str, rows: Sequence[PolicyCell], new: Sequence[NewTarget],
    number: int, place: int, kind: int, priority: int,
) -> Tried | None:  # fmt: skip
    if _NONE in (number, place):
        return None
    promised = rows[number].target_of(promise)
    target = Tried(promised) if promised else None
    for change in new:
        if change.concerns(promise, KINDS[kind].value, priority):
            target = change.apply(target)
    return target


def _plain(tried: Tried | None) -> int:
    """Microseconds; of days only the hours besides, until they are settled."""
    if tried is None:
        return _NONE
    time = tried.duration.rest
    for share in tried.shares:
        time = time * share / 100
    return round(time.total_seconds() * 1_000_000)


def _settled(
    tried: Sequence[Tried | None], places: Ints, worktimes: Sequence[WorkTime],
    tickets: Ints, begun: Ints, targets: Ints,
) -> Ints:  # fmt: skip
    """The targets, with those in days settled from where their clocks begin."""
    found = targets.copy()
    for row, (ticket, at) in enumerate(zip(tickets.tolist(), begun.tolist(), strict=True)):
        if one := tried[ticket]:
            try:
                time = one.working_time(worktimes[places[ticket]], moment(at))
            except NoWorkingTime:
                found[row] = _NONE
            else:
                found[row] = round(time.total_seconds() * 1_000_000)
    return found
