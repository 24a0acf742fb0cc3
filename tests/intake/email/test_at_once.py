"""Two workers with the same mail at the same moment, over two real connections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from servicedesk.intake.email import mail_processing, sender
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.mail.outgoing import outbox
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, GroupFactory, contact_of
from tests.mail.conftest import Mailbox, mailbox
from tests.mail.mails import raw_mail
from tests.profiles import PATIENCE

__all__ = ["mailbox"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite lets one transaction write at a time; make test-postgres runs it",
    ),
]
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)


def twice_at_once(work: Callable[[], object]) -> list[object]:
    together = Barrier(2)
    results: list[object] = []

    def one() -> None:
        try:
            together.wait(timeout=PATIENCE)
            results.append(work())
        finally:
            connections.close_all()

    threads = [Thread(target=one) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    return results


def test_two_fetchers_of_one_mail_open_one_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    GroupFactory()
    contact_of(ClientFactory(), email="anna@client.example")
    both_judged = Barrier(2)
    person = sender.person

    def slowly(address: str) -> User | None:
        both_judged.wait(timeout=PATIENCE)  # neither has seen the other's ticket
        return person(address)

    with monkeypatch.context() as patched:
        patched.setattr(sender, "person", slowly)
        twice_at_once(lambda: mail_processing.take(raw_mail(), received_at=NOW))
    assert Ticket.objects.count() == 1
    assert sorted(RawMail.objects.values_list("state", flat=True)) == ["done", "failed"]
    mail_processing.sweep(NOW)
    assert Ticket.objects.count() == 1
    assert sorted(RawMail.objects.values_list("result", flat=True)) == ["created", "ignored"]


def test_two_retries_of_one_mail_open_one_ticket() -> None:
    row = mail_processing.store(raw_mail(), received_at=NOW)
    GroupFactory()
    contact_of(ClientFactory(), email="anna@client.example")
    twice_at_once(lambda: mail_processing._process(row))
    assert Ticket.objects.count() == 1


def test_two_workers_with_one_mail_send_it_once(mailbox: Mailbox) -> None:
    mail = outbox.queue(to="anna@client.example", subject="Printer", text="Restart it.")
    twice_at_once(lambda: outbox.deliver(mail.pk))
    assert len(mailbox.mails) == 1
    assert OutgoingMail.objects.get().state == OutgoingMail.State.SENT


def test_two_causes_with_one_key_queue_one_mail(mailbox: Mailbox) -> None:
    results = twice_at_once(
        lambda: outbox.queue(to="anna@client.example", subject="Report", text="…", dedupe_key="report-1").pk
    )
    assert results == [OutgoingMail.objects.get().pk] * 2
