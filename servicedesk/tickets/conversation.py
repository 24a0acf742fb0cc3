"""The conversation: who said what to whom. Messages are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.lib import answer_tokens
from servicedesk.people.models import User
from servicedesk.tickets import attachments, hidden_words
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import Channel, EventKind, Message, Ticket

Visibility = Message.Visibility
Side = Message.Side


def post(
    ticket: Ticket,
    *,
    author: User | None,
    body: str,
    side: Message.Side | None = None,
    visibility: Message.Visibility = Visibility.PUBLIC,
    addressee: User | None = None,
    channel: str = Channel.PORTAL,
    files: Sequence[Upload] = (),
    message_id: str = "",
    quoted: str = "",
    at: datetime | None = None,
    is_announced: bool = True,
) -> Message:
    """Add a message and record it; the clocks and the mails follow from the event.

    `side` follows from the author when left out: nobody is “automatic”, a person of the
    desk is “staff”, anybody else “client”. `at` is when it was said (R11: a mail counts
    from its arrival, not from its fetching). `is_announced` is false when another notice
    carries the same words, so that nobody gets them twice.

    Raises:
        TicketError: the text is empty.
        QuotesHidden: words of the desk for the client repeat what the client must not read.
        FileRefused: a file is too large or of a forbidden type; nothing is kept then.
    """
    if not body.strip() and not files:
        raise TicketError(_("Write a message first."))
    for upload in files:
        attachments.check(upload)
    told_by = side or side_of(author)
    if told_by == Side.STAFF and visibility == Visibility.PUBLIC:
        hidden_words.refuse(ticket, body)
    moment = at or timezone.now()
    with transaction.atomic(savepoint=False):
        message = Message.objects.create(
            ticket=ticket,
            author=author,
            side=told_by,
            visibility=visibility,
            addressee=addressee,
            body=answer_tokens.masked(body.strip()),
            channel=channel,
            message_id=message_id,
            quoted=answer_tokens.masked(quoted),
            sent_at=moment,
        )
        attachments.keep(message, files)
        _touch(ticket)
        record(
            ticket,
            EventKind.MESSAGE_POSTED,
            by=author,
            at=moment,
            message=message.pk,
            side=message.side,
            visibility=message.visibility,
            announced=is_announced,
        )
    return message


def _touch(ticket: Ticket) -> None:
    """Lists sort by the last activity; the row of a ticket just opened says it already."""
    now = timezone.now()
    if now - ticket.updated_at > timedelta(seconds=1):
        Ticket.objects.filter(pk=ticket.pk).update(updated_at=now)
        ticket.updated_at = now


def side_of(author: User | None) -> Message.Side:
    if author is None:
        return Side.AUTO
    return Side.STAFF if author.is_staff else Side.CLIENT
