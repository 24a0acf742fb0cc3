"""The one pen: every move is allowed from its statuses only, and leaves one line of history."""

from __future__ import annotations

import pytest
from django.db import transaction

from servicedesk.tickets import events, lifecycle
from servicedesk.tickets.errors import IllegalMove
from servicedesk.tickets.models import EventKind, TicketEvent
from servicedesk.tickets.statuses import Status
from tests import settings as tests_settings
from tests.factories import LONG_AGO, TicketFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", lifecycle.MOVES)
def test_a_move_is_refused_outside_its_statuses(kind):
    sources, _target = lifecycle.MOVES[kind]
    for status in set(Status) - sources:
        ticket = TicketFactory(status=status)
        with pytest.raises(IllegalMove):
            lifecycle.move(ticket, kind, by=None)
        ticket.refresh_from_db()
        assert ticket.status == status
        assert not ticket.events.exists()


@pytest.mark.parametrize("kind", lifecycle.MOVES)
def test_a_move_writes_where_it_came_from_and_where_to(kind):
    sources, target = lifecycle.MOVES[kind]
    for status in sources:
        ticket = TicketFactory(status=status)
        lifecycle.move(ticket, kind, by=UserFactory())
        event = ticket.events.get()
        assert (ticket.status, event.details["from"], event.details["to"]) == (target, status, target)


def test_a_stale_copy_is_judged_by_the_row_not_by_the_copy():
    ticket = TicketFactory(status=Status.RESOLVED)
    stale = type(ticket).objects.get(pk=ticket.pk)
    lifecycle.move(ticket, EventKind.CLOSED, by=None)
    with pytest.raises(IllegalMove):
        lifecycle.move(stale, EventKind.CLOSED, by=None)


def test_every_status_but_new_can_be_reached():
    assert {target for _sources, target in lifecycle.MOVES.values()} == set(Status) - {Status.NEW}


def chatty(event):
    events.record(event.ticket, EventKind.CLOSED, by=None)


def test_a_handler_may_not_make_history(settings):
    settings.TICKET_EVENT_HANDLERS = ["tests.tickets.test_lifecycle.chatty"]
    ticket = TicketFactory()
    with pytest.raises(RuntimeError, match="inside an event handler"), transaction.atomic():
        events.record(ticket, EventKind.OPENED, by=None)
    assert not TicketEvent.objects.exists()


def test_news_about_many_tickets_is_told_to_no_handler(settings):
    settings.TICKET_EVENT_HANDLERS = ["tests.tickets.test_lifecycle.chatty"]
    tickets = [TicketFactory(), TicketFactory()]
    told = {ticket.pk: {"change": 7} for ticket in tickets}
    events.record_many(EventKind.SLA_TERMS_CHANGED, told, by=None, at=LONG_AGO)
    lines = TicketEvent.objects.values_list("ticket", "kind", "happened_at", "details")
    assert sorted(lines) == [(ticket.pk, "sla_terms_changed", LONG_AGO, {"change": 7}) for ticket in tickets]


def test_what_a_handler_must_hear_is_not_told_to_many_at_once():
    with pytest.raises(RuntimeError, match="handlers must hear of closed"):
        events.record_many(EventKind.CLOSED, {}, by=None, at=LONG_AGO)


@pytest.mark.parametrize("kind", sorted(events.UNHEARD))
def test_no_handler_waits_for_an_unheard_kind(kind, settings, django_assert_num_queries):
    settings.TICKET_EVENT_HANDLERS = tests_settings.TICKET_EVENT_HANDLERS
    line = TicketEvent.objects.create(ticket=TicketFactory(), kind=kind, happened_at=LONG_AGO)
    with django_assert_num_queries(0):
        for handle in events._handlers():
            handle(line)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.RESOLVED, Status.CLOSED}))
def test_only_a_finished_piece_of_work_can_be_rated(status):
    with pytest.raises(IllegalMove):
        lifecycle.rate(TicketFactory(status=status), 5, "", by=None)
