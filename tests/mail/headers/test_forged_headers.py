"""Whatever stands in a row of the outbox, the bytes that leave hold our headers, our text and no others."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core.mail import EmailMessage, send_mail
from django.utils import timezone

from servicedesk.intake.email import mail_processing
from servicedesk.mail import charsets
from servicedesk.mail.headers import reading as header_reading
from servicedesk.mail.headers import writing as header_writing
from servicedesk.mail.incoming import parsing
from servicedesk.mail.incoming.parts import clean_name
from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import composing, outbox
from servicedesk.people import invitations
from servicedesk.tickets import conversation
from servicedesk.tickets.attachments import Upload
from tests.factories import ClientFactory, GroupFactory, UserFactory, agent_of, contact_of, opened_by_door
from tests.mail.conftest import Mailbox
from tests.mail.mails import raw_mail

pytestmark = pytest.mark.django_db
State = OutgoingMail.State

BREAK_Q = "=?utf-8?q?x=0AReply-To:_evil=40evil.example=0A=0AYour_password_has_expired?="
BREAK_B = "=?utf-8?b?eA0KQmNjOiBldmlsQGV2aWwuZXhhbXBsZQ0KDQpldmls?="
HOSTILE = {
    "line feed": "x\nReply-To: evil@evil.example\n\nevil",
    "carriage return": "x\rReply-To: evil@evil.example\r\revil",
    "both": "x\r\nBcc: evil@evil.example\r\n\r\nevil",
    "folded": "x\r\n Reply-To: evil@evil.example\r\n\tevil",
    "NUL": "x\x00Reply-To: evil@evil.example\x00",
    "other line ends": "x\x0bBcc: a@b.example\x0cBcc:\x85Bcc:\u2028Bcc:\u2029Bcc: evil@evil.example",
    "q word": BREAK_Q,
    "b word": BREAK_B,
    "word of 16 bits": "=?utf-16?b?AA0ACgBCAGMAYwA6?=",
    "word in words": "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3D0AReply-To=3A_evil=40evil.example=3F=3D?=",
    "neighbouring words": f"{BREAK_Q} {BREAK_B}",
    "word beside words": f"Printer {BREAK_Q} prints {BREAK_B}!",
    "word with a language": "=?utf-8*en?q?x=0D=0ABcc:_evil=40evil.example?=",
    "word of letters beyond ASCII": f"Принтер {BREAK_Q} ё",
    "lone opening": "=? and =?utf-8?q? and ?=",
    "unknown charset": "=?x-nothing?q?x=0ABcc:_evil?=",
    "very long": "word " * 3000,
    "very long without a blank": "w" * 5000,
    "long word in a long text": BREAK_Q + "я" * 4000,
    "turned direction": "invoice\u202efdp.exe \u2067evil\u2069",
    "half a pair": "x\ud800\udfffy",
    "8 bits": "M\xfcller \u4f60\u597d \U0001f600",
    "quotes": 'a"b\\c"; filename="evil.exe"; x=(y) <evil@evil.example>, b@c.example',
    "parameters": 'a"; charset="utf-7"\r\nContent-Type: text/html',
    "percent": "100%41 utf-8''x%0D%0ABcc",
    "nothing": "",
    "blanks": " \t \n ",
}
OUTBOX = "servicedesk.mail.outgoing.backend.OutboxBackend"  # tests have another by default
DISPOSITION = "Content-Disposition"
OURS = {
    *("from", "to", "subject", "date", "message-id", "auto-submitted", "x-auto-response-suppress"),
    *("x-service-desk", "content-language", "mime-version", "content-type", "content-transfer-encoding"),
}
hostile = pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)


def left(mailbox: Mailbox, mail: OutgoingMail) -> tuple[bytes, Any]:
    """The bytes that reached the server, and what they say to a reader."""
    assert outbox.deliver(mail.pk) == State.SENT, OutgoingMail.objects.get(pk=mail.pk).error
    raw = mailbox.mails[-1].content
    head, _blank, _body = raw.partition(b"\r\n\r\n")
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert re.search(rb"(?im)^(bcc|x-bad)\s*:", head) is None
    return raw, message_from_bytes(raw, policy=policy.default)


def names(mail: Any) -> list[str]:
    return [name.lower() for name, _value in mail.items()]


def queued(**changes: Any) -> OutgoingMail:
    values = {"to": "anna@client.example", "subject": "Printer", "text": "Please restart it."}
    return outbox.queue(**(values | changes))


@hostile
def test_a_subject_is_read_as_people_see_it_and_adds_nothing(mailbox: Mailbox, value: str) -> None:
    mail = queued(subject=value)
    raw, read = left(mailbox, mail)
    shown = charsets.printable(value)[:300].rstrip()
    assert sorted(names(read)) == sorted(OURS - ({"subject"} if not shown else set()))
    assert str(read["Subject"] or "") == shown == mail.subject
    assert header_reading.text(message_from_bytes(raw), "Subject") == shown
    assert read["To"] == "anna@client.example"
    assert read.get_content().strip() == "Please restart it."


@hostile
def test_the_subject_of_a_ticket_keeps_its_mark(mailbox: Mailbox, value: str) -> None:
    ticket = opened_by_door(subject=f"P {value}")
    read = left(mailbox, queued(subject=ticket.subject, ticket=ticket))[1]
    assert read["Subject"] == f"[{ticket.reference}] {ticket.subject}"
    assert set(names(read)) == OURS
    assert composing.marks(read["Subject"])[0] == ticket.pk


@hostile
@pytest.mark.parametrize("field", ["in_reply_to", "references"])
def test_ids_of_others_are_written_only_when_they_are_ids(mailbox: Mailbox, field: str, value: str) -> None:
    for given in (value, f"<{value}@client.example>", f"<q@client.example>{value}"):
        read = left(mailbox, queued(**{field: given}))[1]
        assert set(names(read)) <= OURS | {"in-reply-to", "references"}
        written = str(read["In-Reply-To"] or read["References"] or "")
        assert "=?" not in written
        assert all(re.fullmatch(r"<[!-~]+@[!-~]+>", one) for one in written.split())


def test_honest_ids_go_along(mailbox: Mailbox) -> None:
    ids = [f"<{number}.a+b$c=d@[10.0.0.1]>" for number in range(60)]
    read = left(mailbox, queued(in_reply_to=ids[0], references=" ".join(ids)))[1]
    assert read["In-Reply-To"] == ids[0]
    assert str(read["References"]).split() == ids[-50:]


@hostile
def test_the_name_of_a_file_is_a_name_only(mailbox: Mailbox, value: str) -> None:
    files = [Upload(f"{value}.txt", "text/plain", b"log"), Upload(value, value, b"second")]
    raw, read = left(mailbox, queued(attachments=files))
    wanted = [charsets.printable(one.name)[:255].rstrip() or "file" for one in files]
    plain = message_from_bytes(raw)
    assert [
        name for part in plain.walk() if (name := header_reading.parameter(part, DISPOSITION, "filename"))
    ] == wanted
    assert [one.name for one in parsing.parse(raw).attachments] == [clean_name(one) for one in wanted]
    assert [part.get_payload(decode=True) for part in read.iter_attachments()] == [b"log", b"second"]
    for part in plain.walk():
        assert set(names(part)) <= OURS | {"content-disposition"}
        assert "evil" not in str(part.get_content_type())


@hostile
def test_the_name_of_the_sender_is_a_name_only(mailbox: Mailbox, settings: Any, value: str) -> None:
    name = value.replace("<", "(").replace("\\", "/").replace('"', "'").replace("(", "[").replace(")", "]")
    settings.DEFAULT_FROM_EMAIL = f'"{name}" <desk@quayside.example>'
    settings.MAIL_REPLY_ADDRESS = "desk@quayside.example"
    raw, read = left(mailbox, queued(ticket=opened_by_door()))
    shown = charsets.printable(name)[:150].rstrip()
    plain = message_from_bytes(raw)
    assert header_reading.addresses(plain, "From") == [(shown, "desk@quayside.example")]
    ((reply_name, reply_address),) = header_reading.addresses(plain, "Reply-To")
    assert reply_name == shown
    assert re.fullmatch(r"desk\+\d+-i-[a-z2-7]{24}@quayside\.example", reply_address)
    assert read["From"].addresses[0].addr_spec == "desk@quayside.example"
    assert len(read["From"].addresses) == 1
    assert set(names(read)) == OURS | {"reply-to"}
    assert mailbox.mails[-1].mail_from == "desk@quayside.example"


@hostile
def test_what_is_no_address_is_written_nowhere(mailbox: Mailbox, value: str) -> None:
    for to in (value, f"{value}@client.example", f"anna@{value}", f"anna@client.example{value}"):
        mail = queued(to=to)
        state = outbox.deliver(mail.pk)
        if state == State.SENT:
            assert mailbox.mails.pop().rcpt_tos == [mail.to]
        else:
            mail.refresh_from_db()
            assert (mail.state, mailbox.mails) == (State.FAILED, [])
            assert "not an address" in mail.error or "SMTPUTF8" in mail.error


@pytest.mark.parametrize(
    "to",
    [
        *("a@[", "a@[127.0.0.1]", "a@b]", "a@b..c", "a@-b.example", '"a b"@c.example', "a@" + "c" * 64),
        *("=?utf-8?q?a=0A?=@c.example", "a@=?utf-8?q?c=0A?=", f"{'a' * 65}@c.example"),
        *("a@c.example\u202e", "a\u202e@c.example"),
    ],
)
def test_addresses_that_no_mail_can_carry_are_refused(to: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        header_writing.address(to)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("o'neil+x@client.example", "o'neil+x@client.example"),
        ("anna@сайт.example", "anna@xn--80aswg.example"),
        (" anna@localhost ", "anna@localhost"),
    ],
)
def test_honest_addresses_are_written(given: str, written: str) -> None:
    assert header_writing.address(given) == written


@hostile
def test_text_and_page_are_the_body_and_nothing_else(mailbox: Mailbox, value: str) -> None:
    said = f"Before {value} after"
    _raw, read = left(mailbox, queued(text=said, html=f"<p>{charsets.storable(said)[:200]}</p>"))
    assert set(names(read)) == OURS - {"content-transfer-encoding"}
    plain = read.get_body(("plain",)).get_content()
    assert plain.split() == charsets.storable(re.sub(r"\r\n?", "\n", said)).split()
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


@hostile
def test_mails_of_accounts_pass_the_same_way(mailbox: Mailbox, settings: Any, value: str) -> None:
    settings.EMAIL_BACKEND = OUTBOX
    subject = " ".join(value.split())  # Django itself refuses breaks here, not encoded words
    send_mail(subject, "Choose a password.", None, ["anna@client.example"])
    message = EmailMessage("Report", "See it.", None, ["Anna <anna@client.example>"])
    message.extra_headers["X-Bad"] = "1"
    message.attach(f"{subject or 'a'}.txt", "rows", "text/plain")
    message.send()
    first, second = OutgoingMail.objects.order_by("pk")
    assert str(left(mailbox, first)[1]["Subject"] or "") == charsets.printable(subject)[:300].rstrip()
    read = left(mailbox, second)[1]
    assert read["To"] == "anna@client.example"
    assert set(names(read)) == OURS - {"content-transfer-encoding"}
    assert [part.get_payload(decode=True) for part in read.iter_attachments()] == [b"rows"]


def test_an_invitation_names_its_company_as_it_is_written(mailbox: Mailbox, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.COMPANY_NAME = OUTBOX, f"Quay {BREAK_Q}"
    invitations.invite(UserFactory(email="new@client.example"), by=agent_of())
    read = left(mailbox, OutgoingMail.objects.get())[1]
    assert settings.COMPANY_NAME in read["Subject"]
    assert set(names(read)) == OURS


@hostile
def test_a_mail_that_comes_in_with_it_goes_out_harmless(mailbox: Mailbox, value: str) -> None:
    """All the way: a stranger's headers, a ticket, and the mails that follow from it."""
    GroupFactory(name="First line")
    client = ClientFactory()
    anna = contact_of(client, email="anna@client.example")
    inner = f"P {value}".encode("utf-8", "replace").hex("=").upper()
    coded = f"=?utf-8?q?={inner}?="
    raw = raw_mail(
        subject=coded[:60_000], message_id=f"<{''.join(charsets.storable(value).split())[:200]}@c>"
    )
    ticket = mail_processing.take(raw, received_at=timezone.now()).ticket
    assert ticket is not None
    assert ticket.requester == anna
    conversation.post(ticket, author=agent_of(ticket.group), body=f"{charsets.storable(value)} Hello")
    for mail in OutgoingMail.objects.filter(to=anna.email):
        read = left(mailbox, mail)[1]
        assert read["Subject"] == f"[{ticket.reference}] {ticket.subject}"
        assert set(names(read)) == OURS - {"content-transfer-encoding"}
