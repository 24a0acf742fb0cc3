"""A token that an agent was sent does not leave with what the agent writes or attaches."""

from __future__ import annotations

import base64

import pytest

from servicedesk.intake.email import mail_processing
from servicedesk.lib.uploads import Upload
from servicedesk.mail.guards import reply_tokens
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.tickets import conversation
from servicedesk.tickets.errors import FileRefused
from servicedesk.tickets.models import Attachment
from tests.factories import opened_by_door
from tests.intake.email.desk_mail import (
    NOW,
    _march,
    asked,
    is_held,
    last,
    mailed,
    oleg,
    olga,
    result,
    ticket,
    tokens_at,
)
from tests.mail.mails import with_files

pytestmark = pytest.mark.django_db
__all__ = ["_march", "asked", "oleg", "olga", "ticket"]  # fixtures
ANSWER = {"subject": "Re: Mail", "message_id": "<a1@q.example>"}


def source(asked: OutgoingMail) -> bytes:
    """The notice as the agent's program keeps it."""
    return (
        f"Message-ID: {asked.message_id}\r\nReply-To: {tokens_at(asked)}\r\n"
        "From: desk@quayside.example\r\nSubject: Mail\r\n\r\nIs there news?\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("name", "kind"), [("notice.eml", "message/rfc822"), ("source.txt", "text/plain"), ("a.bin", "a/b")]
)
def test_a_notice_attached_to_an_answer_goes_without_its_token(ticket, olga, asked, name, kind):
    seal = reply_tokens.of(asked).rpartition("-")[2]
    attached = (f"{reply_tokens.of(asked)} {name}", kind, source(asked))
    raw = with_files(attached, sender=olga.email, **ANSWER, In_Reply_To=asked.message_id)
    assert mail_processing.take(raw, received_at=NOW).result == "reply"
    kept = last(ticket).attachments.get()
    with kept.file.open("rb") as file:
        content = file.read()
    assert seal.encode() not in content
    assert seal not in kept.name
    assert b"Is there news?" in content


def test_a_notice_inside_an_encoded_mail_stays_out_with_a_sentence(ticket, olga, asked):
    wrapped = base64.encodebytes(source(asked))
    inner = b"Subject: Fwd\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped
    attached = ("fwd.eml", "application/octet-stream", inner)
    raw = with_files(attached, sender=olga.email, **ANSWER, In_Reply_To=asked.message_id)
    assert mail_processing.take(raw, received_at=NOW).result == "reply"
    assert "fwd.eml" in last(ticket).body
    assert not Attachment.objects.exists()


def test_pages_do_the_same(ticket, olga, asked):
    token = reply_tokens.of(asked)
    files = [Upload(f"{token}.eml", "message/rfc822", source(asked))]
    message = conversation.post(ticket, author=olga, body=f"See {token}", files=files)
    seal = token.rpartition("-")[2]
    kept = message.attachments.get()
    with kept.file.open("rb") as file:
        assert seal.encode() not in file.read()
    assert seal not in message.body + kept.name
    inner = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(source(asked))
    with pytest.raises(FileRefused):
        conversation.post(ticket, author=olga, body="See", files=[Upload("a.eml", "", inner)])
    assert token not in opened_by_door(request_type=ticket.request_type, subject=f"Re: {token}").subject


def test_a_token_counts_nothing_in_a_mail_that_our_server_calls_forged(ticket, olga, asked):
    failed = result("dmarc=fail header.from=quayside.example")
    forged = mailed(In_Reply_To=asked.message_id, **failed)
    assert is_held(forged, ticket, olga, RawMail.Reason.UNPROVED)
    elsewhere = result("dmarc=fail header.from=quayside.example", server="mx.list.example")
    assert mailed(In_Reply_To=asked.message_id, message_id="<a2@q.example>", **elsewhere).result == "reply"
