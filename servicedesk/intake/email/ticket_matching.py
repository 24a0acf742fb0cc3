"""Which tickets a mail goes on about: by its headers, our reply address, then marks in its subject."""

from __future__ import annotations

from collections.abc import Iterator

from servicedesk.mail.accounts.account import Account
from servicedesk.mail.guards import reply_tokens
from servicedesk.mail.incoming.parsing import ParsedMail
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.mail.outgoing import composing
from servicedesk.tickets import merged
from servicedesk.tickets.models import Message, Ticket

MAX_ANSWERED = 30  # Message-IDs that are looked up, the nearest first
MAX_MARKS = 5


def tickets_of(mail: ParsedMail, account: Account) -> list[Ticket]:
    """The tickets it names, the likeliest first; none for a new matter. Who may write is not asked here.

    What was merged into another ticket goes on there.
    """
    keys = list(dict.fromkeys(_named(mail, account)))
    rows = Ticket.objects.select_related("client", "requester").in_bulk(keys)
    standing = [merged.standing_for(rows[key]) for key in keys if key in rows]
    return list({ticket.pk: ticket for ticket in standing}.values())


def was_received(raw: RawMail, mail: ParsedMail) -> bool:
    """The same mail came before, or came later and was posted; without a Message-ID the bytes decide."""
    if mail.message_id and Message.objects.filter(message_id=mail.message_id).exists():
        return True
    same = {"message_id": mail.message_id} if mail.message_id else {"sha256": raw.sha256}
    others = RawMail.objects.filter(**same, state=RawMail.State.DONE).exclude(pk=raw.pk)
    posted = others.filter(result__in=[RawMail.Result.CREATED, RawMail.Result.REPLY])
    return (posted | others.filter(pk__lt=raw.pk)).exists()


def _named(mail: ParsedMail, account: Account) -> Iterator[int]:
    yield from _by_headers(mail.answers[:MAX_ANSWERED])
    for address in (*mail.to, *mail.cc, *mail.delivered_to):
        if token := reply_tokens.read(account.token_in(address)):
            yield token.ticket
    yield from composing.marks(mail.subject)[:MAX_MARKS]


def _by_headers(identifiers: list[str]) -> Iterator[int]:
    if not identifiers:
        return
    sent = OutgoingMail.objects.filter(message_id__in=identifiers, ticket__isnull=False)
    said = Message.objects.filter(message_id__in=identifiers)
    tickets = dict(sent.values_list("message_id", "ticket"))
    tickets |= dict(said.order_by("pk").values_list("message_id", "ticket"))
    for identifier in identifiers:
        if identifier in tickets:
            yield tickets[identifier]
        elif token := reply_tokens.in_message_id(identifier):  # the row may be gone
            yield token.ticket
