"""Many rows read and written at once come out as the models would write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servicedesk.lib import bulk_rows
from servicedesk.tickets.models import EventKind, Ticket, TicketEvent
from sla.models import Clock, ClockEvent
from tests.factories import ClientFactory, TicketFactory, contract_for

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 7, 0, 0, 123456, tzinfo=UTC)


def clock() -> Clock:
    contract = contract_for(ClientFactory())
    version, matrix = contract.calendar.versions.get(), contract.policy.versions.get()
    return Clock.objects.create(
        ticket=TicketFactory(), kind="resolution", cell=matrix.cells.get(), policy_version=matrix,
        calendar_version=version, target=timedelta(hours=4), started_at=AT, elapsed=timedelta(microseconds=7),
    )  # fmt: skip


def test_what_is_fetched_equals_what_the_model_reads(django_assert_num_queries: Any) -> None:
    clock()
    ticket = Ticket.objects.get()
    with django_assert_num_queries(1):
        (one,) = bulk_rows.fetch(Clock.objects.all())
        names = [field.attname for field in Clock._meta.concrete_fields]
        values = {name: one.__dict__[name] for name in names}
    assert values == Clock.objects.values(*names).get()
    (part,) = bulk_rows.fetch(
        Ticket.objects.filter(pk__in=bulk_rows.among([ticket.pk])), ("is_overdue", "answers")
    )
    assert (part, part.is_overdue, part.answers) == (ticket, False, {})
    assert part.subject == ticket.subject  # read now


def test_inserted_rows_are_read_back_the_same(django_assert_num_queries: Any) -> None:
    owner = clock()
    events = [
        ClockEvent(
            clock=owner, kind="pause", at=AT + timedelta(days=n), reason="“ы”\n", details={"n": [n, None]}
        )
        for n in range(300)
    ]
    with django_assert_num_queries(1):
        bulk_rows.insert(events)
    assert [event.pk for event in events] == sorted({event.pk for event in events})
    stored = ClockEvent.objects.in_bulk()
    for event in events:
        was = stored[event.pk]
        assert (was.at, was.reason, was.details, was.actor_id) == (event.at, "“ы”\n", event.details, None)


def test_updated_rows_have_their_own_values(django_assert_num_queries: Any) -> None:
    clocks = [clock(), clock(), clock()]
    for n, one in enumerate(clocks):
        one.due_at, one.elapsed, one.state, one.breaches = (AT if n else None), timedelta(hours=n), "met", n
        one.cell = None if n == 2 else one.cell
    with django_assert_num_queries(1):
        bulk_rows.update(clocks[1:], ("due_at", "elapsed", "state", "breaches", "cell"))
    seen = list(Clock.objects.order_by("pk").values_list("due_at", "elapsed", "state", "breaches", "cell"))
    assert seen[0][2:4] == ("running", 0)
    assert seen[1:] == [(AT, timedelta(hours=n), "met", n, clocks[n].cell_id) for n in (1, 2)]


def test_nothing_costs_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        bulk_rows.insert([])
        bulk_rows.update([], ("due_at",))
        assert bulk_rows.insert_values(TicketEvent, ("ticket",), []) == []


def test_values_alone_make_rows() -> None:
    ticket = TicketFactory()
    lines = [(ticket.pk, EventKind.SLA_TERMS_CHANGED.value, None, AT, {"change": 1})]
    (key,) = bulk_rows.insert_values(
        TicketEvent, ("ticket", "kind", "actor", "happened_at", "details"), lines
    )
    event = TicketEvent.objects.get(pk=key)
    assert (event.ticket, event.happened_at, event.details) == (ticket, AT, {"change": 1})
