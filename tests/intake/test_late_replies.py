"""A late word of the client does the same by every way it may come (C3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from servicedesk.intake import client_reply
from servicedesk.intake.email import mail_processing
from servicedesk.mail.outgoing import outbox
from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contact_of, opened_by_door
from tests.mail.mails import raw_mail
from workflows import advance
from workflows.maintenance import status_check

pytestmark = pytest.mark.django_db
WORDS = "It is still slow."


def by_function(ticket: Ticket) -> None:
    client_reply.reply(ticket, author=ticket.requester, body=WORDS)


def on_the_portal(ticket: Ticket) -> None:
    browser = Browser()
    browser.force_login(ticket.requester)
    answer = browser.post(f"/portal/requests/{ticket.pk}/reply/", {"body": WORDS})
    assert answer.status_code == 302


def by_mail(ticket: Ticket) -> None:
    address = ticket.requester.email
    ours = outbox.queue(to=address, subject="Mail", text="…", ticket=ticket).message_id
    mail = raw_mail(sender=address, text=WORDS, subject="Re: Mail", message_id="<2@x>", In_Reply_To=ours)
    assert mail_processing.take(mail, received_at=timezone.now()).ticket


TRANSITIONS = pytest.mark.parametrize("say", [by_function, on_the_portal, by_mail])


@pytest.fixture
def agent() -> User:
    return agent_of(RequestTypeFactory().service.group)


@pytest.fixture
def ticket(agent: User) -> Ticket:
    item = RequestTypeFactory(service__group=agent.group_memberships.get().group)
    client = ClientFactory()
    ticket = opened_by_door(request_type=item, client=client, requester=contact_of(client))
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    return ticket


def later(say: Callable[[Ticket], None], ticket: Ticket, days: int) -> Ticket | None:
    """Say it after so many days; return the ticket that was opened by it."""
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
        say(ticket)
    ticket.refresh_from_db()
    assert list(status_check.disagreements()) == []
    return Ticket.objects.exclude(pk=ticket.pk).first()


@TRANSITIONS
def test_within_the_grace_period_the_ticket_is_reopened(ticket, agent, say):
    advance.act(ticket, "resolve", by=agent, solution="Restarted")
    advance.confirm(ticket, by=ticket.requester)
    assert later(say, ticket, 13) is None
    assert (ticket.status, ticket.reopened_count, ticket.runs.count()) == (Status.VERIFICATION, 1, 2)
    assert ticket.events.get(kind=EventKind.REOPENED).actor == ticket.requester
    assert ticket.messages.order_by("pk").last().body == WORDS


@TRANSITIONS
def test_after_it_a_linked_ticket_is_opened(ticket, agent, say):
    advance.act(ticket, "resolve", by=agent, solution="Restarted")
    advance.confirm(ticket, by=ticket.requester)
    opened = later(say, ticket, 15)
    assert opened is not None
    assert (opened.follows, opened.requester, opened.kind) == (ticket, ticket.requester, ticket.kind)
    assert (opened.status, opened.messages.get().body) == (Status.NEW, WORDS)
    assert (ticket.status, ticket.reopened_count) == (Status.CLOSED, 0)


@TRANSITIONS
def test_a_cancelled_ticket_is_never_reopened(ticket, agent, say):
    advance.act(ticket, "cancel", by=agent, reason="Double")
    opened = later(say, ticket, 1)
    assert opened is not None
    assert (opened.follows, ticket.status) == (ticket, Status.CANCELLED)


@TRANSITIONS
def test_a_word_on_a_resolved_ticket_goes_back_to_the_solver(ticket, agent, say):
    advance.act(ticket, "resolve", by=agent, solution="Restarted")
    assert later(say, ticket, 6) is None
    assert (ticket.status, ticket.assignee, ticket.reopened_count) == (Status.VERIFICATION, agent, 1)
