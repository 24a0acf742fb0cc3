"""Several sweeps at the same instant, each in a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections, transaction

from servicedesk.mail.models import OutgoingMail
from servicedesk.notifications import escalations as telling
from servicedesk.tickets.models import EventKind, Ticket, TicketEvent
from sla.models import Clock, Escalation
from sla.sweep.clock_sweep import sweep
from tests.profiles import PATIENCE
from tests.sla.escalation.escalating import at_work, give, level, policy_with
from tests.sla.example_calendars import moscow

pytestmark = pytest.mark.django_db(transaction=True)
LATE = moscow("03-02 14:05")
SWEEPS = 4


def at_once(act: Callable[[], Any]) -> list[Any]:
    start = Barrier(SWEEPS)

    def one(_number: int) -> Any:
        try:
            start.wait(timeout=PATIENCE)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SWEEPS) as pool:
        return list(pool.map(one, range(SWEEPS)))


@pytest.fixture
def tickets(opened: Callable[..., Ticket]) -> list[Ticket]:
    policy = policy_with(level("0", "assignee"))
    found = [at_work(opened, policy=policy) for _ in range(3)]
    agent = give(found[0])
    for ticket in found[1:]:
        give(ticket, agent)
    return found


def test_two_sweeps_at_once_announce_and_escalate_once(tickets: list[Ticket], settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS += ["servicedesk.notifications.handlers.on_ticket_event"]
    assert sum(at_once(lambda: sweep(LATE))) == len(tickets)
    for kind in (EventKind.SLA_BREACHED, EventKind.SLA_ESCALATED):
        assert TicketEvent.objects.filter(kind=kind).count() == len(tickets)
    assert Escalation.objects.count() == len(tickets)
    assert not OutgoingMail.objects.exists()  # the level tells of the breach
    assert sum(at_once(lambda: telling.send_waiting(LATE))) == OutgoingMail.objects.count() == 1


def test_a_ticket_that_somebody_holds_waits_for_the_next_sweep(tickets: list[Ticket]) -> None:
    if not connection.features.has_select_for_update_skip_locked:
        pytest.skip("SQLite has one writer at a time")
    with transaction.atomic():
        tickets[0].lock()
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(swept).result(timeout=PATIENCE) == len(tickets) - 1
    assert Clock.objects.to_look_at(LATE).get().ticket == tickets[0]
    assert sweep(LATE) == 1


def swept() -> int:
    try:
        return sweep(LATE)
    finally:
        connections.close_all()
