"""Timers: the minute's work shared out, none fired twice, and the client's last word before silence (C3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.utils import timezone

from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import EventKind, Message, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)
from tests.profiles import PATIENCE
from tests.workflows.conftest import opened
from workflows import advance, tasks
from workflows.engine import open_steps, timers
from workflows.maintenance import status_check

MONDAY = datetime(2026, 3, 2, 9, tzinfo=timezone.get_default_timezone())
DAY = timedelta(days=1)


def resolved(item: Any, contact: User, agent: User) -> Ticket:
    ticket = opened(item, contact)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    advance.act(ticket, "resolve", by=agent, solution="Done")
    return ticket


@pytest.fixture
def life(settings: Any, db: None) -> tuple[Ticket, User]:
    """A ticket with clocks, resolved on a Monday; everybody listens. With its agent."""
    settings.TICKET_EVENT_HANDLERS = [
        "sla.clocks.lifecycle.on_ticket_event",
        "workflows.engine.timers.on_ticket_event",
    ]
    with time_machine.travel(MONDAY, tick=False):
        client, item = ClientFactory(), RequestTypeFactory()
        contract_for(client)
        agent = agent_of(item.service.group)
        ticket = opened_by_door(client=client, request_type=item)
        advance.act(ticket, "classify", by=agent)
        advance.act(ticket, "accept", by=agent)
        advance.act(ticket, "resolve", by=agent, solution="Try again now.")
    return ticket, agent


def at(days: float) -> Any:
    return time_machine.travel(MONDAY + days * DAY, tick=False)


def fire(days: float) -> int:
    with at(days):
        return timers.fire_due(timezone.now())


def said(ticket: Ticket, by: User, days: float, **more: Any) -> Message:
    with at(days), transaction.atomic():
        ticket.lock()
        return conversation.post(ticket, author=by, body="One more word.", **more)


def test_a_reply_of_the_staff_gives_the_client_the_full_time_again(life):
    ticket, agent = life
    said(ticket, agent, 5)
    assert (fire(7.1), fire(11.9), fire(12.1)) == (0, 0, 1)


def test_a_note_that_the_client_does_not_read_moves_nothing(life):
    ticket, agent = life
    said(ticket, agent, 5, visibility=Message.Visibility.INTERNAL)
    assert fire(7.1) == 1


def test_a_late_mail_of_the_staff_never_shortens_the_time(life):
    ticket, agent = life
    said(ticket, agent, 5, at=MONDAY - DAY)
    assert (fire(6.9), fire(7.1)) == (0, 1)


def test_silence_never_closes_over_the_last_word_of_the_client(life):
    """A word that no verb heard: the timer finds it, and the ticket is checked again."""
    ticket, agent = life
    said(ticket, ticket.requester, 2)
    assert fire(7.1) == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopened_count, ticket.assignee) == (Status.VERIFICATION, 1, agent)
    assert [open_steps.node_name(task) for task in open_steps.open_tasks(ticket)] == ["verification"]
    assert open_steps.open_tasks(ticket)[0].owner == agent
    running = set(ticket.clocks.filter(state="running").values_list("kind", flat=True))
    assert (running, ticket.due_kind) == ({"resolution", "next_response"}, "next_response")
    event = ticket.events.get(kind=EventKind.REOPENED)
    assert (event.actor, event.happened_at) == (None, MONDAY + 7.1 * DAY)
    assert list(status_check.disagreements()) == []
    with at(8):
        advance.act(ticket, "resolve", by=agent, solution="Now really.")
    assert (fire(14.9), fire(15.1)) == (0, 1)
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


def test_an_automatic_word_is_nobodys_last_word(life):
    ticket, _agent = life
    with at(2), transaction.atomic():
        conversation.post(ticket, author=None, body="We have your request.")
    fire(7.1)
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


@pytest.mark.django_db
def test_the_minute_hands_out_portions_by_key(item, contact, agent, monkeypatch):
    monkeypatch.setattr(timers, "CHUNK", 2)
    sent: list[Any] = []
    monkeypatch.setattr(tasks.fire_some_timers, "apply_async", lambda args, **_: sent.append(args))
    tickets = [resolved(item, contact, agent) for _ in range(5)]
    with time_machine.travel(timezone.now() + 8 * DAY, tick=False):
        tasks.fire_timers()
        assert [len(keys) for (keys,) in sent] == [2, 2, 1]
        tasks.fire_timers()  # nobody came to them: they are sent again
        assert sent[3:] == sent[:3]
        for (keys,) in sent:
            tasks.fire_some_timers(keys)
        del sent[:]
        tasks.fire_timers()
    assert sent == []
    for ticket in tickets:
        assert ticket.events.filter(kind=EventKind.CLOSED).count() == 1


@pytest.mark.django_db
def test_a_timer_that_was_moved_meanwhile_is_judged_again(item, contact, agent):
    ticket = resolved(item, contact, agent)
    later = timezone.now() + 8 * DAY
    (keys,) = timers.chunks(later)
    with time_machine.travel(later - DAY, tick=False):
        timers.postpone_auto_close(ticket)
    assert timers.fire(keys, later) == 0


@pytest.mark.django_db
def test_one_timer_costs_no_more_than_its_closing(item, contact, agent, django_assert_max_num_queries: Any):
    """Without anybody who listens; a savepoint is one of them only inside of a test."""
    resolved(item, contact, agent)
    later = timezone.now() + 8 * DAY
    (keys,) = timers.chunks(later)
    with django_assert_max_num_queries(28):
        assert timers.fire(keys, later) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_fire_each_timer_once():
    item = RequestTypeFactory()
    contact, agent = contact_of(ClientFactory()), agent_of(item.service.group)
    tickets = [resolved(item, contact, agent) for _ in range(8)]
    later = timezone.now() + 8 * DAY
    (keys,) = timers.chunks(later)
    start = Barrier(2)

    def work(order: int) -> int:
        try:
            start.wait(timeout=PATIENCE)
            return timers.fire(keys[::order], later)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        fired = sum(pool.map(work, (1, 1)))
    fired += timers.fire(keys, later)  # what both had passed over, because the other held it
    assert fired == len(tickets)
    for ticket in tickets:
        assert ticket.events.filter(kind=EventKind.CLOSED).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_held_ticket_is_passed_over_without_waiting():
    item = RequestTypeFactory()
    contact, agent = contact_of(ClientFactory()), agent_of(item.service.group)
    held, free = resolved(item, contact, agent), resolved(item, contact, agent)
    later = timezone.now() + 8 * DAY
    is_held, is_done = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Ticket.objects.select_for_update().get(pk=held.pk)
                is_held.set()
                is_done.wait(timeout=PATIENCE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert is_held.wait(timeout=PATIENCE)
        fired = timers.fire_due(later)  # would not come back before the other lets go, if it waited
        is_done.set()
        holding.result(timeout=PATIENCE)
    free.refresh_from_db()
    assert (fired, free.status) == (1, Status.CLOSED)
    assert timers.fire_due(later) == 1
