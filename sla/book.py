"""The clocks of one ticket opened for writing: facts are added, then all that follows is stored.

Facts are only ever added; the columns of `Clock` and the deadline on the ticket are reckoned from them.
Whoever writes here holds the lock on the ticket's row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from sla import caches
from sla.facts import Fact, FactKind, Reckoning, Rule, State
from sla.models import CalendarVersion, Clock, ClockEvent
from sla.reckoning import reckon

UNSAVED = 2**62  # such facts were told after all that have a key


class Book:
    """The clocks of a ticket; `load` reads them, a new ticket begins with an empty book."""

    def __init__(self, ticket: Ticket, clocks: Iterable[Clock] = ()) -> None:
        self.ticket = ticket
        self.clocks = {clock.kind: clock for clock in clocks}
        self.events = {clock.kind: list(clock.events.all()) for clock in self.clocks.values()}
        self._versions = {clock.calendar_version_id: clock.calendar_version for clock in self.clocks.values()}
        self._added: list[ClockEvent] = []
        self._opened: list[Clock] = []

    @classmethod
    def load(cls, ticket: Ticket) -> Book:
        """Read all clocks of the ticket with their facts: two statements."""
        found = Clock.objects.filter(ticket=ticket).select_related("cell", "calendar_version")
        return cls(ticket, found.prefetch_related("events"))

    def open(self, clock: Clock) -> None:
        """Take in a new clock, not saved yet; a start must follow."""
        self.clocks[clock.kind] = clock
        self.events[clock.kind] = []
        self._versions[clock.calendar_version_id] = clock.calendar_version
        self._opened.append(clock)

    def state(self, kind: str) -> State:
        clock = self.clocks.get(kind)
        return State(clock.state) if clock else State.NONE

    def first_at(self, kind: str) -> datetime:
        return min(event.at for event in self.events[kind])

    def last_at(self, kind: str) -> datetime:
        return max(event.at for event in self.events[kind])

    def add(
        self, clock: Clock, kind: FactKind, at: datetime, *, by: User | None = None, **details: Any
    ) -> None:
        """Add a fact; `details` are keywords of `Fact`, calendars as `calendar_version`."""
        reason = details.pop("reason", "")
        event = ClockEvent(kind=kind.value, at=at, reason=reason, actor=by, details=_written(details))
        self.events[clock.kind].append(event)
        self._added.append(event)
        event.clock = clock
        caches.refresh(clock, self.reckon(clock.kind))

    def reckon(self, kind: str, at: datetime | None = None) -> Reckoning:
        """What the facts of this clock amount to."""
        events = self.events[kind]
        named = {event.details.get("calendar_version") for event in events} - {None}
        if missing := named - self._versions.keys():
            self._versions |= CalendarVersion.objects.in_bulk(missing)
        return reckon([self._fact(event, place) for place, event in enumerate(events)], at)

    def write(self) -> None:
        """Store new facts, the clocks they changed, and the ticket's next deadline."""
        if not self._added:
            return
        changed = list({event.clock.kind: event.clock for event in self._added}.values())
        Clock.objects.bulk_create(self._opened)
        for event in self._added:
            event.clock_id = event.clock.pk
        ClockEvent.objects.bulk_create(self._added)
        for clock in changed:
            if not any(clock is opened for opened in self._opened):
                clock.save(update_fields=caches.COLUMNS)
        self._added, self._opened = [], []
        caches.refresh_ticket(self.ticket, self.clocks.values())

    def _fact(self, event: ClockEvent, place: int) -> Fact:
        details = event.details
        version = self._versions.get(details.get("calendar_version", 0))
        return Fact(
            at=event.at,
            kind=FactKind(event.kind),
            seq=event.pk or UNSAVED + place,
            reason=event.reason,
            target=timedelta(seconds=details["target"]) if "target" in details else None,
            calendar=version.worktime() if version else None,
            calendar_key=version.calendar_id if version else None,
            rule=Rule(details.get("rule", Rule.KEEP)),
            restart=details.get("restart", False),
        )


def _written(details: dict[str, Any]) -> dict[str, Any]:
    """As JSON: durations in seconds, rows as their keys."""
    return {
        name: value.total_seconds() if isinstance(value, timedelta) else getattr(value, "pk", value)
        for name, value in details.items()
    }
