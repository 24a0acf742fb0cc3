"""Whether a person of the desk wrote a mail, and for whose eyes: an address in From proves nothing.

It is proved by a token that only they were sent (`reply_tokens`), in a Message-ID that the mail answers or
behind the plus of the reply address, or by the word of our own receiving server about the domain in From.
Against a plain “dmarc=fail” of that server no token counts.
Words are public only in answer to what the client may read, by its own token; all others are for colleagues.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from servicedesk.intake.email.ticket_matching import MAX_ANSWERED
from servicedesk.mail.accounts.account import Account
from servicedesk.mail.guards import reply_tokens
from servicedesk.mail.incoming import authentication
from servicedesk.mail.incoming.parsing import ParsedMail
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import User
from servicedesk.tickets import merged
from servicedesk.tickets.models import Message, Ticket

_STRICTEST_FIRST = (reply_tokens.PERSONAL, reply_tokens.INTERNAL, reply_tokens.PUBLIC)
_OF_MESSAGE = {
    Message.Visibility.INTERNAL: reply_tokens.INTERNAL,
    Message.Visibility.PERSONAL: reply_tokens.PERSONAL,
}


@dataclass(frozen=True)
class Proof:
    """`audience` is one of `reply_tokens`: who may read the words."""

    is_proved: bool
    audience: str


@dataclass(frozen=True)
class _Answered:
    """Something on the way of the conversation; `is_own`: the writer, and nobody else, was sent it."""

    ticket: int
    audience: str
    is_own: bool


def of(mail: ParsedMail, user: User, ticket: Ticket, account: Account) -> Proof:
    """Judge a mail in the name of this person of the desk about this ticket; a few statements."""
    own = [user.email, *user.addresses.filter(is_active=True).values_list("email", flat=True)]
    standing = {ticket.pk, *merged.taken_in(ticket)}
    by_header = [one for one in _answered(mail, own) if one.ticket in standing]
    by_address = [one for one in _at_reply_address(mail, own, account) if one.ticket in standing]
    has_token = any(one.is_own for one in (*by_header, *by_address))
    is_proved = (has_token and not _is_contradicted(mail, account)) or _is_authentic(mail, account)
    nearest = next((one for one in by_header if one.is_own or one.audience != reply_tokens.PUBLIC), None)
    heard = {one.audience for one in (nearest, *by_address) if one is not None}
    audience = next((one for one in _STRICTEST_FIRST if one in heard), reply_tokens.INTERNAL)
    return Proof(is_proved, audience)


def _answered(mail: ParsedMail, own: list[str]) -> Iterator[_Answered]:
    """What the headers name and we know, the nearest first."""
    identifiers = mail.answers[:MAX_ANSWERED]
    sent = {one.message_id: one for one in OutgoingMail.objects.filter(message_id__in=identifiers)}
    said = {one.message_id: one for one in Message.objects.filter(message_id__in=identifiers).order_by("pk")}
    spelled = {one.lower() for one in own}
    for identifier in identifiers:
        token = reply_tokens.in_message_id(identifier)
        if token is not None and any(token.was_sent_to(address) for address in own):
            yield _Answered(token.ticket, token.audience, is_own=True)
        elif (mailed := sent.get(identifier)) is not None and mailed.ticket_id:
            audience = reply_tokens.audience_of(mailed.kind)
            yield _Answered(mailed.ticket_id, audience, is_own=mailed.to.strip().lower() in spelled)
        elif (message := said.get(identifier)) is not None:
            audience = _OF_MESSAGE.get(Message.Visibility(message.visibility), reply_tokens.PUBLIC)
            yield _Answered(message.ticket_id, audience, is_own=False)


def _at_reply_address(mail: ParsedMail, own: list[str], account: Account) -> Iterator[_Answered]:
    for address in dict.fromkeys((*mail.to, *mail.cc, *mail.delivered_to)):
        token = reply_tokens.read(account.token_in(address))
        if token is not None and any(token.was_sent_to(one) for one in own):
            yield _Answered(token.ticket, token.audience, is_own=True)


def _is_authentic(mail: ParsedMail, account: Account) -> bool:
    domain = mail.from_address.rpartition("@")[2]
    return mail.has_one_author and authentication.passes(
        mail.authentication_results, domain, account.authserv_ids
    )


def _is_contradicted(mail: ParsedMail, account: Account) -> bool:
    """Our own server says that the address in From is forged: then a token was found, not received."""
    return authentication.contradicts(mail.authentication_results, account.authserv_ids)
