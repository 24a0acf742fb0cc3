"""The clocks of one ticket opened for writing: facts are added, then all that follows is stored.

Facts are only ever added; the columns of `Clock` and the deadline on the ticket are reckoned from them.
Whoever writes here holds the lock on the ticket's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from sla.clocks import cached_columns, former_cycles
from sla.clocks.stored_facts import counting, fact, written
from sla.engine.evaluation import evaluate
from sla.engine.facts import Evaluation, Fact, FactError, FactKind, State
from sla.engine.worktime import WorkTime
from sla.models import CalendarVersion, Clock, ClockEvent
from sla.versions import published

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Versions:
    """Calendar versions by their keys, read once however many tickets ask."""

    def __init__(self, known: Iterable[CalendarVersion] = ()) -> None:
        self._known = {version.pk: version for version in known}
        self._hours: dict[int, WorkTime] = {}

    def __getitem__(self, key: int) -> CalendarVersion:
        return self._known[key]

    def learn(self, *versions: CalendarVersion) -> None:
        self._known |= {version.pk: version for version in versions}

    def need(self, keys: set[int]) -> None:
        """Read those not known yet: one statement, or none."""
        if missing := keys - self._known.keys():
            self._known |= CalendarVersion.objects.in_bulk(missing)

    def hours(self, key: int) -> WorkTime:
        if key not in self._hours:
            self._hours[key] = self._known[key].worktime()
        return self._hours[key]

    def kept(self, key: int) -> tuple[WorkTime, int]:
        """The hours of a version, and the calendar it is of."""
        return self.hours(key), self._known[key].calendar_id


class TicketClocks:
    """The clocks of a ticket; `load` reads them, a new ticket begins with none.

    `events` are the facts that count, by kind of clock: those taken back are left out. `added` and
    `opened` are not stored yet.
    """

    def __init__(
        self,
        ticket: Ticket,
        clocks: Iterable[Clock] = (),
        events: Mapping[str, list[ClockEvent]] | None = None,
        versions: Versions | None = None,
    ) -> None:
        self.ticket = ticket
        self.clocks = {clock.kind: clock for clock in clocks}
        if events is None:
            events = {clock.kind: list(clock.events.all()) for clock in self.clocks.values()}
        self.events = {kind: counting(events[kind]) for kind in self.clocks}
        self.versions = versions or Versions(clock.calendar_version for clock in self.clocks.values())
        self.added: list[ClockEvent] = []
        self.opened: list[Clock] = []

    @classmethod
    def load(cls, ticket: Ticket) -> TicketClocks:
        """Read all clocks of the ticket with their facts: two statements."""
        found = Clock.objects.filter(ticket=ticket).prefetch_related("events")
        return cls(ticket, published.of_clocks(found))

    def open(self, clock: Clock) -> None:
        """Take in a new clock, not saved yet; a start must follow."""
        self.clocks[clock.kind] = clock
        self.events[clock.kind] = []
        self.versions.learn(clock.calendar_version)
        self.opened.append(clock)

    def state(self, kind: str) -> State:
        clock = self.clocks.get(kind)
        return State(clock.state) if clock else State.NONE

    def has(self, kind: str) -> bool:
        """Is there such a clock? One whose very start was taken back is there no more."""
        return bool(self.events.get(kind))

    def first_at(self, kind: str) -> datetime:
        return min((event.at for event in self.events[kind]), default=LAST)

    def last_at(self, kind: str) -> datetime:
        return max((event.at for event in self.events[kind]), default=FIRST)

    def add(
        self, clock: Clock, kind: FactKind, at: datetime, *, by: User | None = None, **details: Any
    ) -> None:
        """Add a fact; `details` are keywords of `Fact`, calendars as `calendar_version`."""
        reason = details.pop("reason", "")
        actor = by.pk if by else None
        event = ClockEvent(kind=kind.value, at=at, reason=reason, actor_id=actor, details=written(details))
        event.clock = clock
        self.events[clock.kind].append(event)
        self.added.append(event)
        cached_columns.refresh(clock, self.evaluate(clock.kind))

    def refresh(self, kind: str, at: datetime) -> None:
        """Reckon the columns anew as things stand at `at`, though no fact was added."""
        cached_columns.refresh(self.clocks[kind], self.evaluate(kind, at))

    def revoke(
        self, clock: Clock, keys: list[int], at: datetime, *, by: User | None = None,
        instead: Mapping[int, Mapping[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        """Take facts back as if they had never been told; `instead` corrects details of others.

        Raises:
            FactError: what was told since does not fit without them; nothing has changed.
        """
        details = {"events": keys, "instead": {str(key): dict(new) for key, new in (instead or {}).items()}}
        event = ClockEvent(kind=FactKind.REVOKE.value, at=at, actor=by, details=details, clock=clock)
        before = self.events[clock.kind]
        self.events[clock.kind] = counting([*before, event])
        try:
            # Up to now: what ran out while the facts were believed has run out.
            cached_columns.refresh(clock, self.evaluate(clock.kind, at))
        except FactError:
            self.events[clock.kind] = before
            raise
        self.added.append(event)

    def evaluate(self, kind: str, at: datetime | None = None) -> Evaluation:
        """What the facts of this clock amount to."""
        events = self.events[kind]
        try:
            facts = self._facts(events)
        except KeyError:  # a version that no clock has now
            self.versions.need(
                {event.details["calendar_version"] for event in events if names_calendar(event)}
            )
            facts = self._facts(events)
        return evaluate(facts, at)

    def write(self) -> None:
        """Store new facts, the clocks they changed, and the ticket's next deadline."""
        if not self.added:
            return
        changed = list({event.clock.kind: event.clock for event in self.added}.values())
        Clock.objects.bulk_create(self.opened)
        for event in self.added:
            event.clock_id = event.clock.pk
        ClockEvent.objects.bulk_create(self.added)
        former_cycles.store(changed, self.added)
        for clock in changed:
            if not any(clock is opened for opened in self.opened):
                clock.save(update_fields=cached_columns.COLUMNS)
        self.added, self.opened = [], []
        cached_columns.refresh_ticket(self.ticket, self.clocks.values())

    def _facts(self, events: list[ClockEvent]) -> list[Fact]:
        return [fact(event, place, self.versions.kept) for place, event in enumerate(events)]


def names_calendar(event: ClockEvent) -> bool:
    return event.details.get("calendar_version") is not None
