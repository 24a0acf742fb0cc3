"""A holiday brought to 10,000 open tickets: looked at, applied, taken back. All rolled back."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from benchmarks.measuring import Statements
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from sla.changes import preview, rollout
from sla.clocks import retargeting
from sla.clocks.many_tickets import ManyTickets
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine.facts import FactKind
from sla.models import Calendar, CalendarVersion, Policy, PolicyCell, TermsChange, TicketTerms
from sla.versions import publishing

TICKETS = 10_000
FELT = TICKETS - len(range(0, TICKETS, 3))  # the others wait for the client: no deadline
MONDAY = datetime(2026, 3, 9, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE: dict[str, Any] = {"tz": "Europe/Moscow", "week": WEEK}
CELL = {"first_response": 4 * HOUR, "resolution": 40 * HOUR}


def run() -> None:
    """Print a JSON line for each of preview, application and undoing."""
    with transaction.atomic():
        calendar = Calendar.objects.create(name="Benchmark")
        version = publishing.publish_calendar(calendar, OFFICE, MONDAY - timedelta(days=90))
        policy = Policy.objects.create(name="Benchmark")
        matrix = publishing.publish_policy(policy, [CELL], MONDAY - timedelta(days=90))
        _open_tickets(version, matrix.cells.get())
        _measure_all(calendar)
        transaction.set_rollback(True)


def _measure_all(calendar: Calendar) -> None:
    at = MONDAY + timedelta(days=2, hours=2)
    holiday = OFFICE | {"days": {"2026-03-12": []}}
    seen = _measured("sla_recompute preview", lambda: preview.of_calendar(calendar, holiday, at))
    assert seen.changed == FELT, seen.changed
    admin = User.objects.filter(is_superuser=True)[0]
    version = publishing.publish_calendar(calendar, holiday, at)
    change = rollout.order(version, scope="open", opened_from=None, by=admin, at=at)
    _measured("sla_recompute apply", lambda: rollout.run(change.pk))
    _check(change, TermsChange.State.DONE)
    rollout.undo(change, by=admin, at=at + HOUR)
    _measured("sla_recompute undo", lambda: rollout.run(change.pk))
    _check(change, TermsChange.State.UNDONE)


def _check(change: TermsChange, state: str) -> None:
    change.refresh_from_db()
    assert (change.state, change.done, change.changed) == (state, TICKETS, FELT), change.reason


def _measured(name: str, act: Callable[[], Any]) -> Any:
    gc.collect()
    counter = Statements()
    with connection.execute_wrapper(counter):
        wall, started = time.perf_counter(), time.process_time()
        result = act()
        spent, waited = time.process_time() - started, time.perf_counter() - wall
    line = {
        "name": name,
        "unit": "s cpu",
        "median": round(spent, 3),
        "wall": round(waited, 3),
        "runs": 1,
        "tickets": TICKETS,
        "statements": counter.count,
    }
    print(json.dumps(line), flush=True)
    return result


def _open_tickets(calendar: CalendarVersion, cell: PolicyCell) -> None:
    """Opened one a ten seconds, all answered in time, solution due after the new holiday; a third waits."""
    model = Ticket.objects.order_by("pk")[0]
    common = {
        "client": model.client,
        "requester": model.requester,
        "service": model.service,
        "kind": model.kind,
    }
    tickets = Ticket.objects.bulk_create(
        Ticket(
            subject=f"Benchmark {number}",
            status="waiting_client" if number % 3 == 0 else "in_progress",
            opened_at=MONDAY + timedelta(seconds=10 * number % 30_000),
            **common,
        )
        for number in range(TICKETS)
    )
    TicketTerms.objects.bulk_create(
        TicketTerms(ticket=ticket, policy_version_id=cell.version_id, calendar_version=calendar)
        for ticket in tickets
    )
    many_tickets = ManyTickets()
    for start in range(0, TICKETS, 500):
        many_tickets.write([_clocks_of(ticket, calendar, cell) for ticket in tickets[start : start + 500]])


def _clocks_of(ticket: Ticket, calendar: CalendarVersion, cell: PolicyCell) -> TicketClocks:
    ticket_clocks, status = TicketClocks(ticket), ticket.status
    ticket.status = "in_progress"
    for kind in ("first_response", "resolution"):
        retargeting.start(ticket_clocks, kind, cell, calendar, ticket.opened_at)
    first, resolution = ticket_clocks.clocks["first_response"], ticket_clocks.clocks["resolution"]
    ticket_clocks.add(first, FactKind.STOP, ticket.opened_at + HOUR)
    if status == "waiting_client":
        ticket_clocks.add(resolution, FactKind.PAUSE, ticket.opened_at + HOUR, reason=status)
    return ticket_clocks
