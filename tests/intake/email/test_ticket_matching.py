"""Replies find their ticket, and only those who take part may write there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from servicedesk.intake import client_reply
from servicedesk.intake.email import mail_processing
from servicedesk.intake.email.mail_processing import MailResult
from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import outbox
from servicedesk.notifications import recipients
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import Message, Ticket
from tests.factories import ClientFactory, GroupFactory, contact_of, opened_by_door
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
    taken = mail_processing.take(raw_mail(message_id="<first@client.example>"), received_at=NOW)
    assert taken.ticket is not None
    return taken.ticket


def reply(sender: str = "anna@client.example", text: str = "Still broken.", **headers: Any) -> MailResult:
    values = {"subject": "Re: Printer", "message_id": "<second@client.example>"} | headers
    return mail_processing.take(raw_mail(sender=sender, text=text, **values), received_at=NOW)


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
    other = mail_processing.take(raw_mail(message_id="<other@client.example>"), received_at=NOW).ticket
    assert other is not None
    assert reply(subject=f"[{other.reference}]", In_Reply_To=sent(ticket)).ticket == ticket


def test_mark_of_no_ticket_is_a_new_matter(ticket: Ticket) -> None:
    taken = reply(subject="[SD-999999] Printer")
    assert taken.result == "created"
    assert taken.ticket != ticket


@pytest.mark.parametrize("by", ["mark", "header", "both"])
@pytest.mark.parametrize("who", ["of another client", "colleague"])
def test_a_mail_into_a_ticket_of_others_becomes_a_matter_of_its_own(
    ticket: Ticket, anna: User, by: str, who: str
) -> None:
    """As if the ticket did not exist: the answer tells nothing of it."""
    boris = contact_of(ticket.client if who == "colleague" else ClientFactory(), email="b@c.example")
    headers = {"subject": "Printer, too"}
    headers |= {"subject": f"[{ticket.reference}] Printer, too"} if by != "header" else {}
    headers |= {"In_Reply_To": sent(ticket)} if by != "mark" else {}
    before = OutgoingMail.objects.filter(to=anna.email).count()
    taken = reply(sender=boris.email, **headers)
    assert taken.ticket is not None
    assert (taken.result, taken.ticket.requester, taken.ticket.subject) == ("created", boris, "Printer, too")
    assert taken.ticket != ticket
    assert ticket.messages.count() == 1
    told = OutgoingMail.objects.filter(to=boris.email)
    assert told.count() == 1
    assert ticket.reference not in "".join([told.get().subject, told.get().text, told.get().html])
    assert OutgoingMail.objects.filter(to=anna.email).count() == before
    nowhere = reply(sender=boris.email, subject="[SD-999999] Printer, too", message_id="<3@c.example>")
    assert (nowhere.result, nowhere.reason) == (taken.result, taken.reason)


def test_unknown_person_with_a_mark_is_quarantined(ticket: Ticket) -> None:
    taken = reply(sender="who@else.example", subject=f"[{ticket.reference}]")
    assert taken.result == "quarantined"
    assert ticket.messages.count() == 1


@pytest.mark.parametrize("right", ["manages", "follows"])
def test_of_colleagues_those_may_write_who_see_the_ticket(ticket: Ticket, right: str) -> None:
    boris = contact_of(ticket.client, email="boris@client.example", is_manager=right == "manages")
    if right == "follows":
        ticket.participants.create(user=boris)
    assert reply(sender="boris@client.example", subject=f"[{ticket.reference}]").result == "reply"
    assert last(ticket).author == boris


def test_of_several_marks_the_first_counts_where_the_sender_may_write(ticket: Ticket) -> None:
    foreign = opened_by_door()
    taken = reply(subject=f"[{foreign.reference}] [{ticket.reference}] Printer")
    assert (taken.result, taken.ticket) == ("reply", ticket)
    assert foreign.messages.count() == 1


def test_whoever_has_left_the_company_neither_writes_nor_is_told(ticket: Ticket, anna: User) -> None:
    boris = contact_of(ticket.client, email="boris@client.example")
    ticket.participants.create(user=boris)
    assert recipients.client_side(ticket, but=None) == [anna, boris]
    anna.memberships.update(is_active=False)
    boris.memberships.update(is_active=False)
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert recipients.client_side(fresh, but=None) == []
    for person in (anna, boris):
        assert (
            reply(sender=person.email, In_Reply_To=sent(ticket), message_id=f"<{person.pk}@x>").ticket is None
        )
    assert ticket.messages.count() == 1
    with pytest.raises(NotPermitted):
        client_reply.reply(fresh, author=User.objects.get(pk=anna.pk), body="Hello")


def test_a_person_of_another_client_in_copy_is_told_and_may_answer(ticket: Ticket) -> None:
    boris = contact_of(ClientFactory(), email="boris@other.example")
    ticket.participants.create(email=boris.email)
    assert boris.email in recipients.client_side(ticket, but=None)
    taken = reply(sender=f"Boris <{boris.email}>", In_Reply_To=sent(ticket))
    assert (taken.result, last(ticket).author) == ("reply", None)
    assert last(ticket).body.startswith("Boris <boris@other.example> writes:")


def test_address_in_copy_may_write_and_is_named(ticket: Ticket) -> None:
    ticket.participants.create(email="supplier@parts.example")
    taken = reply(sender="Sam <supplier@parts.example>", In_Reply_To=sent(ticket))
    assert taken.result == "reply"
    assert last(ticket).author is None
    assert last(ticket).body == "Sam <supplier@parts.example> writes:\n\nStill broken."


def test_holiday_answer_to_our_mail_changes_nothing(ticket: Ticket) -> None:
    taken = reply(In_Reply_To=sent(ticket), Auto_Submitted="auto-replied")
    assert taken.result == "ignored"
    assert ticket.messages.count() == 1
