"""The minute's sweep among 30,000 running clocks, 200 of them due: plain, with levels, with nothing due.

All rolled back. The seconds of the clock on the wall, because the database works too.
"""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from benchmarks.measuring import Statements
from catalog.models import Category, Kind, Service
from servicedesk.notifications import escalations
from servicedesk.people.models import Client, Group, GroupMembership, User
from servicedesk.tickets.models import Ticket
from sla.clocks import retargeting
from sla.clocks.many_tickets import ManyTickets
from sla.clocks.ticket_clocks import TicketClocks
from sla.models import Calendar, CalendarVersion, Clock, EscalationNotice, Policy, PolicyCell, TicketTerms
from sla.sweep import clock_sweep
from sla.versions import publishing

TICKETS, DUE, RUNS = 15_000, 200, 5  # two clocks each
MONDAY = datetime(2026, 3, 9, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
CELL = {"first_response": 4 * HOUR, "resolution": 40 * HOUR}
LEVELS = [
    {"key": "half", "clock": "any", "threshold": "50%", "tell": ["assignee"]},
    {"key": "late", "clock": "any", "threshold": "0", "tell": ["assignee", "leaders"]},
]


def run() -> None:
    """Print a JSON line for each look."""
    at = MONDAY + 4 * HOUR + timedelta(minutes=1)
    with transaction.atomic():
        calendar = Calendar.objects.create(name="Sweep")
        definition: dict[str, Any] = {"tz": "Europe/Moscow", "week": WEEK}
        version = publishing.publish_calendar(calendar, definition, MONDAY - timedelta(days=90))
        for name, levels in (("plain", []), ("with levels", LEVELS)):
            with transaction.atomic():
                _fill(version, levels)
                _measure(f"sla_sweep {DUE} due, {name}", lambda: clock_sweep.sweep(at), DUE)
                _tell(at)
                _measure("sla_sweep nothing due", lambda: clock_sweep.sweep(MONDAY - HOUR), 0)
                transaction.set_rollback(True)
        transaction.set_rollback(True)


def _tell(at: datetime) -> None:
    """What the sweep wrote down, as mails."""
    with transaction.atomic():
        clock_sweep.sweep(at)
        waiting = EscalationNotice.objects.filter(sent_at=None, not_before__lte=at)  # the demo's wait longer
        if mails := waiting.values("user").distinct().count():
            _measure("escalations told", lambda: escalations.send_waiting(at), mails)
        transaction.set_rollback(True)


def _measure(name: str, act: Callable[[], int], expected: int) -> None:
    """Several times from the same state."""
    wall, spent, counter = [], [], Statements()
    for _ in range(RUNS):
        gc.collect()
        counter = Statements()
        with transaction.atomic(), connection.execute_wrapper(counter):
            begun, started = time.perf_counter(), time.process_time()
            done = act()
            spent.append(time.process_time() - started)
            wall.append(time.perf_counter() - begun)
            transaction.set_rollback(True)
        assert done == expected, done
    line = {
        "name": name,
        "unit": "s",
        "wall": round(statistics.median(wall), 4),
        "cpu": round(statistics.median(spent), 4),
        "runs": RUNS,
        "clocks": 2 * TICKETS,
        "statements": counter.count,
    }
    print(json.dumps(line), flush=True)


def _fill(calendar: CalendarVersion, levels: Sequence[dict[str, Any]]) -> None:
    """The first ones were opened on Monday morning and nobody answered; the others on Tuesday."""
    policy = Policy.objects.create(name="Sweep")
    matrix = publishing.publish_policy(policy, [CELL], MONDAY - timedelta(days=90), escalation=levels)
    cell = matrix.cells.get()
    tickets = _tickets()
    TicketTerms.objects.bulk_create(
        TicketTerms(ticket=ticket, policy_version=matrix, calendar_version=calendar) for ticket in tickets
    )
    many_tickets = ManyTickets()
    for start in range(0, TICKETS, 500):
        many_tickets.write([_clocks_of(ticket, calendar, cell) for ticket in tickets[start : start + 500]])
    assert Clock.objects.running().filter(policy_version=matrix).count() == 2 * TICKETS
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE sla_clock, tickets_ticket")


def _tickets() -> list[Ticket]:
    group = Group.objects.create(name="Sweep")
    people = [
        User.objects.create_user(f"sweep{number}@example.com", full_name=f"Agent {number}", is_agent=True)
        for number in range(10)
    ]
    for place, person in enumerate(people):
        GroupMembership.objects.create(group=group, user=person, is_leader=not place)
    service = Service.objects.create(
        name="Sweep", category=Category.objects.create(name="Sweep"), group=group
    )
    client = Client.objects.create(name="Sweep")
    return Ticket.objects.bulk_create(
        Ticket(
            subject=f"Sweep {number}",
            kind=Kind.INCIDENT,
            status="in_progress",
            client=client,
            requester=people[0],
            service=service,
            group=group,
            assignee=people[number % 10] if number % 2 else None,
            opened_at=MONDAY if number < DUE else MONDAY + timedelta(days=1, seconds=number % 3600),
        )
        for number in range(TICKETS)
    )


def _clocks_of(ticket: Ticket, calendar: CalendarVersion, cell: PolicyCell) -> TicketClocks:
    ticket_clocks = TicketClocks(ticket)
    for kind in ("first_response", "resolution"):
        retargeting.start(ticket_clocks, kind, cell, calendar, ticket.opened_at)
    return ticket_clocks
