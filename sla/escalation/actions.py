"""What follows when clocks have reached levels: rows, people to tell, another priority or group.

Called by the sweep for a batch, under the locks of its tickets. A level changes a ticket once, whatever
terms follow: a priority that it raised brings a new deadline, under which it would be reached again and
again. For the same reason a level that changed the terms has spoken under the new ones too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from servicedesk.people import still_active
from servicedesk.people.models import Group
from servicedesk.tickets import classification, events
from servicedesk.tickets.models import EventKind, Priority, Ticket
from sla.engine.worktime import NoWorkingTime
from sla.escalation.reached_levels import Passed, Reached
from sla.escalation.recipients import People, Told
from sla.models import Clock, Escalation, EscalationNotice

# A level reached at the very closing time is one of working time.
JUST_CLOSED = timedelta(minutes=15)


@dataclass
class Firing:
    """All that one clock's levels do now."""

    reached: Reached
    told: Told
    changes: dict[str, list[int | None]] = field(default_factory=dict)  # priority, group → [old, new]
    empty_groups: tuple[int, ...] = ()  # where it was to go, but nobody works there

    @property
    def ticket(self) -> Ticket:
        return self.reached.ticket

    @property
    def clock(self) -> Clock:
        return self.reached.clock


def prepare(all_reached: Sequence[Reached]) -> list[Firing]:
    """Decide who is told and what changes; reads the people, and what the levels did before."""
    levels = [passed.level for each in all_reached for passed in each.levels]
    if not levels:
        return []
    people = People({each.ticket.pk: each.ticket for each in all_reached}.values(), levels)
    deeds = _Deeds(all_reached)
    firings = []
    for each in all_reached:
        changes = deeds.of(each)
        group = changes["group"][1] if "group" in changes else each.ticket.group_id
        told = people.told([passed.level for passed in each.telling], each.ticket, group)
        nobody = deeds.empty_groups(each)
        if nobody and not told.people:
            told = people.instead(each.ticket.group_id)
        firings.append(Firing(each, told, changes, nobody))
    return firings


def write(firings: Sequence[Firing], at: datetime) -> None:
    """Store the escalations and whom they tell when: two statements."""
    rows: list[Escalation] = []
    notices: list[EscalationNotice] = []
    for firing in firings:
        mine = [_row(firing, passed, at) for passed in firing.reached.levels]
        rows += mine
        if firing.told.people:
            not_before = _not_before(firing.reached, at)
            notices += [
                EscalationNotice(escalation=mine[-1], user_id=user, not_before=not_before)
                for user in firing.told.people
            ]
    Escalation.objects.bulk_create(rows)
    for notice in notices:
        notice.escalation_id = notice.escalation.pk
    EscalationNotice.objects.bulk_create(notices)


def carry_out(firings: Sequence[Firing], at: datetime) -> None:
    """Write the history, then change the tickets: their clocks learn of it by the seam."""
    acting = []
    for firing in firings:
        events.record(firing.ticket, EventKind.SLA_ESCALATED, by=None, at=at, **_details(firing))
        if firing.changes:
            acting.append(firing)
    groups = Group.objects.in_bulk([pair[1] for each in acting if (pair := each.changes.get("group"))])
    for firing in acting:
        values: dict[str, Any] = {name: new for name, (_old, new) in firing.changes.items()}
        if "group" in values:
            values["group"] = groups[values["group"]]
        classification.reclassify(firing.ticket, by=None, at=at, **values)
    if acting:
        _carry_over(firings, at)


class _Deeds:
    """What levels do to tickets, each level once for a ticket."""

    def __init__(self, all_reached: Sequence[Reached]) -> None:
        acting = {
            passed.level
            for each in all_reached
            for passed in each.levels
            if passed.level.raise_priority or passed.level.reassign_to
        }
        self._done: set[tuple[int, str]] = set()
        self._priorities: dict[int, int] = {}
        self._groups: dict[int, int | None] = {}
        self._known_groups: set[int] = set()
        if acting:
            keys = {level.key for level in acting}
            tickets = {each.ticket.pk for each in all_reached}
            before = Escalation.objects.filter(clock__ticket__in=tickets, level__in=keys)
            rows = before.values_list("clock__ticket", "level", "actions").order_by()
            self._done = {(pk, key) for pk, key, actions in rows if actions.get("did")}
        if wanted := {level.reassign_to for level in acting if level.reassign_to}:
            self._known_groups = still_active.has_anybody(wanted)

    def of(self, reached: Reached) -> dict[str, list[int | None]]:
        """Priority and group as [old, new]; nothing for what stays."""
        ticket = reached.ticket
        old = self._now(ticket)
        for passed in reached.levels:
            level, mark = passed.level, (ticket.pk, passed.level.key)
            if mark in self._done:
                continue
            if level.raise_priority or level.reassign_to:
                self._done.add(mark)
            if level.raise_priority:
                self._priorities[ticket.pk] = max(Priority.P1, self._now(ticket)[0] - 1)
            if level.reassign_to in self._known_groups:
                self._groups[ticket.pk] = level.reassign_to
        pairs = zip(("priority", "group"), old, self._now(ticket), strict=True)
        return {name: [before, after] for name, before, after in pairs if before != after}

    def empty_groups(self, reached: Reached) -> tuple[int, ...]:
        """Groups to which the ticket should pass now, in which nobody is active: it stays where it is."""
        wanted = {passed.level.reassign_to for passed in reached.levels if passed.level.reassign_to}
        return tuple(sorted(wanted - self._known_groups))

    def _now(self, ticket: Ticket) -> tuple[int, int | None]:
        return (
            self._priorities.get(ticket.pk, ticket.priority),
            self._groups.get(ticket.pk, ticket.group_id),
        )


def _row(firing: Firing, passed: Passed, at: datetime) -> Escalation:
    actions: dict[str, Any] = {}
    if passed in firing.reached.telling:
        actions = {"told": list(firing.told.people), "instead": firing.told.instead, **firing.changes}
    else:
        actions["passed_over"] = True
    if passed.level.raise_priority or passed.level.reassign_to:
        actions["did"] = True
    return Escalation(
        clock=firing.clock,
        level=passed.level.key,
        threshold=passed.level.threshold,
        terms_number=firing.clock.terms_number,
        reached_at=passed.at,
        escalated_at=at,
        actions={name: value for name, value in actions.items() if value},
    )


def _not_before(reached: Reached, at: datetime) -> datetime:
    """At once in working hours or if the level says so, else at the next opening of the calendar."""
    if any(passed.level.off_hours for passed in reached.telling):
        return at
    if at - max(passed.at for passed in reached.telling) <= JUST_CLOSED:
        return at
    try:
        return reached.calendar.add(at, timedelta(0))
    except NoWorkingTime:
        return at


def _details(firing: Firing) -> dict[str, Any]:
    """JSON for the history. Changes have other names than in a classification, which clocks obey."""
    reached, due_at = firing.reached, firing.clock.due_at
    speaking = reached.telling or reached.passed_over
    priority, group = firing.changes.get("priority"), firing.changes.get("group")
    details = {
        "told": list(firing.told.people),
        "instead": firing.told.instead,
        "passed_over": [passed.level.threshold for passed in reached.passed_over],
        "raised_to": priority[1] if priority else None,
        "group": group[1] if group else None,
        "empty_groups": list(firing.empty_groups),
        "due_at": due_at.isoformat() if due_at else None,
    }
    return {
        "clock": firing.clock.kind,
        "threshold": speaking[-1].level.threshold,
        "reached_at": speaking[-1].at.isoformat(),
        **{name: value for name, value in details.items() if value},
    }


def _carry_over(firings: Sequence[Firing], at: datetime) -> None:
    """Under terms that our own change brought, these levels have been reached and told."""
    fired = {firing.clock.pk: firing for firing in firings if firing.reached.telling}
    rows = []
    for pk, number in Clock.objects.filter(pk__in=fired).values_list("pk", "terms_number"):
        row = _row(fired[pk], fired[pk].reached.telling[-1], at)
        if row.terms_number != number:
            row.terms_number, row.actions = number, {"carried_over": True}
            rows.append(row)
    Escalation.objects.bulk_create(rows, ignore_conflicts=True)
