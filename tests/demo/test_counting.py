"""Queue, client page, contract page and reports count promises alike, each month of the demo (R13)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from contracts.clients import health
from contracts.deadlines.compliance import compliance
from contracts.models import Contract
from reports import datasets
from reports.periods import Period
from reports.scope import Scope
from servicedesk.desk.queue import deadline_groups, folders
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Ticket
from sla.clocks import compliance as counting
from sla.clocks.compliance import Tally, tally
from sla.clocks.ticket_clocks import TicketClocks
from sla.sweep import clock_sweep

pytestmark = pytest.mark.django_db
UNTIL = datetime(2026, 6, 30, 12, tzinfo=UTC)
MONTHS = [datetime(2026, month, 1, tzinfo=UTC) for month in range(3, 8)]


@pytest.fixture
def _demo() -> Iterator[None]:
    """Lives that end at noon on the last of June, and three hours in which nobody swept."""
    call_command("demo", seed=4, tickets=40, until=UNTIL.isoformat(), stdout=StringIO(), stderr=StringIO())
    with time_machine.travel(UNTIL + timedelta(hours=3), tick=False):
        yield


def in_plain_sql(client: Client, since: datetime, until: datetime) -> Tally:
    """The same told by hand, from the columns of all cycles."""
    sql = """
        SELECT state, breached_at, stopped_at, due_at, kind_of FROM (
            SELECT c.state, c.breached_at, c.stopped_at, c.due_at, 'now' AS kind_of
            FROM sla_clock c JOIN tickets_ticket t ON t.id = c.ticket_id WHERE t.client_id = %s
            UNION ALL
            SELECT f.state, f.breached_at, f.stopped_at, NULL, 'then'
            FROM sla_formercycle f JOIN sla_clock c ON c.id = f.clock_id
            JOIN tickets_ticket t ON t.id = c.ticket_id WHERE t.client_id = %s) AS cycles
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [client.pk, client.pk])
        rows = cursor.fetchall()
    met = breached = 0
    for state, breached_at, stopped_at, due_at, _ in rows:
        moment = _aware(breached_at)
        if moment is None and state == "running" and due_at and _aware(due_at) < timezone.now():
            moment = _aware(due_at)
        if moment is not None:
            breached += state != "cancelled" and since <= moment < until
        elif state == "met":
            met += since <= _aware(stopped_at) < until
    return Tally(met, breached)


def from_the_facts(client: Client, since: datetime, until: datetime) -> Tally:
    """The same reckoned anew from the events of each clock."""
    counted: Counter[str] = Counter()
    for ticket in Ticket.objects.filter(client=client):
        book = TicketClocks.load(ticket)
        for kind in book.clocks:
            for cycle in book.evaluate(kind, timezone.now()).cycles:
                if cycle.state == "cancelled":
                    continue
                if cycle.breached_at:
                    counted["breached"] += since <= cycle.breached_at < until
                elif cycle.state == "met" and cycle.stopped_at:
                    counted["met"] += since <= cycle.stopped_at < until
    return Tally(counted["met"], counted["breached"])


def of_client(client: Client, since: datetime, until: datetime) -> Tally:
    return tally(Q(ticket__client=client), since, until)


def _aware(value: Any) -> Any:
    """SQLite knows no zones, and may give text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


@pytest.mark.usefixtures("_demo")
def test_all_places_agree_for_every_client_month() -> None:
    seen = Tally()
    for client in Client.objects.all():
        for since, until in pairwise(MONTHS):
            told = of_client(client, since, until)
            assert told == in_plain_sql(client, since, until) == from_the_facts(client, since, until)
            parts = [each for one in client.contracts.all() for each in compliance(one, since, until)]
            covered = Q(ticket__client=client, ticket__coverage__contract__isnull=False)
            assert sum((Tally(one.met, one.late) for one in parts), Tally()) == tally(covered, since, until)
            seen += told
    assert min(seen.met, seen.breached) > 5, "a dull world"


@pytest.mark.usefixtures("_demo")
def test_the_page_of_clients_says_the_same_share_and_the_same_tickets() -> None:
    now = timezone.now()
    for one in health.of_clients(Client.objects.all(), now):
        told = of_client(one.client, now - health.PERIOD, now)
        assert one.compliance == told.compliance
        mine = Ticket.objects.filter(client=one.client)
        assert one.overdue == sum(counting.is_overdue(ticket, now) for ticket in mine)


@pytest.mark.usefixtures("_demo")
def test_reports_count_the_tickets_with_a_broken_promise() -> None:
    for client in Client.objects.all():
        for month in (4, 5, 6):
            period = Period(date(2026, month, 1), date(2026, month, 30), "UTC")
            report = datasets.build("tickets", Scope(period, client=client))
            opened = Ticket.objects.filter(
                client=client, opened_at__gte=period.start, opened_at__lt=period.end
            )
            expected = {ticket.pk for ticket in opened if _ever_broken(ticket)}
            assert {row.ticket for row in report.rows_of({"overdue": "1"})} == expected


def _ever_broken(ticket: Ticket) -> bool:
    book = TicketClocks.load(ticket)
    return any(
        cycle.breached_at and cycle.state != "cancelled"
        for kind in book.clocks
        for cycle in book.evaluate(kind, timezone.now()).cycles
    )


@pytest.mark.usefixtures("_demo")
def test_the_queue_and_its_folders_call_the_same_tickets_overdue() -> None:
    now, admin = timezone.now(), User.objects.filter(is_superuser=True).first()
    assert admin is not None
    listed = Ticket.objects.visible_to(admin)
    groups = deadline_groups.grouped(listed, now, by_deadline=True)
    shown = {row.ticket.pk for group in groups if group.icon == "alert" for row in group.rows}
    assert shown == set(listed.filter(counting.overdue(now)).values_list("pk", flat=True))
    assert not any(ticket.status == "resolved" for ticket in Ticket.objects.filter(pk__in=shown))
    late = {one.key: one.late for one in folders.tree(admin).folders}
    assert (late["all"], late["resolved"], late["closed"]) == (bool(shown), False, False)


@pytest.mark.usefixtures("_demo")
def test_a_month_counted_again_later_gives_the_same_breaches() -> None:
    def breaches() -> list[int]:
        return [
            of_client(client, since, until).breached
            for client in Client.objects.all()
            for since, until in pairwise(MONTHS[:-1])  # which are over
        ]

    before = breaches()
    clock_sweep.sweep(timezone.now())
    assert breaches() == before
    with time_machine.travel(datetime(2026, 9, 1, tzinfo=UTC), tick=False):
        clock_sweep.sweep(timezone.now())
        assert breaches() == before
        assert sum(before) > 0
        assert Contract.objects.exists()
