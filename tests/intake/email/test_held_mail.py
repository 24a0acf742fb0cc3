"""What is held waits for one person, whose one click decides; hidden words reach nobody by it."""

from __future__ import annotations

import pytest
import time_machine

from servicedesk.intake import client_reply
from servicedesk.intake.email import held_mail, mail_processing
from servicedesk.intake.email.held_mail import Choice
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Message, Ticket
from tests.factories import UserFactory, contact_of
from tests.intake.email.desk_mail import (
    NOW,
    PIN,
    SECRET,
    _march,
    asked,
    held,
    is_held,
    last,
    mailed,
    noted,
    oleg,
    olga,
    quoted,
    ticket,
)
from tests.mail.mails import raw_mail, with_files

pytestmark = pytest.mark.django_db
__all__ = ["_march", "asked", "noted", "oleg", "olga", "ticket"]  # fixtures
Visibility, Reason = Message.Visibility, RawMail.Reason


@pytest.mark.parametrize(
    "text",
    [
        f"See below.\n\n{quoted(SECRET)}",
        f"See below.\n\n{quoted(PIN)}",
        SECRET,
        "We wait: " + SECRET.replace("plan; do", "plan;\n>> do").upper(),
        f"{quoted(SECRET)}\nSee above.",
        f"> {PIN}\nShall I?\n> Is there news?\nYes.",
    ],
    ids=["quoted", "a short one quoted", "copied", "copied and folded", "answered below", "in between"],
)
def test_hidden_words_stop_a_public_answer(ticket, olga, asked, noted, text):
    taken = mailed(text, In_Reply_To=asked.message_id)
    assert is_held(taken, ticket, olga, Reason.QUOTES_HIDDEN)


@pytest.mark.parametrize("name", ["a.txt", "a.eml"])
def test_hidden_words_in_a_file_of_words_stop_it_too(ticket, olga, asked, noted, name):
    headers = {"sender": olga.email, "In_Reply_To": asked.message_id, "message_id": "<f@quayside.example>"}
    if name == "a.txt":
        raw = with_files((name, "text/plain", SECRET.encode()), **headers)
    else:
        forwarded = b"Content-Type: message/rfc822\r\n\r\n" + raw_mail(text=SECRET) + b"\r\n--cut--"
        raw = with_files(**headers).replace(b"--cut--", b"--cut\r\n" + forwarded)
    assert is_held(mail_processing.take(raw, received_at=NOW), ticket, olga, Reason.QUOTES_HIDDEN)


def test_what_the_client_knows_may_be_quoted_though_a_note_repeats_it(ticket, olga, oleg, asked):
    known = "The printer on the second floor prints nothing since Monday morning."
    client_reply.reply(ticket, author=ticket.requester, body=known)
    conversation.post(ticket, author=oleg, body=f"They say: {known}", visibility=Visibility.INTERNAL)
    assert mailed(f"Thanks.\n\n{quoted(known)}", In_Reply_To=asked.message_id).result == "reply"
    assert last(ticket).visibility == Visibility.PUBLIC


def test_one_click_publishes(ticket, olga):
    row = held(ticket)
    with time_machine.travel(NOW.replace(hour=17), tick=False):
        assert held_mail.settle(row, Choice.PUBLISH, by=olga) == ticket
    message = last(ticket)
    assert (message.body, message.author, message.visibility) == ("We look at it.", olga, Visibility.PUBLIC)
    assert message.sent_at == NOW.replace(hour=17)  # the client has waited until then
    assert (
        OutgoingMail.objects.filter(to=ticket.requester.email, text__contains="We look at it.").count() == 1
    )
    row.refresh_from_db()
    assert (row.result, row.reason, row.ticket) == ("reply", "", ticket)


def test_or_keeps_it_as_a_note_or_discards_it(ticket, olga):
    held_mail.settle(held(ticket), Choice.NOTE, by=olga)
    assert last(ticket).visibility == Visibility.INTERNAL
    row = held(ticket, message_id="<a2@quayside.example>")
    assert held_mail.settle(row, Choice.DISCARD, by=olga) is None
    row.refresh_from_db()
    assert (row.result, row.reason_text()) == ("ignored", "Discarded after review. Olga Berg")
    assert ticket.messages.filter(author=olga).count() == 1


@pytest.mark.parametrize("choice", Choice)
@pytest.mark.parametrize("then", Choice)
def test_it_is_decided_once(ticket, olga, choice, then):
    row = held(ticket)
    held_mail.settle(row, choice, by=olga)
    before = ticket.messages.count()
    with pytest.raises(TicketError, match="already been processed"):
        held_mail.settle(row, then, by=olga)
    with pytest.raises(TicketError, match="already been processed"):
        mail_processing.retry(row)
    assert ticket.messages.count() == before


def test_nobody_else_decides(ticket, olga, oleg):
    row = held(ticket)
    chief = UserFactory(is_superuser=True)
    for person in (oleg, chief, ticket.requester, contact_of(ticket.client, is_manager=True)):
        for choice in (Choice.PUBLISH, Choice.NOTE):
            with pytest.raises(NotPermitted):
                held_mail.settle(row, choice, by=person)
    with pytest.raises(NotPermitted):
        held_mail.settle(row, Choice.DISCARD, by=oleg)
    assert not RawMail.objects.visible_to(oleg).exists()
    assert list(RawMail.objects.visible_to(chief).unsettled()) == [row]
    assert held_mail.settle(row, Choice.DISCARD, by=chief) is None
    assert not ticket.messages.filter(message_id="<a1@quayside.example>").exists()


def test_hidden_words_are_not_published_by_a_click_either(ticket, olga, noted):
    row = held(ticket, SECRET)
    with pytest.raises(TicketError, match="not visible to the client"):
        held_mail.settle(row, Choice.PUBLISH, by=olga)
    assert held_mail.settle(row, Choice.NOTE, by=olga) == ticket


def test_a_quotation_of_hidden_words_is_left_out_of_what_is_published(ticket, olga, noted):
    row = held(ticket, f"We wait for the vendor.\n\n{quoted(SECRET)}")
    held_mail.settle(row, Choice.PUBLISH, by=olga)
    assert (last(ticket).body, last(ticket).quoted) == ("We wait for the vendor.", "")


def test_a_right_that_was_lost_meanwhile_is_asked_again(ticket, olga):
    row = held(ticket)
    olga.group_memberships.all().delete()
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None)
    with pytest.raises(NotPermitted):
        held_mail.settle(row, Choice.PUBLISH, by=User.objects.get(pk=olga.pk))


def test_a_flood_in_somebodys_name_is_one_notice(ticket, olga):
    rows = [held(ticket, message_id=f"<{number}@evil.example>") for number in range(3)]
    assert OutgoingMail.objects.filter(kind=held_mail.KIND).count() == 1
    for row in rows:
        held_mail.settle(row, Choice.DISCARD, by=olga)
    held(ticket, message_id="<4@evil.example>")
    assert OutgoingMail.objects.filter(kind=held_mail.KIND).count() == 2
