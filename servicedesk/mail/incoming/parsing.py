"""Raw bytes of a mail to plain facts. Pure: no database, no settings, no clock.

The structure is read with the old, forgiving policy of `email`: the newer one parses headers
on access and raises on hostile ones (`Message-ID: <>` is an IndexError there).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser

from servicedesk.mail import charsets
from servicedesk.mail.headers import reading as header_reading
from servicedesk.mail.incoming import parts, quoting
from servicedesk.mail.incoming.parts import MailFile

LOOP_HEADER = "X-Service-Desk"

_ESSENTIAL = {"from", "to", "subject", "date", "message-id", "received", "sender", "return-path"}
_AUTOMATIC_HEADERS = ("x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-auto-reply")
_BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_ENVELOPE = ("Delivered-To", "X-Original-To", "Envelope-To")
_DAEMONS = re.compile(r"^(mailer-daemon|postmaster)@", re.IGNORECASE)


class MailUnreadable(Exception):
    """These bytes are no mail: not one header that a mail has."""


@dataclass(frozen=True)
class ParsedMail:
    """Addresses are as written, ids with their brackets, `date` in UTC. Missing things are empty.

    `delivered_to` is where servers on the way say they put it; `authentication_results` are the values of
    these headers, the topmost first: see `authentication`.
    """

    message_id: str
    in_reply_to: str
    references: list[str]
    from_name: str
    from_address: str
    to: list[str]
    cc: list[str]
    reply_to: list[str]
    subject: str
    date: datetime | None
    text: str
    quoted: str
    attachments: list[MailFile]
    is_auto_reply: bool
    is_bounce: bool
    loop_mark: str
    delivered_to: list[str] = field(default_factory=list)
    authentication_results: list[str] = field(default_factory=list)
    has_one_author: bool = True

    @property
    def answers(self) -> list[str]:
        """Message-IDs this mail may be an answer to, the nearest first."""
        return [self.in_reply_to] * bool(self.in_reply_to) + self.references[::-1]


def parse(raw: bytes) -> ParsedMail:
    """Return what the mail says; too deeply nested ones come as a file beside their headers.

    Raises:
        MailUnreadable: there is no mail header at all. Nothing else is ever raised.
    """
    message = _structure(raw)
    if not _ESSENTIAL & {name.lower() for name in message}:
        raise MailUnreadable
    try:
        texts, files = parts.collect(message)
    except (RecursionError, parts.TooMuch):
        texts, files = [], [MailFile("mail.eml", "application/octet-stream", raw)]
    subject = header_reading.text(message, "Subject")
    text, quoted = quoting.split(_tidy("\n\n".join(texts)), subject)
    sender = (
        header_reading.addresses(message, "From") or header_reading.addresses(message, "Sender") or [("", "")]
    )[0]
    return ParsedMail(
        message_id=_one_id(message, "Message-ID"),
        in_reply_to=_one_id(message, "In-Reply-To"),
        references=header_reading.message_ids(message, "References")[-50:],
        from_name=sender[0],
        from_address=sender[1],
        to=[address for _name, address in header_reading.addresses(message, "To")],
        cc=[address for _name, address in header_reading.addresses(message, "Cc")],
        reply_to=[address for _name, address in header_reading.addresses(message, "Reply-To")],
        subject=subject,
        date=header_reading.moment(header_reading.first(message, "Date")),
        text=text,
        quoted=quoted,
        attachments=files,
        is_auto_reply=_is_automatic(message),
        is_bounce=_is_bounce(message, sender[1]),
        loop_mark=header_reading.text(message, LOOP_HEADER),
        delivered_to=[
            address for name in _ENVELOPE for _name, address in header_reading.addresses(message, name)
        ],
        authentication_results=header_reading.raw(message, "Authentication-Results"),
        has_one_author=_has_one_author(message),
    )


def arrival(raw: bytes) -> datetime | None:
    """When the last server on the way got the mail, by its topmost Received header."""
    received = header_reading.first(_structure(raw[:100_000], headers_only=True), "Received")
    return header_reading.moment(received.rpartition(";")[2])


def _structure(raw: bytes, *, headers_only: bool = False) -> Message:
    """The tree of parts, or the headers alone when the tree is too deep to build."""
    parser: BytesParser[Message] = BytesParser(Message, policy=policy.compat32)
    octets = raw.lstrip(b"\xef\xbb\xbf\r\n\t ")
    try:
        if headers_only or octets.lower().count(b"boundary=") > parts.MAX_PARTS:
            return _as_too_deep(parser.parsebytes(octets, headersonly=True))
        return parser.parsebytes(octets)
    except (RecursionError, MessageError, ValueError, LookupError, TypeError, AttributeError):
        return _as_too_deep(parser.parsebytes(octets, headersonly=True))


def _as_too_deep(message: Message) -> Message:
    if message.get_content_maintype() in {"multipart", "message"}:
        message.set_payload([])
    return message


def _tidy(text: str) -> str:
    """Unix line ends, no trailing blanks, at most one empty line in a row."""
    lines = (line.rstrip() for line in re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c]", "\n", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", charsets.storable("\n".join(lines))).strip()


def _one_id(message: Message, name: str) -> str:
    return next(iter(header_reading.message_ids(message, name)), "")


def _has_one_author(message: Message) -> bool:
    """One From with one address: else servers and we might judge different ones."""
    return (
        len(header_reading.raw(message, "From")) == 1 and len(header_reading.addresses(message, "From")) == 1
    )


def _is_automatic(message: Message) -> bool:
    submitted = header_reading.first(message, "Auto-Submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if any(header_reading.raw(message, name) for name in _AUTOMATIC_HEADERS):
        return True
    return header_reading.first(message, "Precedence").lower() in _BULK


def _is_bounce(message: Message, sender: str) -> bool:
    if parts.content_type(message) == "multipart/report" or _DAEMONS.match(sender):
        return True
    return any(value.strip() == "<>" for value in header_reading.raw(message, "Return-Path"))
