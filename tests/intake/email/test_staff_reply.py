"""A word of the desk by mail: proved, and for the right eyes, or held for whoever it claims to be from."""

from __future__ import annotations

import pytest

from servicedesk.intake.email import held_mail, mail_processing
from servicedesk.mail.guards import reply_tokens
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.people import addresses
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Message
from tests.factories import UserFactory, agent_of, opened_by_door
from tests.intake.email.desk_mail import (
    NOW,
    OURS,
    _march,
    asked,
    is_held,
    last,
    mailed,
    noted,
    notice,
    oleg,
    olga,
    result,
    ticket,
    tokens_at,
)
from tests.mail.mails import raw_mail

pytestmark = pytest.mark.django_db
__all__ = ["_march", "asked", "noted", "oleg", "olga", "ticket"]  # fixtures
Visibility, Reason = Message.Visibility, RawMail.Reason


def test_an_answer_to_the_clients_word_goes_to_the_client(ticket, olga, asked):
    taken = mailed(In_Reply_To=asked.message_id)
    assert (taken.result, taken.ticket) == ("reply", ticket)
    message = last(ticket)
    assert (message.author, message.side, message.visibility) == (olga, "staff", Visibility.PUBLIC)
    assert OutgoingMail.objects.filter(to=ticket.requester.email, text__contains="We look at it.").exists()


@pytest.mark.parametrize("results", ["dmarc=fail header.from=quayside.example", "", "dmarc=none"])
def test_the_mark_alone_proves_nothing(ticket, olga, results):
    """The address of an agent is known to every client who was ever answered."""
    headers = result(results) if results else {}
    sent = OutgoingMail.objects.filter(to=ticket.requester.email).count()
    taken = mailed("Pay to this account.", subject=f"Re: [{ticket.reference}] Mail", **headers)
    assert is_held(taken, ticket, olga, Reason.UNPROVED)
    assert OutgoingMail.objects.filter(to=ticket.requester.email).count() == sent
    asking = OutgoingMail.objects.get(kind=held_mail.KIND)
    assert asking.to == olga.email
    assert "Pay to this account" not in asking.text
    assert f"/mail/in/{RawMail.objects.get().pk}/" in asking.text


def test_a_token_of_another_person_proves_nothing(ticket, olga, oleg, asked):
    """The client has mails of ours too, and so have colleagues."""
    conversation.post(ticket, author=oleg, body="Restart it, please.")
    of_client = notice(ticket, ticket.requester, "message_posted")
    assert is_held(mailed(In_Reply_To=of_client.message_id), ticket, olga, Reason.UNPROVED)
    forged = mailed(sender=oleg.email, In_Reply_To=asked.message_id, message_id="<a2@quayside.example>")
    assert is_held(forged, ticket, oleg, Reason.UNPROVED)


def test_a_token_of_another_ticket_proves_nothing_here(ticket, olga, asked):
    other = opened_by_door(request_type=ticket.request_type)
    taken = mailed(subject=f"[{other.reference}]", To=tokens_at(asked))
    assert taken.ticket == ticket  # the reply address says where it goes
    foreign = reply_tokens.make(ticket.pk, "p", olga.email).replace(f"{ticket.pk}-", f"{other.pk}-", 1)
    again = mailed(To=f"desk+{foreign}@quayside.example", subject="Hello", message_id="<a2@quayside.example>")
    assert is_held(again, other, olga, Reason.UNPROVED)


@pytest.mark.parametrize("spelling", [str, str.upper])
@pytest.mark.parametrize("header", ["To", "Cc", "Delivered_To", "X_Original_To"])
def test_the_reply_address_is_a_proof(ticket, olga, asked, header, spelling):
    address = tokens_at(asked).rpartition("<")[2].rstrip(">")
    taken = mailed(subject="Re: Mail", **{header: spelling(address)})
    assert (taken.result, taken.ticket) == ("reply", ticket)
    assert last(ticket).visibility == Visibility.PUBLIC
    assert [one.email for one in ticket.participants.all()] == []


def test_a_token_counts_when_the_row_of_its_mail_is_gone(ticket, olga, asked):
    identifier = asked.message_id
    OutgoingMail.objects.all().delete()
    assert mailed(In_Reply_To=identifier).result == "reply"
    assert last(ticket).visibility == Visibility.PUBLIC


def test_a_mail_of_ours_from_before_there_were_tokens_counts_by_its_row(ticket, olga, asked):
    OutgoingMail.objects.filter(pk=asked.pk).update(message_id="<0123456789abcdef@testserver>")
    assert mailed(In_Reply_To="<0123456789abcdef@testserver>").result == "reply"
    assert last(ticket).visibility == Visibility.PUBLIC


def test_any_address_of_the_person_may_bring_the_token_back(ticket, olga, asked):
    home = addresses.add(olga, "olga@home.example")
    assert mailed(sender=home.email, In_Reply_To=asked.message_id).result == "reply"
    assert last(ticket).author == olga


@pytest.mark.parametrize(
    "results",
    [
        "dmarc=pass header.from=quayside.example",
        "spf=fail smtp.mailfrom=list.example; dkim=pass header.d=quayside.example",
        "spf=pass smtp.mailfrom=bounce.quayside.example",
    ],
)
def test_what_our_server_confirms_is_posted_for_colleagues(ticket, olga, results):
    """Without its own token nothing says that it is meant for the client."""
    taken = mailed(subject=f"[{ticket.reference}]", **result(results))
    assert (taken.result, last(ticket).visibility) == ("reply", Visibility.INTERNAL)


def test_the_word_of_another_server_counts_nothing(ticket, olga):
    forged = result("dmarc=pass header.from=quayside.example", server="mx.evil.example")
    assert is_held(mailed(subject=f"[{ticket.reference}]", **forged), ticket, olga, Reason.UNPROVED)


def test_a_result_below_the_topmost_counts_nothing(ticket, olga):
    raw = raw_mail(sender=olga.email, subject=f"[{ticket.reference}]")
    forged = f"Authentication-Results: {OURS}; dmarc=pass header.from=quayside.example\r\n".encode()
    real = f"Authentication-Results: {OURS}; dmarc=fail header.from=quayside.example\r\n".encode()
    assert is_held(mail_processing.take(real + forged + raw, received_at=NOW), ticket, olga, Reason.UNPROVED)


def test_without_a_named_server_no_result_counts(ticket, olga, settings):
    settings.MAIL_AUTHSERV_IDS = []
    passed = result("dmarc=pass header.from=quayside.example")
    assert is_held(mailed(subject=f"[{ticket.reference}]", **passed), ticket, olga, Reason.UNPROVED)


def test_two_authors_are_none(ticket, olga):
    passed = result("dmarc=pass")
    both = "olga@quayside.example, eve@evil.example"
    held = mailed(sender=both, subject=f"[{ticket.reference}]", **passed)
    assert is_held(held, ticket, olga, Reason.UNPROVED)


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_an_answer_to_a_note_is_a_note(ticket, olga, noted, header):
    assert mailed(**{header: noted.message_id}).result == "reply"
    assert last(ticket).visibility == Visibility.INTERNAL


def test_an_answer_to_a_note_without_a_header_is_never_public(ticket, olga, noted):
    subject = f"Re: [{ticket.reference}] Mail"
    assert is_held(mailed(subject=subject), ticket, olga, Reason.UNPROVED)
    taken = mailed(subject=subject, To=tokens_at(noted), message_id="<a2@quayside.example>")
    assert (taken.result, last(ticket).visibility) == ("reply", Visibility.INTERNAL)


def test_of_two_answered_mails_the_stricter_decides(ticket, olga, asked, noted):
    taken = mailed(In_Reply_To=asked.message_id, To=tokens_at(noted))
    assert (taken.result, last(ticket).visibility) == ("reply", Visibility.INTERNAL)


def test_going_on_from_an_own_note_stays_among_colleagues(ticket, olga, asked, noted):
    mailed("Only for us.", In_Reply_To=noted.message_id)
    own = "<a1@quayside.example>"
    mailed("And this.", In_Reply_To=own, References=f"{asked.message_id} {own}", message_id="<a2@q.example>")
    assert (last(ticket).body, last(ticket).visibility) == ("And this.", Visibility.INTERNAL)


@pytest.mark.parametrize("kind", ["sla_escalated.internal", "accepted", "sla_breached", "reopened"])
def test_an_answer_to_another_notice_is_a_note(ticket, olga, asked, kind):
    OutgoingMail.objects.filter(pk=asked.pk).update(kind=kind, message_id="<old@testserver>")
    assert mailed(In_Reply_To="<old@testserver>").result == "reply"
    assert last(ticket).visibility == Visibility.INTERNAL


def test_an_answer_to_a_personal_message_waits_for_its_writer_alone(ticket, olga, oleg):
    conversation.post(ticket, author=oleg, body="Psst", visibility=Visibility.PERSONAL, addressee=olga)
    psst = notice(ticket, olga, "message_posted.personal")
    taken = mailed("Between us.", In_Reply_To=psst.message_id)
    assert is_held(taken, ticket, olga, Reason.PERSONAL)
    assert "page of the ticket" in taken.reason
    row = RawMail.objects.get()
    assert RawMail.objects.visible_to(olga).filter(pk=row.pk).exists()
    assert not RawMail.objects.visible_to(oleg).filter(pk=row.pk).exists()


def test_whoever_does_not_work_on_the_ticket_writes_nothing_there(ticket, olga, asked):
    """By mail as on its page; and nobody but they and administrators reads what they wrote."""
    stranger = agent_of(email="ivo@quayside.example")
    passed = result("dmarc=pass header.from=quayside.example")
    taken = mailed(sender=stranger.email, subject=f"[{ticket.reference}]", **passed)
    assert (taken.result, taken.ticket) == ("quarantined", None)
    row = RawMail.objects.get()
    assert row.reason == Reason.NOT_THEIR_TICKET
    assert list(RawMail.objects.visible_to(stranger)) == [row]
    assert not RawMail.objects.visible_to(olga).exists()


def test_an_account_manager_answers_for_nobody(ticket, olga):
    manager = UserFactory(is_account_manager=True, email="irina@quayside.example")
    ticket.client.account_manager = manager
    ticket.client.save()
    passed = result("dmarc=pass header.from=quayside.example")
    taken = mailed(sender=manager.email, subject=f"[{ticket.reference}]", **passed)
    assert taken.result == "quarantined"


def test_the_mails_that_leave_carry_the_tokens_of_their_readers(ticket, olga, asked):
    token = reply_tokens.in_message_id(asked.message_id)
    assert token is not None
    assert (token.ticket, token.audience) == (ticket.pk, reply_tokens.PUBLIC)
    assert token.was_sent_to("OLGA@quayside.example")
    assert not token.was_sent_to(ticket.requester.email)
    for sealed in (token.seal[:-1] + ("a" if token.seal[-1] != "a" else "b"), "a" * 24):
        assert not reply_tokens.Token(ticket.pk, reply_tokens.PUBLIC, sealed).was_sent_to(olga.email)
    assert not reply_tokens.Token(ticket.pk, reply_tokens.PERSONAL, token.seal).was_sent_to(olga.email)


def test_tokens_outlive_a_change_of_the_key(settings, olga):
    former = settings.SECRET_KEY
    made = reply_tokens.make(7, reply_tokens.PUBLIC, olga.email)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [former]
    read = reply_tokens.read(made)
    assert read is not None
    assert read.was_sent_to(olga.email)
    settings.SECRET_KEY_FALLBACKS = []
    assert not read.was_sent_to(olga.email)
