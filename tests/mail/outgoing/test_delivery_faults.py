"""What cannot be composed or sent ends as failed with its reason, and what stands behind it still goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from servicedesk.mail.models import OutgoingAttachment, OutgoingMail
from servicedesk.mail.outgoing import composing, delivery, outbox
from servicedesk.tickets.attachments import Upload
from tests.mail.conftest import Mailbox

pytestmark = pytest.mark.django_db
State = OutgoingMail.State
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOON = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _moment() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def queued(**changes: Any) -> OutgoingMail:
    values = {"to": "anna@client.example", "subject": "Printer", "text": "Please restart it."}
    return outbox.queue(**(values | changes))


def ends(mail: OutgoingMail) -> tuple[str, str]:
    mail.refresh_from_db()
    return mail.state, mail.error


@pytest.mark.parametrize(
    "to", ["a@[", "", "a", "=?utf-8?q?a=0A?=@b.example", "a\u202eb@c.example", "a@b@c d"]
)
def test_a_recipient_that_cannot_be_written_holds_up_nobody(mailbox: Mailbox, to: str) -> None:
    broken, *others = queued(to=to), queued(), queued()
    assert outbox.sweep(SOON) == 2
    state, reason = ends(broken)
    assert (state, "not an address" in reason) == (State.FAILED, True)
    assert [ends(one)[0] for one in others] == [State.SENT, State.SENT]


def test_a_file_that_is_gone_fails_its_mail_alone(mailbox: Mailbox) -> None:
    broken, other = queued(attachments=[Upload("a.txt", "text/plain", b"a")]), queued()
    file = OutgoingAttachment.objects.get().file
    file.storage.delete(str(file.name))
    assert outbox.sweep(SOON) == 1
    assert ends(broken)[0] == State.FAILED
    assert "FileNotFoundError" in ends(broken)[1]
    assert ends(other)[0] == State.SENT


@pytest.mark.parametrize("error", [IndexError("list index"), RecursionError("deep"), KeyError("x\x00\ud800")])
def test_any_error_of_composing_is_a_reason(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    compose = composing.compose

    def broken(**values: Any) -> Any:
        if values["to"] == "broken@client.example":
            raise error
        return compose(**values)

    monkeypatch.setattr(composing, "compose", broken)
    first, second = queued(to="broken@client.example"), queued()
    assert outbox.sweep(SOON) == 1
    assert ends(first)[0] == State.FAILED
    assert type(error).__name__ in ends(first)[1]
    assert ends(second)[0] == State.SENT


def test_a_storage_that_is_away_is_asked_again(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_values: Any) -> Any:
        raise TimeoutError("storage")

    with monkeypatch.context() as patched:
        patched.setattr(composing, "compose", away)
        mail = queued()
        assert outbox.deliver(mail.pk) == State.QUEUED
    assert outbox.sweep(SOON) == 1


@pytest.mark.parametrize("answer", ["451 Greylisted", "550 No such person"])
def test_a_recipient_whom_the_server_refuses_holds_up_nobody(mailbox: Mailbox, answer: str) -> None:
    """Unlike a server that is away, for which all wait."""
    accepts = mailbox.handle_RCPT

    async def refuses(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("refused@"):
            return answer
        return await accepts(server, session, envelope, address, options)

    mailbox.handle_RCPT = refuses  # type: ignore[method-assign]
    first, second = queued(to="refused@client.example"), queued()
    assert outbox.sweep(SOON) == 1
    assert ends(first) == (State.QUEUED if answer.startswith("4") else State.FAILED, answer)
    assert ends(second)[0] == State.SENT


def test_a_mail_that_kills_its_workers_is_given_up_and_may_be_sent_again(mailbox: Mailbox) -> None:
    killer, other = queued(), queued()
    OutgoingMail.objects.filter(pk=killer.pk).update(
        state=State.SENDING, claimed_at=NOW - timedelta(minutes=11), attempts=delivery.MAX_ATTEMPTS
    )
    assert outbox.sweep(SOON) == 1
    assert ends(killer)[0] == State.FAILED
    assert "worker stopped" in ends(killer)[1]
    assert ends(other)[0] == State.SENT
    outbox.again(killer)
    assert outbox.sweep(SOON) == 1
    assert ends(killer) == (State.SENT, "")


def test_an_address_that_needs_a_newer_server_says_so_or_goes(mailbox: Mailbox) -> None:
    mail = queued(to="анна@client.example")
    outbox.deliver(mail.pk)
    state, reason = ends(mail)
    assert state == State.SENT or (state == State.FAILED and "SMTPUTF8" in reason)


def test_a_host_with_letters_beyond_ascii_sends_mails(mailbox: Mailbox, settings: Any) -> None:
    for address in ("https://desk.bücher.example", "http://[::1]:8000", "nonsense"):
        settings.BASE_URL = address
        assert outbox.deliver(queued().pk) == State.SENT
        assert mailbox.mails[-1].content.isascii()


@pytest.mark.parametrize(
    "answer", ["552 5.3.4 Message too big", "552 Too much", "550 5.2.3 Too long", "554 5.6.1 No such media"]
)
def test_a_mail_too_large_for_the_server_fails_and_small_ones_go(mailbox: Mailbox, answer: str) -> None:
    mailbox.answer_to_size = answer
    big, small = queued(text="x" * 200_000), queued()
    assert outbox.sweep(SOON) == 1
    state, reason = ends(big)
    assert (state, reason) == (State.FAILED, answer)
    assert ends(small)[0] == State.SENT


def test_a_server_without_room_for_this_one_now_is_asked_again_and_small_ones_go(mailbox: Mailbox) -> None:
    mailbox.answer_to_size = "452 4.3.4 Not now"
    big, small = queued(text="x" * 200_000), queued()
    outbox.sweep(SOON)
    assert (ends(big)[0], ends(small)[0]) == (State.QUEUED, State.SENT)


def test_a_server_that_refuses_our_sender_is_away_for_all(mailbox: Mailbox) -> None:
    mailbox.answer_to_size = "550 5.7.1 Who are you"
    big, small = queued(text="x" * 200_000), queued()
    outbox.sweep(SOON)
    assert (ends(big)[0], ends(small)[0]) == (State.QUEUED, State.QUEUED)
