"""A calendar version taken back from a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q

from servicedesk.people.models import User
from sla.changes.before_and_after import Case, Record
from sla.changes.undo import Undo
from sla.clocks.many_tickets import GOING_ON, ManyTickets
from sla.clocks.ticket_clocks import TicketClocks, names_calendar
from sla.engine.facts import FactKind
from sla.models import CalendarVersion, ClockEvent, TermsChangeItem, TicketTerms


class UndoCalendar(Undo):
    def __init__(
        self,
        version: CalendarVersion,
        many_tickets: ManyTickets,
        at: datetime,
        by: User | None,
        *,
        since: datetime,
    ) -> None:
        super().__init__(many_tickets, at, by)
        self.version = version
        self.clocks = GOING_ON | Q(stopped_at__gte=since)  # what stopped before was told nothing

    def prepare(self, cases: Sequence[Case], items: Sequence[TermsChangeItem]) -> None:
        records = [record for item in items for record in item.before.values()]
        self.many_tickets.versions.need({record["calendar_version"] for record in records})
        naming = [
            event
            for case in cases
            for kind in case.ticket_clocks.clocks
            for event in self._naming(case.ticket_clocks, kind)
        ]
        self.many_tickets.need_cells({key for event in naming if (key := event.details.get("cell"))})

    def put_back(self, ticket_clocks: TicketClocks, terms: TicketTerms, item: TermsChangeItem) -> None:
        for kind, clock in ticket_clocks.clocks.items():
            revoked = [event.pk for event in ticket_clocks.events[kind] if event.pk in item.events]
            instead = {
                event.pk: self._read_as(event, kind, former)
                for event in self._naming(ticket_clocks, kind)
                if event.pk not in revoked and (former := self._former(event, kind, item))
            }
            if revoked or instead:
                ticket_clocks.revoke(clock, revoked, self.at, by=self.by, instead=instead)
                if clock.calendar_version_id == self.version.pk:
                    clock.calendar_version = self._in_force(ticket_clocks, kind)
        if terms.calendar_version_id == self.version.pk:
            terms.calendar_version = self.many_tickets.versions[item.before["terms"]["calendar_version"]]

    def _naming(self, ticket_clocks: TicketClocks, kind: str) -> Iterator[ClockEvent]:
        for event in ticket_clocks.events[kind]:
            if event.details.get("calendar_version") == self.version.pk:
                yield event

    def _former(self, event: ClockEvent, kind: str, item: TermsChangeItem) -> CalendarVersion | None:
        """By which version this would have been told without the change; None: by the same."""
        cell = self.many_tickets.cell(event.details.get("cell"))
        agreed = self.many_tickets.versions[item.before["terms"]["calendar_version"]]
        is_ours = agreed.calendar_id == self.version.calendar_id
        if is_ours and (cell is None or cell.calendar_id in {None, agreed.calendar_id}):
            return self._unless_new(agreed)
        if kind not in item.before:
            return None
        used = self.many_tickets.versions[item.before[kind]["calendar_version"]]
        return self._unless_new(used) if used.calendar_id == self.version.calendar_id else None

    def _unless_new(self, version: CalendarVersion) -> CalendarVersion | None:
        return None if version.pk == self.version.pk else version

    def _read_as(self, event: ClockEvent, kind: str, former: CalendarVersion) -> Record:
        details: Record = {"calendar_version": former.pk}
        cell = self.many_tickets.cell(event.details.get("cell"))
        if "target" in event.details and cell and cell.has_target(kind):
            day = self.many_tickets.versions.hours(former.pk).day_length()
            target = None if event.details.get("promise") else cell.usual(kind, day)
            details["target"] = target.total_seconds() if target else event.details["target"]
        return details

    def _in_force(self, ticket_clocks: TicketClocks, kind: str) -> CalendarVersion:
        """The version by which the facts that are left count now."""
        now = self.version
        for event in ticket_clocks.events[kind]:
            if names_calendar(event):
                told = self.many_tickets.versions[event.details["calendar_version"]]
                if event.kind != FactKind.CALENDAR or told.calendar_id == now.calendar_id:
                    now = told
        return now
