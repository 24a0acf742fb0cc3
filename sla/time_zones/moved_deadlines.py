"""Open clocks that another edition of the time zones would move (R14); moves none itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Q

from servicedesk.lib import zones
from servicedesk.tickets.models import Ticket
from sla.clocks.many_tickets import ManyTickets
from sla.engine import compiled_calendars
from sla.models import Clock, StepClock, ZoneEdition

BATCH = 500  # tickets
OPEN = Q(state=Clock.State.RUNNING, due_at__isnull=False)


@dataclass(frozen=True)
class Moved:
    """A clock whose stored deadline another edition does not give; `after` None: it gives none."""

    ticket: Ticket
    clock: str
    zone: str
    before: datetime
    after: datetime | None


def agreed() -> str:
    """The edition that the stored deadlines were last found to agree with; "" if that was never asked."""
    latest = ZoneEdition.objects.last()
    return latest.edition if latest else ""


def agree(at: datetime) -> None:
    """From now on the stored deadlines are those of the product's edition."""
    ZoneEdition.objects.update_or_create(edition=zones.locked_edition(), defaults={"agreed_at": at})


@contextmanager
def edition(folder: Path | None) -> Iterator[None]:
    """Reckon by the zones of a folder meanwhile; by the product's own without one. For commands only."""
    try:
        if folder:
            zones.use_edition_of(folder)
        compiled_calendars.forget()
        yield
    finally:
        zones.use_locked_edition()
        compiled_calendars.forget()


def moved(folder: Path | None = None) -> Iterator[Moved]:
    """All open clocks whose deadline would be another, by ticket."""
    with edition(folder):
        keys = Clock.objects.filter(OPEN).order_by("ticket").values_list("ticket", flat=True).distinct()
        for batch in _batches(list(keys)):
            yield from _clocks(batch)
        steps = StepClock.objects.filter(stopped_at=None).order_by("ticket", "pk")
        yield from _steps(list(steps.select_related("ticket", "calendar_version")))


def _batches(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _clocks(keys: Sequence[int]) -> Iterator[Moved]:
    tickets = list(Ticket.objects.filter(pk__in=keys).order_by("pk"))
    for ticket_clocks in ManyTickets().load(tickets, only=OPEN):
        for kind, clock in ticket_clocks.clocks.items():
            cycle = ticket_clocks.evaluate(kind).current
            after = cycle.due_at if cycle else None
            if clock.due_at is not None and after != clock.due_at:
                zone = ticket_clocks.versions[clock.calendar_version_id].definition["tz"]
                yield Moved(ticket_clocks.ticket, kind, zone, clock.due_at, after)


def _steps(steps: Sequence[StepClock]) -> Iterator[Moved]:
    for step in steps:
        after = step.calendar_version.worktime().add(step.started_at, step.target)
        if after != step.due_at:
            zone = step.calendar_version.definition["tz"]
            yield Moved(step.ticket, f"step {step.step}", zone, step.due_at, after)
