"""A word of the desk by mail: proved, and for the right eyes, or held for whoever it claims to be from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from servicedesk.intake import client_word, email, review
from servicedesk.intake.email import MailResult
from servicedesk.intake.review import Choice
from servicedesk.mail import accounts, tokens
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.people import addresses
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Message, Ticket
from tests.factories import RequestTypeFactory, UserFactory, agent_of, contact_of, opened_by_door
from tests.mail.mails import raw_mail, with_files
from workflows import advance

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
SECRET = "The relay is on a trial plan; do not promise a time before the vendor confirms."
PIN = "The PIN is 4711-22."
OURS = "mx.quayside.example"
Visibility, Reason = Message.Visibility, RawMail.Reason


@pytest.fixture(autouse=True)
def _moment(settings: Any) -> Iterator[None]:
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
    client_word.reply(ticket, author=ticket.requester, body="Is there news?")
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
    return email.take(raw_mail(sender=sender, text=text, **values), received_at=NOW)


def result(verdicts: str, server: str = OURS) -> dict[str, str]:
    return {"Authentication_Results": f"{server}; {verdicts}"}


def last(ticket: Ticket) -> Message:
    return ticket.messages.latest("pk")


def is_held(taken: MailResult, ticket: Ticket, person: User, reason: str) -> bool:
    row = RawMail.objects.latest("pk")
    found = (taken.result, taken.ticket, row.held_for, row.reason)
    assert found == ("held", ticket, person, reason)
    return not Message.objects.filter(message_id=row.message_id).exists()


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
    asking = OutgoingMail.objects.get(kind=review.KIND)
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
    foreign = tokens.make(ticket.pk, "p", olga.email).replace(f"{ticket.pk}-", f"{other.pk}-", 1)
    again = mailed(To=f"desk+{foreign}@quayside.example", subject="Hello", message_id="<a2@quayside.example>")
    assert is_held(again, other, olga, Reason.UNPROVED)


def tokens_at(mail: OutgoingMail) -> str:
    return accounts.default().reply_to(tokens.of(mail))


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
    assert is_held(email.take(real + forged + raw, received_at=NOW), ticket, olga, Reason.UNPROVED)


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


def quoted(words: str) -> str:
    return "On Mon, 2 Mar 2026 at 10:00, Desk <desk@quayside.example> wrote:\n> " + words


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
    assert is_held(email.take(raw, received_at=NOW), ticket, olga, Reason.QUOTES_HIDDEN)


def test_what_the_client_knows_may_be_quoted_though_a_note_repeats_it(ticket, olga, oleg, asked):
    known = "The printer on the second floor prints nothing since Monday morning."
    client_word.reply(ticket, author=ticket.requester, body=known)
    conversation.post(ticket, author=oleg, body=f"They say: {known}", visibility=Visibility.INTERNAL)
    assert mailed(f"Thanks.\n\n{quoted(known)}", In_Reply_To=asked.message_id).result == "reply"
    assert last(ticket).visibility == Visibility.PUBLIC


def held(ticket: Ticket, text: str = "We look at it.", **headers: Any) -> RawMail:
    taken = mailed(text, subject=f"[{ticket.reference}]", **headers)
    assert taken.result == "held"
    return RawMail.objects.latest("pk")


def test_one_click_publishes(ticket, olga):
    row = held(ticket)
    with time_machine.travel(NOW.replace(hour=17), tick=False):
        assert review.settle(row, Choice.PUBLISH, by=olga) == ticket
    message = last(ticket)
    assert (message.body, message.author, message.visibility) == ("We look at it.", olga, Visibility.PUBLIC)
    assert message.sent_at == NOW.replace(hour=17)  # the client has waited until then
    assert (
        OutgoingMail.objects.filter(to=ticket.requester.email, text__contains="We look at it.").count() == 1
    )
    row.refresh_from_db()
    assert (row.result, row.reason, row.ticket) == ("reply", "", ticket)


def test_or_keeps_it_as_a_note_or_discards_it(ticket, olga):
    review.settle(held(ticket), Choice.NOTE, by=olga)
    assert last(ticket).visibility == Visibility.INTERNAL
    row = held(ticket, message_id="<a2@quayside.example>")
    assert review.settle(row, Choice.DISCARD, by=olga) is None
    row.refresh_from_db()
    assert (row.result, row.reason_text()) == ("ignored", "Discarded after review. Olga Berg")
    assert ticket.messages.filter(author=olga).count() == 1


@pytest.mark.parametrize("choice", Choice)
@pytest.mark.parametrize("then", Choice)
def test_it_is_decided_once(ticket, olga, choice, then):
    row = held(ticket)
    review.settle(row, choice, by=olga)
    before = ticket.messages.count()
    with pytest.raises(TicketError, match="settled already"):
        review.settle(row, then, by=olga)
    with pytest.raises(TicketError, match="settled already"):
        email.retry(row)
    assert ticket.messages.count() == before


def test_nobody_else_decides(ticket, olga, oleg):
    row = held(ticket)
    chief = UserFactory(is_superuser=True)
    for person in (oleg, chief, ticket.requester, contact_of(ticket.client, is_manager=True)):
        for choice in (Choice.PUBLISH, Choice.NOTE):
            with pytest.raises(NotPermitted):
                review.settle(row, choice, by=person)
    with pytest.raises(NotPermitted):
        review.settle(row, Choice.DISCARD, by=oleg)
    assert not RawMail.objects.visible_to(oleg).exists()
    assert list(RawMail.objects.visible_to(chief).unsettled()) == [row]
    assert review.settle(row, Choice.DISCARD, by=chief) is None
    assert not ticket.messages.filter(message_id="<a1@quayside.example>").exists()


def test_hidden_words_are_not_published_by_a_click_either(ticket, olga, noted):
    row = held(ticket, SECRET)
    with pytest.raises(TicketError, match="the client must not read"):
        review.settle(row, Choice.PUBLISH, by=olga)
    assert review.settle(row, Choice.NOTE, by=olga) == ticket


def test_a_quotation_of_hidden_words_is_left_out_of_what_is_published(ticket, olga, noted):
    row = held(ticket, f"We wait for the vendor.\n\n{quoted(SECRET)}")
    review.settle(row, Choice.PUBLISH, by=olga)
    assert (last(ticket).body, last(ticket).quoted) == ("We wait for the vendor.", "")


def test_a_right_that_was_lost_meanwhile_is_asked_again(ticket, olga):
    row = held(ticket)
    olga.group_memberships.all().delete()
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None)
    with pytest.raises(NotPermitted):
        review.settle(row, Choice.PUBLISH, by=User.objects.get(pk=olga.pk))


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
    token = tokens.in_message_id(asked.message_id)
    assert token is not None
    assert (token.ticket, token.audience) == (ticket.pk, tokens.PUBLIC)
    assert token.was_sent_to("OLGA@quayside.example")
    assert not token.was_sent_to(ticket.requester.email)
    for sealed in (token.seal[:-1] + ("a" if token.seal[-1] != "a" else "b"), "a" * 24):
        assert not tokens.Token(ticket.pk, tokens.PUBLIC, sealed).was_sent_to(olga.email)
    assert not tokens.Token(ticket.pk, tokens.PERSONAL, token.seal).was_sent_to(olga.email)


def test_tokens_outlive_a_change_of_the_key(settings, olga):
    former = settings.SECRET_KEY
    made = tokens.make(7, tokens.PUBLIC, olga.email)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [former]
    read = tokens.read(made)
    assert read is not None
    assert read.was_sent_to(olga.email)
    settings.SECRET_KEY_FALLBACKS = []
    assert not read.was_sent_to(olga.email)
