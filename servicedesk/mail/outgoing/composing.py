"""Plain data to a mail that any program reads. Pure: settings and database stay outside."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime, parseaddr
from html import escape

import css_inline
from django.utils.translation import gettext as _
from django.utils.translation import override

from servicedesk.mail import charsets
from servicedesk.mail.headers import writing as header_writing
from servicedesk.mail.incoming.parsing import LOOP_HEADER
from servicedesk.mail.incoming.quoting import MARKER_CLOSES, MARKER_OPENS
from servicedesk.mail.outgoing import mime

_MARK = re.compile(r"\[SD-(\d{1,15})\]", re.IGNORECASE)
_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Composed:
    """A mail ready to leave: the envelope's addresses and the bytes."""

    sender: str
    to: str
    content: bytes = field(repr=False)

    def as_bytes(self) -> bytes:
        return self.content


def compose(
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    host: str,
    date: datetime,
    html: str = "",
    language: str = "",
    reply_to: str = "",
    in_reply_to: str = "",
    references: str = "",
    attachments: Sequence[File] = (),
) -> Composed:
    """Build a mail of the desk: plain text, the same as HTML, and files.

    It says that a machine sent it, so that holiday answers stay away, and names our host,
    so that we know it when it comes back. It has these headers and no others, whatever stands in the
    values: `headers.writing` writes each. Ids of others that are no Message-IDs are left out.

    Args:
        sender: our address, may carry a name; so may `reply_to`.
        to: one address without a name.
        message_id: with its brackets; see `new_message_id`.

    Raises:
        ValueError: `to`, `sender` or `reply_to` is no address.
    """
    headers = {
        "From": sender,
        "To": to,
        "Reply-To": reply_to,
        "Subject": subject,
        "Date": format_datetime(date),
        "Message-ID": message_id,
        "In-Reply-To": in_reply_to,
        "References": references,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        LOOP_HEADER: host,
        "Content-Language": language,
        "MIME-Version": "1.0",
    }
    head = b"".join(
        header_writing.line(name, value) for name, value in headers.items() if value or name == "To"
    )
    forms = [mime.text(text), *([mime.text(inlined(charsets.storable(html)), "html")] if html else [])]
    files = [mime.file(one.name, one.content_type, one.content) for one in attachments]
    body = mime.together("mixed", [mime.together("alternative", forms), *files])
    envelope_from = header_writing.address(parseaddr(charsets.printable(sender))[1])
    return Composed(envelope_from, header_writing.address(to), head + body)


def new_message_id(host: str, token: str = "") -> str:
    """Unguessable: who knows it has had the mail. See `guards.reply_tokens`."""
    return f"<{secrets.token_hex(16)}{'.' if token else ''}{token}@{host}>"


def marked(subject: str, reference: str) -> str:
    """The subject on one line with the ticket's mark, once.

    >>> marked("Printer", "SD-7"), marked("Re: [SD-7] Printer", "SD-7")
    ('[SD-7] Printer', 'Re: [SD-7] Printer')
    """
    line = charsets.printable(subject)
    mark = f"[{reference}]"
    return line if mark in line else f"{mark} {line}".strip()


def marks(subject: str) -> list[int]:
    """Primary keys of the tickets a subject names.

    >>> marks("Re: [SD-7] Printer, see [sd-8]")
    [7, 8]
    """
    return [int(number) for number in _MARK.findall(subject)]


def unmarked(subject: str) -> str:
    """The subject without marks.

    >>> unmarked("Re: [SD-7] Printer")
    'Re: Printer'
    """
    return " ".join(_MARK.sub(" ", subject).split())


def reply_line(language: str) -> str:
    """The line above which the answer goes; parsing knows it by its signs in any language."""
    with override(language):
        return f"{MARKER_OPENS} {_('Reply above this line')} {MARKER_CLOSES}"


def with_reply_line(text: str, html: str, language: str) -> tuple[str, str]:
    """Put the line on top of both forms, if it is not there yet."""
    line = reply_line(language)
    if MARKER_OPENS not in text:
        text = f"{line}\n\n{text}"
    if html and MARKER_OPENS not in html:
        shown = f'<p style="margin:0 0 12px;color:#8a8f98;font-size:12px">{escape(line)}</p>'
        html, found = re.subn(r"(<body[^>]*>)", lambda match: match[1] + shown, html, count=1)
        html = html if found else shown + html
    return text, html


def inlined(html: str) -> str:
    """Style sheets written to the elements, because mail programs drop them; nothing is fetched."""
    try:
        return _INLINER.inline(html)
    except css_inline.InlineError:
        return html
