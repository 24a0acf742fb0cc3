"""A thousand tickets close by silence: fired by one worker, then as many by two, each a process."""

from __future__ import annotations

import multiprocessing
import time
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from benchmarks import timer_worker
from benchmarks.measuring import say
from catalog.models import Kind, RequestType
from contracts.models import Contract
from servicedesk.tickets import lifecycle
from servicedesk.tickets.models import EventKind, TicketEvent
from sla.clocks import lifecycle as clocks
from workflows.engine import locks, timers
from workflows.flows.start import FLOWS
from workflows.models import Acting

TICKETS = 1000


def run() -> None:
    """Print a JSON line for one worker and for two. Adds tickets, and closes them."""
    taken = {}
    for workers in (1, 2):
        at = timezone.now() + 2 * settings.AUTO_CLOSE_AFTER
        timers.fire_due(at, limit=100_000)  # whatever waited in the demo
        _resolve(TICKETS)
        before = _closings()
        taken[workers], cpu = _fire(workers, at)
        assert _closings() - before == TICKETS, "each once"
        say(
            f"{TICKETS} due timers, {workers} worker{'s' if workers > 1 else ''}",
            unit="s",
            wall=round(taken[workers], 2),
            cpu_of_workers=round(cpu, 2),
            times_as_fast=round(taken[1] / taken[workers], 2),
        )


def _closings() -> int:
    return TicketEvent.objects.filter(kind=EventKind.CLOSED).count()


def _resolve(count: int) -> None:
    """Tickets with clocks that wait for the client's word, by the shortest way."""
    item = RequestType.objects.filter(kind=Kind.INCIDENT).select_related("service__group").order_by("pk")[0]
    contract = Contract.objects.select_related("client", "policy", "calendar").order_by("pk")[0]
    person = contract.client.memberships.order_by("pk")[0].user
    for number in range(count):
        with transaction.atomic(), locks.held():
            ticket = lifecycle.open_ticket(
                by=person,
                subject=f"Silence {number}",
                kind=item.kind,
                client=contract.client,
                requester=person,
                service=item.service,
                request_type=item,
                group=item.responsible_group(),
                catalog_snapshot=item.snapshot(),
            )
            clocks.start(ticket, policy=contract.policy, calendar=contract.calendar, at=ticket.opened_at)
            FLOWS[ticket.kind].start_resolved.run(ticket=ticket, acting=Acting(outcome="resolve"))


def _fire(workers: int, at: datetime) -> tuple[float, float]:
    """Seconds on the wall, from when all workers were ready until all are done; and of their processors."""
    spawn = multiprocessing.get_context("spawn")
    portions: Any = spawn.Queue()
    done: Any = spawn.Queue()
    together = spawn.Barrier(workers + 1)
    for keys in timers.chunks(at):
        portions.put(keys)
    connections.close_all()
    arguments = (_url(), portions, at, together, done)
    processes = [spawn.Process(target=timer_worker.work, args=arguments) for _ in range(workers)]
    for process in processes:
        process.start()
    together.wait(timeout=120)
    started = time.perf_counter()
    together.wait(timeout=600)
    taken = time.perf_counter() - started - timer_worker.EMPTY
    for process in processes:
        process.join()
    counts, seconds = zip(*(done.get() for _ in processes), strict=True)
    assert sum(counts) == TICKETS, counts
    return taken, sum(seconds)


def _url() -> str:
    """DATABASE_URL of the throw-away database, which lies beside the one that was given."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}"))
