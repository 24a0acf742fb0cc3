"""“Why 15:02?”: the target and where it comes from, what was counted, what was not, and the sum."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Prefetch

from servicedesk.tickets.models import DueKind, Ticket
from sla.clocks.ticket_clocks import TicketClocks, Versions
from sla.engine.facts import ZERO, Cycle, counted
from sla.engine.selection import choose
from sla.models import CalendarVersion, Clock, ClockEvent, PolicyCell
from sla.proof.counted_facts import CountedFacts
from sla.proof.cycle_rows import Story, run_of
from sla.proof.rows import Proof, Run, Source

_JUST_BEFORE = timedelta(microseconds=1)


def kinds(ticket: Ticket) -> list[str]:
    """The kinds of clocks this ticket has, in the order of the targets: one statement."""
    found = set(Clock.objects.filter(ticket=ticket).values_list("kind", flat=True))
    return [kind for kind in DueKind.values if kind in found]


def explain(ticket: Ticket, kind: str, at: datetime) -> Proof | None:
    """Explain the deadline of a ticket's clock as things stood at `at`; None if there is no such clock.

    At most five statements, however long the clock's life was.
    """
    clock = _load(ticket, kind)
    events = [event for event in clock.events.all() if event.at <= at] if clock else []
    if clock is None or not events:
        return None
    calendars = _calendars(clock, events)
    ticket_clocks = TicketClocks(ticket, [clock], {kind: events}, Versions(calendars.values()))
    cycles = ticket_clocks.evaluate(kind, at).cycles
    if not cycles:
        return None
    telling = CountedFacts(_cells(clock, events), calendars)
    telling.hear_all(events)

    def elapsed_before(moment: datetime) -> timedelta:
        known = ticket_clocks.evaluate(kind, moment - _JUST_BEFORE).current
        return counted(known.stretches, moment) if known else ZERO

    runs = []
    for cycle in cycles:
        cell, calendar = telling.terms.get(cycle.number, (None, None))
        calendar = calendar or clock.calendar_version
        source = _source(cell or clock.cell, kind, calendar, cycle)
        runs.append(run_of(Story(cycle, telling.told, at, source, calendar, elapsed_before)))
    is_now = len(events) == len(clock.events.all())
    return Proof(kind, at, tuple(runs), _stored(clock, cycles[-1], runs[-1]) if is_now else {})


def _load(ticket: Ticket, kind: str) -> Clock | None:
    """Two statements."""
    told = Prefetch("events", ClockEvent.objects.select_related("actor"))
    clocks = Clock.objects.filter(ticket=ticket, kind=kind).prefetch_related(told)
    return clocks.select_related(
        "cell__version__policy", "cell__service", "calendar_version__calendar", "policy_version__policy"
    ).first()


def _cells(clock: Clock, events: Iterable[ClockEvent]) -> dict[int, PolicyCell]:
    known = {clock.cell.pk: clock.cell} if clock.cell else {}
    missing = {event.details["cell"] for event in events if event.details.get("cell")} - known.keys()
    if missing:
        known |= PolicyCell.objects.select_related("version__policy", "service").in_bulk(missing)
    return known


def _calendars(clock: Clock, events: Iterable[ClockEvent]) -> dict[int, CalendarVersion]:
    known = {clock.calendar_version_id: clock.calendar_version}
    named = {event.details.get("calendar_version") for event in events} - {None}
    if missing := named - known.keys():
        known |= CalendarVersion.objects.select_related("calendar").in_bulk(missing)
    return known


def _source(cell: PolicyCell | None, kind: str, calendar: CalendarVersion, cycle: Cycle) -> Source | None:
    promised = cell.target_of(kind) if cell else None
    if cell is None or promised is None:
        return None
    return Source(
        cell=cell,
        promised=promised,
        target=cycle.target,
        since=cycle.started_at,
        day=calendar.worktime().day_length(),
        inherited_from=_inherited_from(cell, kind) if kind in cell.inherited else None,
    )


def _inherited_from(cell: PolicyCell, kind: str) -> PolicyCell | None:
    """The less specific row of the same version whose own value this is."""
    others = PolicyCell.objects.filter(version=cell.version_id).exclude(pk=cell.pk).order_by("pk")
    own = [
        row for row in others.select_related("service") if row.has_target(kind) and kind not in row.inherited
    ]
    return choose(own, kind=cell.kind, priority=cell.priority or 0, service_id=cell.service_id)


def _stored(clock: Clock, cycle: Cycle, run: Run) -> dict[str, object]:
    """What of the clock's row the facts do not bear out: these columns are caches (R1)."""
    ended = counted([stretch for stretch in cycle.stretches if stretch.end], None)
    right = {
        "target": cycle.target,
        "due_at": cycle.due_at,
        "elapsed": ended,
        "cycle": cycle.number,
        "stopped_at": cycle.stopped_at,
        "calendar_version": run.calendar if run.is_live else clock.calendar_version,
    }
    return {name: getattr(clock, name) for name, value in right.items() if getattr(clock, name) != value}
