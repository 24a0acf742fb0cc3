"""Which ticket a mail goes on about: by its headers, then by the mark in its subject."""

from __future__ import annotations

from servicedesk.mail import composing
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.mail.parsing import ParsedMail
from servicedesk.tickets import merged
from servicedesk.tickets.models import Message, Ticket

MAX_ANSWERED = 30  # Message-IDs that are looked up, the nearest first


def ticket_of(mail: ParsedMail) -> Ticket | None:
    """The ticket, or None for a new matter. Whether the sender may write there is not asked here.

    What was merged into another ticket goes on there.
    """
    found = _by_headers(mail.answers[:MAX_ANSWERED]) or _by_mark(mail.subject)
    return merged.standing_for(found) if found else None


def answered(mail: ParsedMail) -> OutgoingMail | None:
    """The mail of ours that this one answers."""
    return OutgoingMail.objects.filter(message_id__in=mail.answers[:1]).first()


def was_received(raw: RawMail, mail: ParsedMail) -> bool:
    """The same mail came before, or came later and was posted; without a Message-ID the bytes decide."""
    if mail.message_id and Message.objects.filter(message_id=mail.message_id).exists():
        return True
    same = {"message_id": mail.message_id} if mail.message_id else {"sha256": raw.sha256}
    others = RawMail.objects.filter(**same, state=RawMail.State.DONE).exclude(pk=raw.pk)
    posted = others.filter(result__in=[RawMail.Result.CREATED, RawMail.Result.REPLY])
    return (posted | others.filter(pk__lt=raw.pk)).exists()


def _by_headers(identifiers: list[str]) -> Ticket | None:
    if not identifiers:
        return None
    sent = OutgoingMail.objects.filter(message_id__in=identifiers, ticket__isnull=False)
    said = Message.objects.filter(message_id__in=identifiers)
    tickets = dict(sent.values_list("message_id", "ticket"))
    tickets |= dict(said.order_by("pk").values_list("message_id", "ticket"))
    for identifier in identifiers:
        if identifier in tickets:
            return Ticket.objects.select_related("client", "requester").get(pk=tickets[identifier])
    return None


def _by_mark(subject: str) -> Ticket | None:
    named = Ticket.objects.select_related("client", "requester").in_bulk(composing.marks(subject)[:5])
    return next(iter(named.values()), None)
