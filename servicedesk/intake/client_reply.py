"""A client's word on an existing ticket: one function for portal, mail and API (C3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.intake.submit import Submission, submit
from servicedesk.people.models import User
from servicedesk.tickets import access, conversation, merged
from servicedesk.tickets.access import speaks_for_client
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.errors import NotPermitted, StepGone
from servicedesk.tickets.models import Channel, Message, Ticket
from servicedesk.tickets.statuses import Status
from workflows import advance
from workflows.engine import open_steps


@dataclass(frozen=True)
class ClientReply:
    """What became of it; `outcome` is posted, resumed, reopened or new_ticket."""

    ticket: Ticket
    message: Message | None
    outcome: str


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    author: User | None,
    body: str,
    channel: str = Channel.PORTAL,
    files: Sequence[Upload] = (),
    message_id: str = "",
    quoted: str = "",
    at: datetime | None = None,
) -> ClientReply:
    """Keep the word and let the process hear it.

    Waiting for the client: back to review. Resolved, or closed within the grace period:
    re-opened. Later, or cancelled: a new ticket that continues this one. Merged into another
    ticket: all this, there.

    Raises:
        NotPermitted: the author may not write there.
    """
    ticket = _locked(ticket)
    if author is not None and not access.may_write(author, ticket):
        raise NotPermitted
    moment = at or timezone.now()
    if _is_over(ticket, moment):
        return ClientReply(
            _follow_up(ticket, author, body, channel, files, message_id, quoted, moment), None, "new_ticket"
        )
    message = conversation.post(
        ticket,
        author=author,
        body=body,
        side=conversation.Side.CLIENT,
        channel=channel,
        files=files,
        message_id=message_id,
        quoted=quoted,
        at=moment,
    )
    return ClientReply(ticket, message, _hear(ticket, author, moment))


@transaction.atomic
def not_solved(ticket: Ticket, *, author: User, body: str) -> ClientReply:
    """“No” to “Is it solved?”: a word that re-opens, or that continues what is long over. Said once.

    Raises:
        NotPermitted: the person does not speak for the client.
        StepGone: nobody asks any more; it was said already, perhaps by the same button pressed twice.
    """
    ticket.lock()
    if not speaks_for_client(author, ticket):
        raise NotPermitted
    if ticket.status not in (Status.RESOLVED, Status.CLOSED) or ticket.followed_by.exists():
        raise StepGone
    return reply(ticket, author=author, body=body)


def _locked(ticket: Ticket) -> Ticket:
    """The ticket that takes the word, locked: it may be merged away until we hold it."""
    ticket = merged.standing_for(ticket)
    ticket.lock()
    return ticket if ticket.merged_into_id is None else _locked(ticket)


def _hear(ticket: Ticket, author: User | None, moment: datetime) -> str:
    match ticket.status:
        case Status.WAITING_CLIENT:
            advance.answer(ticket, by=author, at=moment)
            return "resumed"
        case Status.RESOLVED | Status.CLOSED:
            advance.reopen(ticket, by=author, at=moment)
            return "reopened"
        case Status.IN_PROGRESS if open_steps.awaits_client(ticket):  # one task of a plan asked, others go on
            advance.answer(ticket, by=author, at=moment)
            return "resumed"
    return "posted"


def _is_over(ticket: Ticket, moment: datetime) -> bool:
    if ticket.status == Status.CANCELLED:
        return True
    if ticket.status != Status.CLOSED or ticket.closed_at is None:
        return False
    return moment > ticket.closed_at + settings.REOPEN_GRACE


def _follow_up(
    ticket: Ticket,
    author: User | None,
    body: str,
    channel: str,
    files: Sequence[Upload],
    message_id: str,
    quoted: str,
    moment: datetime,
) -> Ticket:
    return submit(
        Submission(
            requester=author or ticket.requester,
            client=ticket.client,
            subject=_("Follow-up: %(subject)s") % {"subject": ticket.subject},
            body=body,
            service=ticket.service,
            kind=ticket.kind,
            channel=channel,
            files=files,
            message_id=message_id,
            quoted=quoted,
            at=moment,
            follows=ticket,
        )
    )
