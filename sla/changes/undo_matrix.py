"""A matrix taken back from a ticket."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicedesk.lib import bulk_rows
from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Message, Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from sla.changes.before_and_after import Case, Record
from sla.changes.new_terms import NewMatrix
from sla.changes.undo import Undo
from sla.clocks.many_tickets import ManyTickets
from sla.clocks.retargeting import calendar_version_for, target_details
from sla.clocks.stored_facts import written
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine.facts import LIVE, FactError, FactKind, Rule
from sla.engine.reactions import RESOLUTION
from sla.engine.selection import choose
from sla.models import Clock, ClockEvent, PolicyCell, PolicyVersion, TermsChangeItem, TicketTerms


@dataclass(frozen=True)
class _Class:
    """By what a row is chosen."""

    kind: str
    priority: int
    service_id: int | None

    @classmethod
    def of(cls, ticket: Ticket) -> _Class:
        return cls(ticket.kind, ticket.priority, ticket.service_id)

    def before(self, details: dict[str, Any]) -> _Class:
        """As it was before this line of history changed it."""
        was = {name: pair[0] for name, pair in details.items() if isinstance(pair, list) and pair}
        return _Class(
            was.get("kind", self.kind),
            was.get("priority", self.priority),
            was.get("service", self.service_id),
        )

    def row(self, rows: Sequence[PolicyCell]) -> PolicyCell | None:
        return choose(rows, kind=self.kind, priority=self.priority, service_id=self.service_id)


class UndoMatrix(Undo):
    """Needs the former matrices, who was answered when, and how tickets were classified since."""

    def __init__(
        self, version: PolicyVersion, many_tickets: ManyTickets, at: datetime, by: User | None
    ) -> None:
        super().__init__(many_tickets, at, by)
        self.version = version
        self._matrices: dict[int, NewMatrix] = {}
        self._said: dict[int, list[datetime]] = defaultdict(list)
        self._classified: dict[int, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)

    def prepare(self, cases: Sequence[Case], items: Sequence[TermsChangeItem]) -> None:
        self._read_former(items, [case.ticket_clocks for case in cases])
        naming = [
            event
            for case in cases
            for facts in case.ticket_clocks.events.values()
            for event in facts
            if event.details.get("cell")
        ]
        self.many_tickets.need_cells({event.details["cell"] for event in naming})
        tickets = [case.ticket.pk for case in cases]
        said = Message.objects.filter(
            ticket__in=bulk_rows.among(tickets), side=Message.Side.STAFF, visibility=Message.Visibility.PUBLIC
        )
        for ticket, moment in said.order_by("sent_at").values_list("ticket", "sent_at"):
            self._said[ticket].append(moment)
        lines = TicketEvent.objects.filter(ticket__in=bulk_rows.among(tickets), kind=EventKind.CLASSIFIED)
        for line in lines.order_by("-happened_at", "-pk"):
            self._classified[line.ticket_id].append((line.happened_at, line.details))

    def _read_former(self, items: Sequence[TermsChangeItem], all_clocks: Sequence[TicketClocks]) -> None:
        records = [record for item in items if "error" not in item.after for record in item.before.values()]
        self.many_tickets.versions.need({record["calendar_version"] for record in records})
        self.many_tickets.need_cells({key for record in records if (key := record.get("cell"))})
        self.many_tickets.need_policies({record["policy_version"] for record in records})
        former = {item.before["terms"]["policy_version"] for item in items if "terms" in item.before}
        self.many_tickets.need_policies(former)
        rows: dict[int, list[PolicyCell]] = defaultdict(list)
        for row in PolicyCell.objects.filter(version__in=former).order_by():
            row.version = self.many_tickets.policy(row.version_id)
            rows[row.version_id].append(row)
        for key in former:
            self.many_tickets.know(rows[key])
            version = self.many_tickets.policy(key)
            self._matrices[key] = NewMatrix(version, rows[key], set(), self.at, self.by, only_live=True)
            self._matrices[key].prepare(all_clocks)

    def put_back(self, ticket_clocks: TicketClocks, terms: TicketTerms, item: TermsChangeItem) -> None:
        matrix = self._matrices[item.before["terms"]["policy_version"]]
        for kind, clock in ticket_clocks.clocks.items():
            before, after = item.before.get(kind), item.after.get(kind)
            if before is None and after is not None:  # it began with the change: it was never there
                ticket_clocks.revoke(
                    clock, [event.pk for event in ticket_clocks.events[kind]], self.at, by=self.by
                )
            else:
                self._clock_back(ticket_clocks, clock, matrix, terms, item)
        if terms.policy_version_id == self.version.pk:  # else the contract has changed since
            matrix.apply(ticket_clocks, terms)

    def _clock_back(
        self,
        ticket_clocks: TicketClocks,
        clock: Clock,
        matrix: NewMatrix,
        terms: TicketTerms,
        item: TermsChangeItem,
    ) -> None:
        facts, told = ticket_clocks.events[clock.kind], set(item.events)
        revoked = [event for event in facts if event.pk in told]
        instead = {
            event.pk: read
            for event in facts
            if event.pk not in told
            and (read := self._read_as(event, clock, matrix, ticket_clocks.ticket, terms))
        }
        if revoked or instead:
            try:
                ticket_clocks.revoke(
                    clock, [event.pk for event in revoked], self.at, by=self.by, instead=instead
                )
            except FactError:
                return  # what came later rests on the change: the former row comes as a new one
        self._columns_back(ticket_clocks, clock, item)
        if any(event.kind == FactKind.CANCEL for event in revoked):
            self._catch_up(ticket_clocks, clock)

    def _columns_back(self, ticket_clocks: TicketClocks, clock: Clock, item: TermsChangeItem) -> None:
        """The row by which the facts that are left count now."""
        before, after = item.before.get(clock.kind), item.after.get(clock.kind)
        if clock.policy_version_id != self.version.pk:
            return
        if before and after and clock.cell_id == after["cell"]:
            clock.cell = self.many_tickets.cell(before["cell"])
            clock.policy_version = self.many_tickets.policy(before["policy_version"])
            if clock.calendar_version_id == after["calendar_version"]:
                clock.calendar_version = self.many_tickets.versions[before["calendar_version"]]
        elif named := [event for event in ticket_clocks.events[clock.kind] if event.details.get("cell")]:
            clock.cell = self.many_tickets.cell(named[-1].details["cell"])
            assert clock.cell is not None
            clock.policy_version = self.many_tickets.policy(clock.cell.version_id)
        ticket_clocks.refresh(clock.kind, self.at)

    def _read_as(
        self, event: ClockEvent, clock: Clock, matrix: NewMatrix, ticket: Ticket, terms: TicketTerms
    ) -> Record | None:
        """What a fact told since would have said of the former row; None: it stays as it is."""
        cell = self.many_tickets.cell(event.details.get("cell"))
        if cell is None or cell.version_id != self.version.pk:
            return None
        row = self._class_at(ticket, event.at).row(matrix.rows)
        if row is None or not row.has_target(clock.kind):
            return None
        version = calendar_version_for(row, terms.calendar_version, clock.calendar_version, event.at)
        is_anew = event.kind == FactKind.START or row.retarget == Rule.CHANGE
        told = target_details(row, clock.kind, version, event.at if is_anew else clock.started_at)
        read: Record = {"days": 0, "promise": None} | written(told)
        return read | {"rule": row.retarget} if event.kind == FactKind.RETARGET else read

    def _class_at(self, ticket: Ticket, at: datetime) -> _Class:
        """What the ticket was at this moment, told back from what it is."""
        found = _Class.of(ticket)
        for moment, details in self._classified[ticket.pk]:
            if moment > at:
                found = found.before(details)
        return found

    def _catch_up(self, ticket_clocks: TicketClocks, clock: Clock) -> None:
        """While it was ended it heard nothing: what would have stopped it stops it."""
        if clock.state not in LIVE:
            return
        moments = [moment for moment in self._said[ticket_clocks.ticket.pk] if moment > clock.started_at]
        stops = [] if clock.kind == RESOLUTION else moments[:1]
        if ticket_clocks.ticket.status == Status.RESOLVED and ticket_clocks.ticket.resolved_at:
            stops.append(ticket_clocks.ticket.resolved_at)
        if stops:
            ticket_clocks.add(
                clock, FactKind.STOP, max(min(stops), ticket_clocks.last_at(clock.kind)), by=self.by
            )
