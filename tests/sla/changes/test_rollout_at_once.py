"""Two workers with one change: each ticket is done once (PostgreSQL; SQLite has one writer at a time)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Ticket, TicketEvent
from sla.changes import batches, rollout
from sla.models import Calendar, ClockEvent, TermsChange, TermsChangeItem
from tests.sla.changes.applying import new_calendar, order
from tests.sla.example_calendars import moscow

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="a race needs PostgreSQL"),
]
WORKERS = 3


def at_once(act: Callable[[], None]) -> None:
    ready = Barrier(WORKERS)

    def work() -> None:
        ready.wait()
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(work) for _ in range(WORKERS)]:
            done.result()


def test_each_ticket_is_done_once_and_undone_once(
    opened: Callable[..., Ticket], calendar: Calendar, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "SIZE", 3)
    tickets = [opened("03-13 17:00") for _ in range(20)]
    change = order(new_calendar(calendar, "03-13 17:30"), admin, "03-13 17:30")

    at_once(lambda: rollout.run(change.pk))
    change.refresh_from_db()
    assert (change.state, change.total, change.done, change.changed) == ("done", 20, 20, 20)
    assert TermsChangeItem.objects.count() == 20
    assert ClockEvent.objects.filter(kind="calendar").count() == 40
    assert TicketEvent.objects.filter(kind=EventKind.SLA_TERMS_CHANGED).count() == 20

    rollout.undo(change, by=admin, at=timezone.now())
    at_once(lambda: rollout.run(change.pk))
    change.refresh_from_db()
    assert (change.state, change.done) == (TermsChange.State.UNDONE, 20)
    assert ClockEvent.objects.filter(kind="revoke").count() == 40
    assert {ticket.clocks.get(kind="resolution").due_at for ticket in tickets} == {moscow("03-16 12:00")}
