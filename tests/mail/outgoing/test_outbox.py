"""Outgoing mail: a row first, sent once, tried again, never lost."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import time_machine
from django.db import transaction

from servicedesk.mail import tasks
from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import composing, delivery, outbox
from servicedesk.people.models import User
from servicedesk.tickets.attachments import Upload
from tests.factories import TicketFactory, UserFactory
from tests.mail.conftest import Mailbox

pytestmark = pytest.mark.django_db
State = OutgoingMail.State
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def queued(**changes: Any) -> OutgoingMail:
    values = {"to": "anna@client.example", "subject": "Printer", "text": "Please restart it."}
    return outbox.queue(**(values | changes))


def fresh(mail: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=mail.pk)


def test_without_a_mail_server_it_is_kept_readable() -> None:
    mail = queued()
    assert (mail.state, mail.text) == (State.KEPT, "Please restart it.")
    assert outbox.deliver(mail.pk) == State.KEPT


def test_the_worker_gets_the_id_when_the_cause_is_committed(
    mailbox: Mailbox, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over: list[int] = []
    monkeypatch.setattr(tasks.send, "delay", handed_over.append)
    with django_capture_on_commit_callbacks(execute=True):
        mail = queued()
        assert handed_over == []
    assert handed_over == [mail.pk]
    assert mail.state == State.QUEUED


def test_a_broker_that_is_down_does_not_fail_the_cause(
    mailbox: Mailbox, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(pk: int) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.send, "delay", down)
    with django_capture_on_commit_callbacks(execute=True):
        mail = queued()
    assert outbox.sweep(NOW + 5 * MINUTE) == 1
    assert fresh(mail).state == State.SENT


def test_it_arrives_with_mark_reply_line_and_files(mailbox: Mailbox) -> None:
    ticket = TicketFactory()
    mail = queued(
        ticket=ticket,
        html="<html><body><p>Please restart it.</p></body></html>",
        attachments=[Upload("отчёт.pdf", "application/pdf", b"%PDF")],
        in_reply_to="<q@client.example>",
    )
    assert outbox.deliver(mail.pk) == State.SENT
    (envelope,) = mailbox.mails
    assert envelope.rcpt_tos == ["anna@client.example"]
    assert envelope.mail_from == "desk@quayside.example"
    received: Any = message_from_bytes(envelope.content, policy=policy.default)
    assert received["Subject"] == f"[{ticket.reference}] Printer"
    assert received["Message-ID"] == mail.message_id
    assert received["In-Reply-To"] == "<q@client.example>"
    assert received.get_body(("plain",)).get_content().startswith("##- Reply above this line -##")
    assert [part.get_content() for part in received.iter_attachments()] == [b"%PDF"]
    sent = fresh(mail)
    assert (sent.sent_at, sent.attempts, sent.error) == (NOW, 1, "")


def test_the_same_key_is_the_same_mail(mailbox: Mailbox) -> None:
    first = queued(dedupe_key="report-1")
    second = queued(dedupe_key="report-1", attachments=[Upload("a", "text/plain", b"a")])
    assert first == second
    assert OutgoingMail.objects.count() == 1
    assert second.attachments.count() == 0


def test_one_statement_without_a_key_and_three_with_one(
    mailbox: Mailbox, django_assert_num_queries: Any
) -> None:
    ticket = TicketFactory()
    with django_assert_num_queries(1):
        queued(ticket=ticket)
    with django_assert_num_queries(3):
        queued(ticket=ticket, dedupe_key="event-1")


def test_a_rolled_back_cause_leaves_no_mail(mailbox: Mailbox) -> None:
    with transaction.atomic():
        queued()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


def test_two_workers_at_once_send_one_mail(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = queued()
    seen_by_the_second: list[str] = []
    compose = composing.compose

    def while_the_first_is_at_it(**values: Any) -> Any:
        seen_by_the_second.append(outbox.deliver(mail.pk))
        return compose(**values)

    monkeypatch.setattr(composing, "compose", while_the_first_is_at_it)
    assert outbox.deliver(mail.pk) == State.SENT
    assert seen_by_the_second == [State.SENDING]
    assert outbox.deliver(mail.pk) == State.SENT
    assert len(mailbox.mails) == 1


def test_what_a_dead_worker_left_is_sent_again(mailbox: Mailbox) -> None:
    mail = queued()
    OutgoingMail.objects.filter(pk=mail.pk).update(state=State.SENDING, claimed_at=NOW, attempts=1)
    assert outbox.sweep(NOW + 9 * MINUTE) == 0
    assert outbox.sweep(NOW + 10 * MINUTE) == 1
    assert fresh(mail).state == State.SENT
    assert len(mailbox.mails) == 1


def test_a_mail_the_worker_has_just_got_is_left_to_it(mailbox: Mailbox) -> None:
    mail = queued()
    assert outbox.sweep(NOW + MINUTE) == 0
    assert fresh(mail).state == State.QUEUED


def test_a_busy_server_is_asked_again_later_and_later(mailbox: Mailbox, clock: Any) -> None:
    mailbox.answer_to_recipient = "451 Try again later"
    mail = queued()
    pauses = []
    for _attempt in range(delivery.MAX_ATTEMPTS - 1):
        assert outbox.deliver(mail.pk) == State.QUEUED
        due = fresh(mail).next_attempt_at
        assert due is not None
        pauses.append(int((due - datetime.now(UTC)).total_seconds() / 60))
        clock.move_to(due)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 240]
    assert fresh(mail).error == "451 Try again later"
    assert outbox.deliver(mail.pk) == State.FAILED
    mailbox.answer_to_recipient = "250 OK"
    outbox.again(mail)
    assert outbox.sweep(datetime.now(UTC)) == 1


def test_a_refused_address_fails_at_once_with_the_servers_words(mailbox: Mailbox) -> None:
    mailbox.answer_to_recipient = "550 No such person"
    mail = queued()
    assert outbox.deliver(mail.pk) == State.FAILED
    assert fresh(mail).error == "550 No such person"


def test_what_is_no_address_fails_with_a_reason(mailbox: Mailbox) -> None:
    mail = queued(to="nobody\r\nBcc: all@client.example")
    assert outbox.deliver(mail.pk) == State.FAILED
    assert "not an address" in fresh(mail).error
    assert mailbox.mails == []


def test_a_server_that_is_away_stops_the_sweep_at_the_first_mail(mailbox: Mailbox, settings: Any) -> None:
    settings.EMAIL_PORT = 1  # nobody listens there
    first, second = queued(), queued()
    assert outbox.sweep(NOW + 5 * MINUTE) == 0
    assert (fresh(first).attempts, fresh(second).attempts) == (1, 0)
    assert "ConnectionRefusedError" in fresh(first).error


def test_people_read_their_own_mails_and_administrators_all() -> None:
    mail = queued()
    anna = UserFactory(email="Anna@client.example")
    agent: User = UserFactory(is_agent=True)
    chief = UserFactory(is_superuser=True)
    assert list(OutgoingMail.objects.visible_to(anna)) == [mail]
    assert list(OutgoingMail.objects.visible_to(agent)) == []
    assert list(OutgoingMail.objects.visible_to(chief)) == [mail]
