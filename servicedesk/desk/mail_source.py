"""A received mail as a person of the desk may read it: parsed, and as it came. Never its HTML."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import Truncator

from servicedesk.mail import charsets, parsing
from servicedesk.mail.models import RawMail
from servicedesk.mail.parsing import MailUnreadable, ParsedMail

MAX_SHOWN = 100_000  # bytes of the source, characters of the text


@dataclass(frozen=True)
class MailSource:
    """`mail` is None when the bytes are no mail; `is_cut` when the source is longer than shown."""

    mail: ParsedMail | None
    text: str
    quoted: str
    source: str
    is_cut: bool


def read(raw_mail: RawMail) -> MailSource | None:
    """What the mail says, None when its bytes are not in the storage. Nothing else is ever raised."""
    try:
        with raw_mail.content.open("rb") as file:
            raw: bytes = file.read()
    except OSError:
        return None
    source, is_cut = charsets.decode(raw[:MAX_SHOWN]), len(raw) > MAX_SHOWN
    try:
        mail = parsing.parse(raw)
    except MailUnreadable:
        return MailSource(None, "", "", source, is_cut)
    text, quoted = (Truncator(one).chars(MAX_SHOWN) for one in (mail.text, mail.quoted))
    return MailSource(mail, text, quoted, source, is_cut)
