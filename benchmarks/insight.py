"""Process insight over 100,000 finished tickets: the figures, the page of an administrator, of a leader.

The summaries are made directly, with the ways of a random walk: some thousand different ones. All rolled
back. The seconds of the clock on the wall, because the database works too.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse

from benchmarks.measuring import Statements
from catalog.models import Category, Kind, Service
from servicedesk.lib import bulk_rows
from servicedesk.people.models import Client, Group, GroupMembership, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows.analytics import figures
from workflows.analytics.sample import Question
from workflows.models import RunSummary, TicketProcess, TicketRun

TICKETS, BATCH, RUNS = 100_000, 5_000, 5
FLOW = "IncidentFlow"
M = TypeVar("M", bound=Model)
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
# What can come after each step, likelier things more often.
NEXT = {
    "classify": ["accept"],
    "accept": ["work"],
    "work": ["confirm"] * 6 + ["wait_client"] * 3 + ["wait_third_party", "accept", "verification"],
    "wait_client": ["review"] * 4 + ["work"],
    "review": ["work"] * 2 + ["confirm"] * 2 + ["wait_client"],
    "wait_third_party": ["work"],
    "verification": ["confirm"] * 4 + ["work"],
    "confirm": [""] * 12 + ["verification"],
}


def run() -> None:
    """Print a JSON line for each look."""
    with transaction.atomic():
        leader, admin = _fill()
        question = Question(FLOW, Ticket.objects.all())
        _measure("insight figures", lambda: figures.of(question.read()).tickets, TICKETS)
        for role, person in (("administrator", admin), ("leader of half", leader)):
            _measure(f"insight page, {role}", _visit(person, reverse("desk:insight")), 200)
        transaction.set_rollback(True)


def _visit(person: User, path: str) -> Callable[[], int]:
    browser = Browser()
    browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return lambda: browser.get(path, {"period": "all"}).status_code


def _measure(name: str, act: Callable[[], int], expected: int) -> None:
    wall, spent, counter = [], [], Statements()
    for _ in range(RUNS):
        gc.collect()
        counter = Statements()
        with connection.execute_wrapper(counter):
            begun, started = time.perf_counter(), time.process_time()
            done = act()
            spent.append(time.process_time() - started)
            wall.append(time.perf_counter() - begun)
        assert done == expected, done
    line = {
        "name": name,
        "unit": "s",
        "wall": round(statistics.median(wall), 4),
        "cpu": round(statistics.median(spent), 4),
        "runs": RUNS,
        "tickets": TICKETS,
        "statements": counter.count,
    }
    print(json.dumps(line), flush=True)


def _fill() -> tuple[User, User]:
    """A leader of one of the two groups, and an administrator."""
    groups = [Group.objects.create(name=f"Insight {number}") for number in range(2)]
    leader = User.objects.create_user("lead@insight.example", full_name="Lead", is_agent=True)
    admin = User.objects.create_superuser("admin@insight.example", full_name="Admin")
    GroupMembership.objects.create(group=groups[0], user=leader, is_leader=True)
    service = Service.objects.create(
        name="Insight", category=Category.objects.create(name="Insight"), group=groups[0]
    )
    clients = [Client.objects.create(name=f"Insight {number}") for number in range(20)]
    chance = random.Random(1)
    for first in range(0, TICKETS, BATCH):
        fixed = {"kind": Kind.INCIDENT, "status": Status.CLOSED, "requester": leader, "service": service}
        tickets = [
            Ticket(
                subject=f"Insight {number}",
                client=clients[number % 20],
                group=groups[number % 2],
                opened_at=BEGIN + timedelta(minutes=number),
                **fixed,
            )
            for number in range(first, first + BATCH)
        ]
        _summaries(_inserted(tickets), chance)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE workflows_runsummary, workflows_ticketrun, tickets_ticket")
    return leader, admin


def _summaries(tickets: Sequence[Ticket], chance: random.Random) -> None:
    flow: Any = f"workflows/flows.incident.{FLOW}"
    processes = _inserted([TicketProcess(flow_class=flow, status="DONE") for _ in tickets])
    pairs = zip(tickets, processes, strict=True)
    runs = _inserted([TicketRun(ticket=ticket, process=process) for ticket, process in pairs])
    summaries = []
    for one in runs:
        way = list(_walk(chance))
        stays = [str(int(chance.lognormvariate(7, 2))) for _ in way]
        finished = one.ticket.opened_at + timedelta(days=3)
        path = {"path": ">".join(way), "stays": ">".join(stays)}
        summaries.append(
            RunSummary(run=one, ticket_id=one.ticket_id, flow=FLOW, finished_at=finished, **path)
        )
    bulk_rows.insert(summaries)


def _walk(chance: random.Random) -> Iterator[str]:
    step = "classify"
    while step:
        yield step
        step = chance.choice(NEXT[step])


def _inserted(objects: list[M]) -> list[M]:
    bulk_rows.insert(objects)
    return objects
