"""An agent, a colleague, a ticket of theirs, and mails in the agent's name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from servicedesk.intake import client_reply
from servicedesk.intake.email import mail_processing
from servicedesk.intake.email.mail_processing import MailResult
from servicedesk.mail.accounts import account as accounts
from servicedesk.mail.guards import reply_tokens
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Message, Ticket
from tests.factories import RequestTypeFactory, agent_of, opened_by_door
from tests.mail.mails import raw_mail
from workflows import advance

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
SECRET = "The relay is on a trial plan; do not promise a time before the vendor confirms."
PIN = "The PIN is 4711-22."
OURS = "mx.quayside.example"
Visibility, Reason = Message.Visibility, RawMail.Reason


@pytest.fixture(autouse=True)
def _march(settings: Any) -> Iterator[None]:
    settings.MAIL_AUTHSERV_IDS = [OURS]
    settings.MAIL_REPLY_ADDRESS = "desk@quayside.example"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def olga() -> User:
    return agent_of(RequestTypeFactory().service.group, email="olga@quayside.example", full_name="Olga Berg")


@pytest.fixture
def oleg(olga: User) -> User:
    return agent_of(olga.group_memberships.get().group, email="oleg@quayside.example")


@pytest.fixture
def ticket(olga: User) -> Ticket:
    item = RequestTypeFactory(service__group=olga.group_memberships.get().group)
    ticket = opened_by_door(request_type=item)
    advance.act(ticket, "classify", by=olga)
    advance.act(ticket, "accept", by=olga)
    return ticket


def notice(ticket: Ticket, to: User, kind: str) -> OutgoingMail:
    return OutgoingMail.objects.get(ticket=ticket, to=to.email, kind=kind)


@pytest.fixture
def asked(ticket: Ticket, olga: User) -> OutgoingMail:
    """The mail by which the agent learns what the client wrote."""
    client_reply.reply(ticket, author=ticket.requester, body="Is there news?")
    return notice(ticket, olga, "message_posted")


@pytest.fixture
def noted(ticket: Ticket, olga: User, oleg: User) -> OutgoingMail:
    """The mail by which the agent learns what a colleague noted."""
    conversation.post(ticket, author=oleg, body=SECRET, visibility=Visibility.INTERNAL)
    conversation.post(ticket, author=oleg, body=PIN, visibility=Visibility.INTERNAL)
    return OutgoingMail.objects.filter(to=olga.email, kind="message_posted.internal").earliest("pk")


def mailed(
    text: str = "We look at it.", sender: str = "Olga <olga@quayside.example>", **headers: Any
) -> MailResult:
    values = {"subject": "Re: Mail", "message_id": "<a1@quayside.example>"} | headers
    return mail_processing.take(raw_mail(sender=sender, text=text, **values), received_at=NOW)


def result(verdicts: str, server: str = OURS) -> dict[str, str]:
    return {"Authentication_Results": f"{server}; {verdicts}"}


def last(ticket: Ticket) -> Message:
    return ticket.messages.latest("pk")


def is_held(taken: MailResult, ticket: Ticket, person: User, reason: str) -> bool:
    row = RawMail.objects.latest("pk")
    found = (taken.result, taken.ticket, row.held_for, row.reason)
    assert found == ("held", ticket, person, reason)
    return not Message.objects.filter(message_id=row.message_id).exists()


def tokens_at(mail: OutgoingMail) -> str:
    return accounts.default().reply_to(reply_tokens.of(mail))


def quoted(words: str) -> str:
    return "On Mon, 2 Mar 2026 at 10:00, Desk <desk@quayside.example> wrote:\n> " + words


def held(ticket: Ticket, text: str = "We look at it.", **headers: Any) -> RawMail:
    taken = mailed(text, subject=f"[{ticket.reference}]", **headers)
    assert taken.result == "held"
    return RawMail.objects.latest("pk")
