"""A mail becomes a ticket, a reply, or a visible row with its reason; nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils.translation import get_language

from servicedesk.intake.email import mail_processing
from servicedesk.intake.email.mail_processing import MailResult
from servicedesk.mail.models import BlockRule, RawMail
from servicedesk.mail.outgoing import outbox
from servicedesk.people.models import Client, Membership, User
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import Channel, Ticket
from tests.factories import ClientFactory, GroupFactory, agent_of, contact_of
from tests.mail.mails import raw_mail, with_files

pytestmark = pytest.mark.django_db
ARRIVED = datetime(2026, 3, 2, 15, tzinfo=UTC)
FETCHED = ARRIVED + timedelta(minutes=7)


@pytest.fixture(autouse=True)
def _moment() -> Any:
    GroupFactory(name="First line")
    with time_machine.travel(FETCHED, tick=False):
        yield


@pytest.fixture
def client() -> Client:
    return ClientFactory(name="Harbour")


@pytest.fixture
def anna(client: Client) -> User:
    return contact_of(client, email="anna@client.example", full_name="Anna Ivanova")


def take(**headers: Any) -> MailResult:
    return mail_processing.take(raw_mail(**headers), received_at=ARRIVED)


def test_mail_of_a_contact_becomes_a_ticket_of_their_client(anna: User, client: Client) -> None:
    taken = take(
        sender="ANNA@client.example", Cc="boris@client.example, desk@quayside.example, not-an-address"
    )
    ticket = taken.ticket
    assert ticket is not None
    assert (taken.result, taken.reason) == ("created", "")
    assert (ticket.subject, ticket.requester, ticket.client) == ("Printer", anna, client)
    assert (ticket.channel, ticket.opened_at) == (Channel.MAIL, ARRIVED)
    message = ticket.messages.get()
    assert (message.body, message.message_id, message.sent_at) == (
        "Nothing prints since Monday.",
        "<1@client.example>",
        ARRIVED,
    )
    assert [one.email for one in ticket.participants.all()] == ["boris@client.example"]


def test_the_raw_mail_is_kept_byte_for_byte_with_its_ticket(anna: User) -> None:
    raw = raw_mail()
    taken = mail_processing.take(raw, received_at=ARRIVED)
    row = RawMail.objects.get()
    assert row.content.read() == raw
    assert (row.state, row.result, row.ticket) == (RawMail.State.DONE, "created", taken.ticket)
    assert (row.from_address, row.subject, row.size) == ("anna@client.example", "Printer", len(raw))


@pytest.mark.parametrize(("text", "subject"), [("Help me\nplease", "Help me"), ("", "(no subject)")])
def test_missing_subject_is_taken_from_the_text(anna: User, text: str, subject: str) -> None:
    taken = take(subject=None, text=text)
    assert taken.ticket is not None
    assert taken.ticket.subject == subject
    assert taken.ticket.messages.get().body


def test_the_same_mail_twice_is_one_ticket(anna: User) -> None:
    take()
    taken = take()
    assert (taken.result, taken.reason) == ("ignored", "This mail was received already.")
    assert Ticket.objects.count() == 1
    assert RawMail.objects.count() == 2


def test_the_same_bytes_without_a_message_id_are_one_ticket(anna: User) -> None:
    assert take(message_id="").result == "created"
    assert take(message_id="").result == "ignored"
    assert take(message_id="", text="Another matter").result == "created"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "An automatic answer."),
        ({"Return_Path": "<>"}, "A delivery failure report (bounce)."),
        ({"X_Service_Desk": "testserver"}, "A mail of the desk itself came back (mail loop)."),
    ],
)
def test_machines_and_our_own_mails_are_ignored_visibly(
    anna: User, headers: dict[str, str], reason: str
) -> None:
    taken = take(**headers)
    assert (taken.result, taken.ticket, taken.reason) == ("ignored", None, reason)


def test_a_blocked_mail_names_its_rule(anna: User) -> None:
    rule = BlockRule.objects.create(pattern="*@client.example")
    taken = take()
    assert (taken.result, taken.reason) == ("blocked", "A block rule matched. *@client.example")
    assert list(rule.blocked_mails.all()) == [RawMail.objects.get()]


def test_an_unknown_sender_waits_and_is_let_in_after_a_look(client: Client) -> None:
    taken = take()
    assert (taken.result, taken.ticket) == ("quarantined", None)
    assert taken.reason == "The sender’s address is unknown. anna@client.example"
    contact_of(client, email="anna@client.example")
    row = RawMail.objects.get()
    again = mail_processing.retry(row)
    assert again.result == "created"
    with pytest.raises(TicketError, match="already been processed"):
        mail_processing.retry(row)


def quarantine_reason(**headers: Any) -> str:
    taken = take(**headers)
    assert (taken.result, taken.ticket) == ("quarantined", None)
    assert Ticket.objects.count() == 0
    return RawMail.objects.get().reason


def test_a_switched_off_person_is_quarantined(anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert quarantine_reason() == RawMail.Reason.INACTIVE_SENDER


def test_a_person_of_two_clients_is_left_to_an_agent(anna: User) -> None:
    Membership.objects.create(client=ClientFactory(), user=anna)
    assert quarantine_reason() == RawMail.Reason.SEVERAL_CLIENTS


def test_a_person_whose_client_is_off_is_quarantined(anna: User, client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(is_active=False)
    assert quarantine_reason() == RawMail.Reason.NO_CLIENT


def test_staff_without_a_ticket_is_quarantined() -> None:
    agent_of(email="anna@client.example")
    assert quarantine_reason() == RawMail.Reason.STAFF_WITHOUT_TICKET


def test_a_mail_without_sender_is_quarantined(anna: User) -> None:
    assert quarantine_reason(sender="") == RawMail.Reason.NO_SENDER


@pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe junk", b"no header at all"])
def test_bytes_that_are_no_mail_are_kept_and_visible(raw: bytes) -> None:
    taken = mail_processing.take(raw, received_at=ARRIVED)
    assert (taken.result, taken.reason) == ("quarantined", "The mail could not be read.")
    assert RawMail.objects.unsettled().get().content.read() == raw


def test_files_come_along_and_refused_ones_are_named(anna: User, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    raw = with_files(
        ("log.txt", "text/x-log", b"x" * 900),
        ("big.bin", "application/x-bin", b"x" * 1100),
        ("virus.exe", "application/x-bin", b"MZ"),
    )
    taken = mail_processing.take(raw, received_at=ARRIVED)
    assert taken.ticket is not None
    message = taken.ticket.messages.get()
    assert [(one.name, one.size) for one in message.attachments.all()] == [("log.txt", 900)]
    assert message.body.startswith("See the files.\n\nNot included from this mail:\n– “big.bin” is too large")
    assert "“virus.exe” was not accepted" in message.body


def test_a_thirty_megabyte_mail_works(anna: User) -> None:
    taken = mail_processing.take(
        with_files(("disk.img", "application/x-img", b"x" * 22_000_000)), received_at=ARRIVED
    )
    assert taken.ticket is not None
    assert "“disk.img” is too large" in taken.ticket.messages.get().body
    assert RawMail.objects.get().size > 29_000_000


def test_an_endless_text_is_cut_and_attached(anna: User) -> None:
    taken = take(text="word " * 50_000)
    assert taken.ticket is not None
    message = taken.ticket.messages.get()
    assert len(message.body) <= 100_000
    assert [one.name for one in message.attachments.all()] == ["full text.txt"]


def test_an_error_of_ours_keeps_the_mail_and_the_sweeper_tries_again(
    anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_asked: object) -> Ticket:
        raise ZeroDivisionError("our mistake")

    with monkeypatch.context() as patched:
        patched.setattr(mail_processing, "submit", broken)
        taken = take()
        assert (taken.result, taken.ticket) == ("quarantined", None)
        assert taken.reason.startswith("Processing failed")
        row = RawMail.objects.get()
        assert (row.state, row.error, row.subject) == ("failed", "ZeroDivisionError: our mistake", "Printer")
        for _attempt in range(10):
            mail_processing.sweep(FETCHED)
        row.refresh_from_db()
        assert row.attempts == mail_processing.MAX_ATTEMPTS
    assert mail_processing.retry(row).result == "created"


def test_a_mail_left_by_a_dead_worker_is_gone_through(anna: User) -> None:
    mail_processing.store(raw_mail(), received_at=ARRIVED)
    assert mail_processing.sweep(ARRIVED + timedelta(minutes=9)) == 0
    assert mail_processing.sweep(ARRIVED + timedelta(minutes=10)) == 1
    assert RawMail.objects.get().result == "created"


def test_a_mail_that_kills_its_worker_is_not_tried_for_ever(anna: User) -> None:
    row = mail_processing.store(raw_mail(), received_at=ARRIVED)
    RawMail.objects.filter(pk=row.pk).update(attempts=mail_processing.MAX_ATTEMPTS)
    assert mail_processing.sweep(ARRIVED + timedelta(hours=1)) == 0
    row.refresh_from_db()
    assert row.state == RawMail.State.FAILED


def test_the_client_is_addressed_in_their_language(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    User.objects.filter(pk=anna.pk).update(language="ru")

    def submit(_asked: object) -> Ticket:
        seen.append(str(get_language()))
        raise TicketError("stop")

    monkeypatch.setattr(mail_processing, "submit", submit)
    taken = take()
    assert seen == ["ru"]
    assert (taken.result, taken.reason) == ("quarantined", "The message was rejected. stop")


def test_our_own_message_id_is_a_loop(anna: User) -> None:
    mail = outbox.queue(to="anna@client.example", subject="x", text="x")
    assert take(message_id=mail.message_id).reason == "A mail of the desk itself came back (mail loop)."
