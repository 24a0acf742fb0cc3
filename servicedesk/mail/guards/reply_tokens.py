"""Tokens in mails we send: who brings one back has had the mail that was sent to that one address.

A token names the ticket and who may read what its mail was about, and is sealed for the address it was sent
to. It stands in the Message-ID, which answers name, and behind the plus of the reply address. So it is short,
of letters and digits that survive any change of case: `42-p-k3…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from servicedesk.lib import signing
from servicedesk.mail.models import OutgoingMail

PUBLIC, INTERNAL, PERSONAL = "p", "i", "x"
PURPOSE = "mail.answer"

_TOKEN = re.compile(r"([1-9]\d{0,17})-([pix])-([a-z2-7]{24})")
_IN_ID = re.compile(r"<[0-9a-f]{32}\.([0-9a-z-]{1,60})@[^<>\s]+>", re.IGNORECASE)

# A mail of the kind “message_posted” carries words that the client may read; all other notices to people of
# the desk are for them, and so are answers to them.
_OF_CLIENTS = "message_posted"


@dataclass(frozen=True)
class Token:
    """`audience` is PUBLIC, INTERNAL or PERSONAL; `seal` is not checked yet."""

    ticket: int
    audience: str
    seal: str

    def was_sent_to(self, address: str) -> bool:
        return signing.is_sealed(PURPOSE, _value(self.ticket, self.audience, address), self.seal)


def make(ticket: int, audience: str, address: str) -> str:
    return f"{ticket}-{audience}-{signing.seal(PURPOSE, _value(ticket, audience, address))}"


def read(text: str) -> Token | None:
    """What a token says, before anybody has proved that it was theirs."""
    found = _TOKEN.fullmatch(text.strip().lower())
    return Token(int(found[1]), found[2], found[3]) if found else None


def in_message_id(identifier: str) -> Token | None:
    found = _IN_ID.fullmatch(identifier)
    return read(found[1]) if found else None


def audience_of(kind: str) -> str:
    """Who may read the answer to a mail of this kind; see `OutgoingMail.kind`."""
    if kind.endswith(".personal"):
        return PERSONAL
    return PUBLIC if kind == _OF_CLIENTS else INTERNAL


def of(mail: OutgoingMail) -> str:
    """The token of a mail about a ticket, empty for any other."""
    return make(mail.ticket_id, audience_of(mail.kind), mail.to) if mail.ticket_id else ""


def _value(ticket: int, audience: str, address: str) -> str:
    return f"{ticket} {audience} {address.strip().lower()}"
