"""Plain data to a mail that any program reads. Pure: settings and database stay outside."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from html import escape

import css_inline
from django.utils.translation import gettext as _
from django.utils.translation import override

from servicedesk.mail import charsets
from servicedesk.mail.parsing import LOOP_HEADER
from servicedesk.mail.quoting import MARKER_CLOSES, MARKER_OPENS

_MARK = re.compile(r"\[SD-(\d{1,15})\]", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+")
_TYPE = re.compile(r"[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+")
_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    content: bytes = field(repr=False)


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
    in_reply_to: str = "",
    references: str = "",
    attachments: Sequence[File] = (),
) -> EmailMessage:
    """Build a mail of the desk: plain text, the same as HTML, and files.

    It says that a machine sent it, so that holiday answers stay away, and names our host,
    so that we know it when it comes back.

    Args:
        sender: our address, may carry a name.
        to: one address without a name.
        message_id: with its brackets; see `new_message_id`.

    Raises:
        ValueError: `to` or `sender` is no address.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _named(sender)
    mail["To"] = _bare(to)
    mail["Subject"] = charsets.printable(subject)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = message_id
    if in_reply_to:
        mail["In-Reply-To"] = charsets.printable(in_reply_to)
    if references:
        mail["References"] = charsets.printable(references)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail[LOOP_HEADER] = host
    mail.set_content(charsets.storable(text))
    if html:
        mail.add_alternative(inlined(charsets.storable(html)), subtype="html")
    for file in attachments:
        _attach(mail, file)
    if language:
        mail["Content-Language"] = language  # last: contents take their own headers along
    return mail


def new_message_id(host: str) -> str:
    """Unguessable: who knows it has had the mail."""
    return f"<{secrets.token_hex(16)}@{host}>"


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


def _bare(address: str) -> str:
    if not _ADDRESS.fullmatch(address.strip()):
        raise ValueError(f"not an address: {address!r}")
    return address.strip()


def _named(value: str) -> str:
    name, address = parseaddr(charsets.printable(value))
    return formataddr((name, _bare(address)))


def _attach(mail: EmailMessage, file: File) -> None:
    kind = file.content_type if _TYPE.fullmatch(file.content_type) else "application/octet-stream"
    if kind.startswith(("message/", "multipart/")):  # would have to be a mail, not bytes
        kind = "application/octet-stream"
    maintype, _slash, subtype = kind.partition("/")
    name = charsets.printable(file.name) or "file"
    mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=name)
