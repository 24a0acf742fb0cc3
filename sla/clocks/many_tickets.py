"""The clocks of many tickets, read and written together: as many statements for one as for hundreds.

Whoever writes holds the locks on the tickets' rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db.models import Model, Q

from servicedesk.lib import bulk_rows
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from sla.clocks import cached_columns, compliance, former_cycles
from sla.clocks.ticket_clocks import TicketClocks, Versions, names_calendar
from sla.engine.facts import LIVE, STOPPED
from sla.engine.reactions import RESOLUTION
from sla.models import Clock, ClockEvent, PolicyCell, PolicyVersion

# What a sweep has said is carried over to new terms too, if they changed nothing.
_COLUMNS = (*cached_columns.COLUMNS, "risk_announced_for", "escalated_for")
_READ = ("ticket", "kind", *_COLUMNS)
_TOLD = ("clock", "kind", "at", "reason", "details")
_DEADLINE = ("due_at", "due_kind", "is_overdue")
GOING_ON = Q(state__in=LIVE) | Q(kind=RESOLUTION, state__in=STOPPED)  # as `goes_on`, of open tickets

M = TypeVar("M", bound=Model)


def goes_on(clock: Clock, ticket: Ticket) -> bool:
    """It runs or is paused; or it stopped with the solution, and goes on if that is refused."""
    if clock.state in LIVE:
        return True
    is_over = ticket.status in Status.finished()
    return clock.kind == RESOLUTION and clock.state in STOPPED and not is_over


class ManyTickets:
    """Remembers versions and rows of matrices from one `load` to the next; `write` is of the last one."""

    def __init__(self) -> None:
        self.versions = Versions()
        self._cells: dict[int, PolicyCell] = {}
        self._policies: dict[int, PolicyVersion] = {}
        self._tickets: dict[int, dict[str, Any]] = {}  # as they were read
        self._stored: dict[int, dict[str, Any]] = {}  # the clocks
        self._missed: set[int] = set()  # tickets with a breached target that was not read

    def load(self, tickets: Sequence[Ticket], only: Q | None = None) -> list[TicketClocks]:
        """Read the clocks of these tickets, all or `only` some, with their facts.

        Two statements, one more if not all, and one for each sort of thing not met before.
        """
        self._tickets = {ticket.pk: dict(ticket.__dict__) for ticket in tickets}
        self._stored, self._missed = {}, set()
        found = Clock.objects.filter(ticket__in=bulk_rows.among(ticket.pk for ticket in tickets))
        if only is not None:
            missed = found.exclude(only).filter(compliance.clock_is_broken())
            self._missed = set(missed.values_list("ticket", flat=True))
            found = found.filter(only)
        clocks: dict[int, list[Clock]] = defaultdict(list)
        for clock in bulk_rows.fetch(found.order_by("kind"), _READ):
            clocks[clock.ticket_id].append(clock)
        events = self._events([clock for of_one in clocks.values() for clock in of_one])
        return [
            TicketClocks(
                ticket,
                clocks[ticket.pk],
                {clock.kind: events[clock.pk] for clock in clocks[ticket.pk]},
                self.versions,
            )
            for ticket in tickets
        ]

    def _events(self, clocks: list[Clock]) -> dict[int, list[ClockEvent]]:
        """Their facts by clock; and what the clocks point to is put in its place."""
        found = ClockEvent.objects.filter(clock__in=bulk_rows.among(clock.pk for clock in clocks)).order_by(
            "at", "pk"
        )
        events: dict[int, list[ClockEvent]] = defaultdict(list)
        named = {clock.calendar_version_id for clock in clocks}
        for event in bulk_rows.fetch(found, _TOLD):
            events[event.clock_id].append(event)
            if names_calendar(event):
                named.add(event.details["calendar_version"])
        self.versions.need(named)
        self.need_cells({clock.cell_id for clock in clocks if clock.cell_id})
        self.need_policies({clock.policy_version_id for clock in clocks})
        for clock in clocks:
            clock.read_with, clock.read_cycle = clock.policy_version_id, clock.cycle
            self._stored[clock.pk] = dict(clock.__dict__)
            clock._state.fields_cache = {
                "calendar_version": self.versions[clock.calendar_version_id],
                "policy_version": self._policies[clock.policy_version_id],
                "cell": self.cell(clock.cell_id),
            }
        return events

    def cell(self, key: int | None) -> PolicyCell | None:
        """A row that was needed before; None has none."""
        return self._cells[key] if key else None

    def policy(self, key: int) -> PolicyVersion:
        return self._policies[key]

    def need_cells(self, keys: set[int]) -> None:
        """Read those not known yet: one statement, or none."""
        if missing := keys - self._cells.keys():
            self._cells |= PolicyCell.objects.in_bulk(missing)

    def know(self, rows: Sequence[PolicyCell]) -> None:
        """These need not be read."""
        self._cells |= {row.pk: row for row in rows}

    def need_policies(self, keys: set[int]) -> None:
        """Read those not known yet: one statement, or none."""
        if missing := keys - self._policies.keys():
            self._policies |= PolicyVersion.objects.in_bulk(missing)

    def write(self, all_clocks: Sequence[TicketClocks]) -> None:
        """Store new facts, the clocks they changed, and the next deadline of their tickets."""
        bulk_rows.insert([clock for ticket_clocks in all_clocks for clock in ticket_clocks.opened])
        added = [event for ticket_clocks in all_clocks for event in ticket_clocks.added]
        for event in added:
            event.clock_id = event.clock.pk
        bulk_rows.insert(added)
        known = [
            clock
            for ticket_clocks in all_clocks
            for clock in ticket_clocks.clocks.values()
            if clock.pk in self._stored
        ]
        bulk_rows.update(*_changed(known, self._stored, _COLUMNS))
        former_cycles.store(
            [clock for ticket_clocks in all_clocks for clock in ticket_clocks.clocks.values()], added
        )
        tickets = [ticket_clocks.ticket for ticket_clocks in all_clocks]
        stored = {ticket.pk: dict(ticket.__dict__) for ticket in tickets} | self._tickets
        for ticket_clocks in all_clocks:
            cached_columns.set_deadline(ticket_clocks.ticket, ticket_clocks.clocks.values())
            ticket_clocks.ticket.is_overdue |= ticket_clocks.ticket.pk in self._missed
            ticket_clocks.added, ticket_clocks.opened = [], []
        bulk_rows.update(*_changed(tickets, stored, _DEADLINE))


def _changed(
    found: Sequence[M], stored: Mapping[int, Mapping[str, Any]], names: tuple[str, ...]
) -> tuple[list[M], list[str]]:
    """Those that differ from what is stored, and the fields in which any of them does."""
    changed, fields = [], set()
    for one in found:
        now, was = one.__dict__, stored[one.pk]
        if differing := [name for name, key in _keys(type(one), names) if now[key] != was[key]]:
            changed.append(one)
            fields.update(differing)
    return changed, sorted(fields)


@cache
def _keys(model: type[Model], names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Fields and where an object keeps them."""
    return [(name, model._meta.get_field(name).attname) for name in names]  # type: ignore[union-attr]
