"""The minute's sweep: one notice per clock and deadline, dated by the deadline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from servicedesk.tickets.models import EventKind, Ticket, TicketEvent
from sla.models import Clock
from sla.sweep.clock_sweep import sweep
from tests.sla.example_calendars import moscow
from tests.sla.life import ask_client, client_answers, clock_of, reclassify, resolve, say, work

pytestmark = pytest.mark.django_db


def notices(ticket: Ticket, kind: EventKind = EventKind.SLA_BREACHED) -> list[TicketEvent]:
    found = ticket.events.filter(kind=kind).order_by("pk")
    return [event for event in found if event.details["clock"] == "resolution"]


@pytest.fixture
def answered(ticket: Ticket) -> Ticket:
    """Only the resolution is still owed, by 14:00."""
    from servicedesk.tickets.models import Message

    say(ticket, Message.Side.STAFF, "03-02 10:05")
    work(ticket, "03-02 10:10")
    return ticket


def test_nothing_due_costs_one_statement(answered: Ticket, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert sweep(moscow("03-02 12:00")) == 0


def test_the_look_for_work_uses_its_index(db: None) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is empty, a scan would be right
    assert "clock_to_wake" in Clock.objects.to_look_at(moscow("03-02 12:00")).explain()


def test_the_very_instant_of_the_deadline_is_no_breach(answered: Ticket) -> None:
    assert sweep(moscow("03-02 14:00")) == 0
    assert sweep(moscow("03-02 14:00:00.000001")) == 1


def test_a_breach_is_announced_once_and_dated_by_its_deadline(answered: Ticket) -> None:
    assert [sweep(moscow(moment)) for moment in ("03-02 14:05", "03-02 14:06", "03-03 09:00")] == [1, 0, 0]
    [notice] = notices(answered)
    assert notice.happened_at == moscow("03-02 14:00")
    assert notice.details["due_at"] == moscow("03-02 14:00").astimezone(notice.happened_at.tzinfo).isoformat()
    clock = clock_of(answered)
    assert (clock.breached_at, clock.breach_cause) == (moscow("03-02 14:00"), "time")
    answered.refresh_from_db()
    assert answered.is_overdue


def test_a_clock_at_risk_is_announced_once_at_its_share_of_working_time(answered: Ticket) -> None:
    sweep(moscow("03-02 13:11"))
    assert not notices(answered, EventKind.SLA_AT_RISK)
    for moment in ("03-02 13:12", "03-02 13:13"):  # 80 % of four hours
        assert sweep(moscow(moment)) == 0
    [notice] = notices(answered, EventKind.SLA_AT_RISK)
    assert notice.happened_at == moscow("03-02 13:12")


def test_after_a_long_sleep_there_is_one_notice(answered: Ticket) -> None:
    assert sweep(moscow("03-05 10:00")) == 1
    assert not notices(answered, EventKind.SLA_AT_RISK)


def test_a_paused_clock_is_left_alone(answered: Ticket) -> None:
    ask_client(answered, "03-02 13:00")
    assert sweep(moscow("03-09 10:00")) == 0
    client_answers(answered, "03-03 16:00")
    assert clock_of(answered).due_at == moscow("03-03 17:00")


def test_a_breach_that_a_pause_hid_from_the_sweep_is_announced(answered: Ticket) -> None:
    ask_client(answered, "03-02 15:00")
    assert sweep(moscow("03-02 15:01")) == 1
    assert notices(answered)[0].happened_at == moscow("03-02 14:00")


def test_a_late_resolution_that_no_sweep_saw_is_announced(answered: Ticket) -> None:
    resolve(answered, "03-02 14:30")
    assert [sweep(moscow("03-02 15:00")), sweep(moscow("03-02 15:01"))] == [1, 0]


def test_a_new_deadline_can_be_missed_again(opened: Callable[..., Ticket]) -> None:
    ticket = opened(priority=1)
    work(ticket, "03-02 10:10")
    sweep(moscow("03-02 12:01"))
    reclassify(ticket, "03-02 13:00", priority=3)  # by 14:00 now
    sweep(moscow("03-02 13:30"))
    assert len(notices(ticket)) == 1
    sweep(moscow("03-02 14:01"))
    assert len(notices(ticket)) == 2
    assert clock_of(ticket).breached_at == moscow("03-02 12:00")


def test_a_deadline_moved_while_the_same_breach_goes_on_is_not_announced_again(answered: Ticket) -> None:
    sweep(moscow("03-02 14:05"))
    reclassify(answered, "03-02 14:10", priority=1)
    assert sweep(moscow("03-02 14:11")) == 0
