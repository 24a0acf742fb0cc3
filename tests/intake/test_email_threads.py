"""Replies find their ticket, and only those who take part may write there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from servicedesk.intake import email
from servicedesk.intake.email import MailResult
from servicedesk.mail import outbox
from servicedesk.mail.models import RawMail
from servicedesk.people.models import User
from servicedesk.tickets.models import Message, Ticket
from tests.factories import ClientFactory, GroupFactory, agent_of, contact_of
from tests.mail.mails import raw_mail

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _moment() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def anna() -> User:
    return contact_of(ClientFactory(name="Harbour"), email="anna@client.example", full_name="Anna Ivanova")


@pytest.fixture
def ticket(anna: User) -> Ticket:
    GroupFactory(name="First line")
    taken = email.take(raw_mail(message_id="<first@client.example>"), received_at=NOW)
    assert taken.ticket is not None
    return taken.ticket


def reply(sender: str = "anna@client.example", text: str = "Still broken.", **headers: Any) -> MailResult:
    values = {"subject": "Re: Printer", "message_id": "<second@client.example>"} | headers
    return email.take(raw_mail(sender=sender, text=text, **values), received_at=NOW)


def sent(ticket: Ticket, **changes: Any) -> str:
    """The Message-ID of a mail of ours about the ticket."""
    return outbox.queue(
        to="anna@client.example", subject="Printer", text="…", ticket=ticket, **changes
    ).message_id


def last(ticket: Ticket) -> Message:
    return ticket.messages.order_by("pk").last()  # type: ignore[return-value]


def test_answer_to_our_mail_is_a_reply_of_the_client(ticket: Ticket, anna: User) -> None:
    taken = reply(
        text="Still broken.\n\nOn Mon, 2 Mar 2026, Desk <desk@quayside.example> wrote:\n> Try again",
        In_Reply_To=sent(ticket),
    )
    assert (taken.result, taken.ticket) == ("reply", ticket)
    message = last(ticket)
    assert (message.author, message.side, message.body) == (anna, Message.Side.CLIENT, "Still broken.")
    assert message.quoted.endswith("> Try again")


def test_second_mail_about_the_own_first_one_is_a_reply(ticket: Ticket) -> None:
    taken = reply(References="<unknown@x> <first@client.example>")
    assert (taken.result, taken.ticket) == ("reply", ticket)


def test_mark_in_the_subject_is_enough_for_those_who_take_part(ticket: Ticket) -> None:
    assert reply(subject=f"Re: [{ticket.reference}] Printer").ticket == ticket


def test_headers_win_over_the_mark(ticket: Ticket) -> None:
    other = email.take(raw_mail(message_id="<other@client.example>"), received_at=NOW).ticket
    assert other is not None
    assert reply(subject=f"[{other.reference}]", In_Reply_To=sent(ticket)).ticket == ticket


def test_mark_of_no_ticket_is_a_new_matter(ticket: Ticket) -> None:
    taken = reply(subject="[SD-999999] Printer")
    assert taken.result == "created"
    assert taken.ticket != ticket


@pytest.mark.parametrize("by", ["mark", "header"])
def test_another_clients_person_cannot_write_into_the_ticket(ticket: Ticket, by: str) -> None:
    contact_of(ClientFactory(), email="thief@evil.example")
    headers = {"subject": f"[{ticket.reference}]"} if by == "mark" else {"In_Reply_To": sent(ticket)}
    taken = reply(sender="thief@evil.example", **headers)
    assert (taken.result, taken.ticket) == ("quarantined", None)
    assert RawMail.objects.get(from_address="thief@evil.example").reason == RawMail.Reason.NOT_THEIR_TICKET
    assert ticket.messages.count() == 1


def test_unknown_person_with_a_mark_is_quarantined(ticket: Ticket) -> None:
    taken = reply(sender="who@else.example", subject=f"[{ticket.reference}]")
    assert taken.result == "quarantined"
    assert ticket.messages.count() == 1


def test_colleague_of_the_client_may_write(ticket: Ticket) -> None:
    boris = contact_of(ticket.client, email="boris@client.example")
    assert reply(sender="boris@client.example", subject=f"[{ticket.reference}]").result == "reply"
    assert last(ticket).author == boris


def test_address_in_copy_may_write_and_is_named(ticket: Ticket) -> None:
    ticket.participants.create(email="supplier@parts.example")
    taken = reply(sender="Sam <supplier@parts.example>", In_Reply_To=sent(ticket))
    assert taken.result == "reply"
    assert last(ticket).author is None
    assert last(ticket).body == "Sam <supplier@parts.example> writes:\n\nStill broken."


def test_answer_of_staff_is_public(ticket: Ticket) -> None:
    agent = agent_of(email="olga@quayside.example")
    taken = reply(sender="olga@quayside.example", In_Reply_To=sent(ticket))
    assert (taken.result, taken.ticket) == ("reply", ticket)
    message = last(ticket)
    assert (message.author, message.side) == (agent, Message.Side.STAFF)
    assert message.visibility == Message.Visibility.PUBLIC


def test_answer_of_staff_to_an_internal_note_stays_internal(ticket: Ticket) -> None:
    agent_of(email="olga@quayside.example")
    reply(sender="olga@quayside.example", In_Reply_To=sent(ticket, kind="message_posted.internal"))
    assert last(ticket).visibility == Message.Visibility.INTERNAL


def test_answer_of_staff_to_a_personal_message_is_not_guessed(ticket: Ticket) -> None:
    agent_of(email="olga@quayside.example")
    taken = reply(sender="olga@quayside.example", In_Reply_To=sent(ticket, kind="message_posted.personal"))
    assert taken.result == "quarantined"
    assert "page of the ticket" in taken.reason
    assert ticket.messages.count() == 1


def test_agent_outside_a_private_group_cannot_write(ticket: Ticket) -> None:
    agent_of(email="olga@quayside.example")
    Ticket.objects.filter(pk=ticket.pk).update(group=GroupFactory(is_private=True))
    assert reply(sender="olga@quayside.example", In_Reply_To=sent(ticket)).result == "quarantined"


def test_holiday_answer_to_our_mail_changes_nothing(ticket: Ticket) -> None:
    taken = reply(In_Reply_To=sent(ticket), Auto_Submitted="auto-replied")
    assert taken.result == "ignored"
    assert ticket.messages.count() == 1
