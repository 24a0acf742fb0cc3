"""C3: what a client's word does to a ticket, whatever channel it came by."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from servicedesk.intake import client_reply
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import RequestTypeFactory, agent_of, opened_by_door
from workflows import advance

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return RequestTypeFactory()


@pytest.fixture
def agent(item):
    return agent_of(item.service.group)


@pytest.fixture
def ticket(item, agent):
    ticket = opened_by_door(request_type=item)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    return ticket


def say(ticket, text="It is still slow"):
    return client_reply.reply(ticket, author=ticket.requester, body=text)


def test_a_word_during_work_is_a_comment(ticket):
    word = say(ticket)
    assert (word.outcome, ticket.status) == ("posted", Status.IN_PROGRESS)


def test_an_answer_returns_the_ticket_to_review(ticket, agent):
    advance.act(ticket, "ask_client", by=agent, question="Which phone?")
    word = say(ticket, "A54")
    ticket.refresh_from_db()
    assert (word.outcome, ticket.status, word.message.body) == ("resumed", Status.UNDER_REVIEW, "A54")


def test_a_reply_to_a_solution_reopens_and_becomes_a_comment(ticket, agent):
    advance.act(ticket, "resolve", by=agent, solution="Restarted")
    word = say(ticket)
    ticket.refresh_from_db()
    assert (word.outcome, ticket.status, ticket.reopened_count) == ("reopened", Status.VERIFICATION, 1)
    assert ticket.messages.last().body == "It is still slow"


def test_a_reply_within_the_grace_period_reopens_a_closed_ticket(ticket, agent):
    advance.act(ticket, "resolve", by=agent, solution="Restarted")
    advance.confirm(ticket, by=ticket.requester)
    with time_machine.travel(timezone.now() + timedelta(days=13), tick=False):
        assert say(ticket).outcome == "reopened"
    assert ticket.runs.count() == 2


def test_a_later_reply_opens_a_linked_ticket(ticket, agent):
    advance.act(ticket, "resolve", by=agent, solution="Restarted")
    advance.confirm(ticket, by=ticket.requester)
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        word = say(ticket)
    ticket.refresh_from_db()
    assert (word.outcome, word.ticket.follows, ticket.status) == ("new_ticket", ticket, Status.CLOSED)
    assert word.ticket.messages.get().body == "It is still slow"


def test_a_word_on_a_cancelled_ticket_opens_a_new_one(ticket, agent):
    advance.act(ticket, "cancel", by=agent, reason="Double")
    assert say(ticket).outcome == "new_ticket"
    assert Ticket.objects.count() == 2


def test_the_answer_counts_from_when_it_was_said(ticket, agent):
    asked = timezone.now()
    with time_machine.travel(asked, tick=False):
        advance.act(ticket, "ask_client", by=agent, question="Which phone?")
    with time_machine.travel(asked + timedelta(minutes=20), tick=False):
        client_reply.reply(ticket, author=ticket.requester, body="A54", at=asked + timedelta(minutes=13))
    event = ticket.events.get(kind=EventKind.CLIENT_ANSWERED)
    assert event.happened_at == asked + timedelta(minutes=13)
