"""A second matter in a message becomes a ticket of its own, through the one door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from catalog.models import RequestType
from servicedesk.intake.submit import Submission, submit
from servicedesk.people.models import User
from servicedesk.tickets import hidden_words, merged
from servicedesk.tickets.access import works_on
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.events import record
from servicedesk.tickets.models import Attachment, EventKind, Message, Ticket, TicketLink


@dataclass(frozen=True)
class Split:
    """What the new ticket says. `key` names the filled-in form, so that it opens one ticket however often
    it is sent; `files` are those of the message that go along, as copies."""

    subject: str
    body: str
    request_type: RequestType | None
    key: str
    files: Iterable[Attachment] = field(default=())


@transaction.atomic
def split(ticket: Ticket, message: Message, wanted: Split, *, by: User) -> Ticket:
    """Open a ticket of the same client and requester, and link both; return the new one.

    Raises:
        NotPermitted: the person does not work on the ticket, or may not read the message.
        TicketError: there is no text.
    """
    ticket.lock()
    if not works_on(by, ticket) or not merged.messages(ticket, by).filter(pk=message.pk).exists():
        raise NotPermitted
    before = ticket.events.filter(kind=EventKind.SPLIT_OFF, details__key=wanted.key).first()
    if before is not None:
        return Ticket.objects.get(pk=before.details["other"])
    hidden_words.refuse(ticket, wanted.subject, wanted.body)
    new = submit(
        Submission(
            requester=ticket.requester,
            client=ticket.client,
            subject=wanted.subject,
            body=wanted.body,
            request_type=wanted.request_type,
            service=ticket.service,
            kind=None if wanted.request_type else ticket.kind,
            channel=message.channel,
            files=[_copy(file) for file in wanted.files],
            by=by,
        )
    )
    kind = TicketLink.Kind.SPLIT_FROM
    TicketLink.objects.create(ticket=new, other=ticket, kind=kind, created_by=by)
    record(new, EventKind.LINKED, by=by, link=kind.value, other=ticket.pk)
    record(ticket, EventKind.SPLIT_OFF, by=by, other=new.pk, message=message.pk, key=wanted.key)
    return new


def _copy(file: Attachment) -> Upload:
    with file.file.open("rb") as content:
        return Upload(file.name, file.content_type, content.read())
