"""A received mail as a person of the desk may read it: parsed, and as it came. Never its HTML.

Tokens of other people's mails are masked: whoever could read them could write in those people's names.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.text import Truncator

from servicedesk.lib import answer_tokens
from servicedesk.mail import charsets
from servicedesk.mail.incoming import parsing
from servicedesk.mail.incoming.parsing import MailUnreadable, ParsedMail
from servicedesk.mail.models import RawMail

MAX_SHOWN = 100_000  # bytes of the source, characters of the text


@dataclass(frozen=True)
class MailSource:
    """`mail` is None when the bytes are no mail; `is_cut` when the source is longer than shown."""

    mail: ParsedMail | None
    text: str
    quoted: str
    source: str
    is_cut: bool
    to: list[str] = field(default_factory=list)
    cc: list[str] = field(default_factory=list)


def read(raw_mail: RawMail) -> MailSource | None:
    """What the mail says, None when its bytes are not in the storage. Nothing else is ever raised."""
    try:
        with raw_mail.content.open("rb") as file:
            raw: bytes = file.read()
    except OSError:
        return None
    source, is_cut = answer_tokens.masked(charsets.decode(raw[:MAX_SHOWN])), len(raw) > MAX_SHOWN
    try:
        mail = parsing.parse(raw)
    except MailUnreadable:
        return MailSource(None, "", "", source, is_cut)
    text, quoted = (answer_tokens.masked(Truncator(one).chars(MAX_SHOWN)) for one in (mail.text, mail.quoted))
    to, cc = ([answer_tokens.masked(one) for one in addresses] for addresses in (mail.to, mail.cc))
    return MailSource(mail, text, quoted, source, is_cut, to, cc)
