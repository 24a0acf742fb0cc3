"""The one door: every new ticket, whatever channel it came by, passes here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

import sla.clocks
from catalog.models import Kind, Level, RequestType, Service
from contracts import coverage, intake_rule
from contracts.news import News, tell
from servicedesk.people.models import Client, Group, User
from servicedesk.tickets import conversation, lifecycle, secrets
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.models import Channel, Participant, Ticket
from servicedesk.tickets.priority import priority_of
from workflows import start


@dataclass(frozen=True)
class Submission:
    """What somebody asks for, from any channel. `at` is when they asked, now when left out."""

    requester: User
    client: Client
    subject: str
    body: str
    request_type: RequestType | None = None
    service: Service | None = None
    kind: str | None = None
    urgency: int | None = None
    impact: int | None = None
    channel: str = Channel.PORTAL
    answers: dict[str, Any] = field(default_factory=dict)
    files: Sequence[Upload] = ()
    copy_to: Sequence[str] = ()
    message_id: str = ""
    quoted: str = ""
    at: datetime | None = None
    by: User | None = None
    follows: Ticket | None = None


@transaction.atomic
def submit(asked: Submission) -> Ticket:
    """Open the ticket, promise, start the clocks and the process: all or nothing.

    Raises:
        FileRefused: an attachment is too large or of a forbidden type.
        TicketError: there is no text.
        RequestRefused: no contract covers it, and the administrator wants such requests refused.
    """
    moment = asked.at or timezone.now()
    finding = coverage.covering(asked.client, _service_of(asked), coverage.day_of(asked.client, moment))
    asks_manager = intake_rule.judge(finding)
    columns = _columns(asked)
    form = columns["catalog_snapshot"].get("form", [])
    columns["answers"], entrusted = secrets.split(form, asked.answers)
    ticket = lifecycle.open_ticket(by=asked.by or asked.requester, at=moment, **columns)
    if entrusted:
        secrets.keep(ticket, form, entrusted, by=asked.requester)
    _copy_to(ticket, asked.copy_to)
    covered = coverage.keep(ticket, finding, at=moment)
    if contract := covered.contract:
        sla.clocks.start(ticket, policy=contract.policy, calendar=contract.calendar, at=moment)
    conversation.post(
        ticket,
        author=asked.requester,
        body=asked.body,
        side=conversation.Side.CLIENT,
        channel=asked.channel,
        files=asked.files,
        message_id=asked.message_id,
        quoted=asked.quoted,
        at=moment,
    )
    start.start(ticket, by=asked.by or asked.requester)
    if asks_manager:
        tell(News.UNCOVERED, covered)
    return ticket


def _service_of(asked: Submission) -> Service | None:
    return asked.request_type.service if asked.request_type else asked.service


def _columns(asked: Submission) -> dict[str, Any]:
    item = asked.request_type
    service = _service_of(asked)
    urgency = asked.urgency or (item.default_urgency if item else Level.MEDIUM)
    impact = asked.impact or (item.default_impact if item else Level.MEDIUM)
    return {
        "subject": asked.subject.strip()[:250],
        "kind": asked.kind or (item.kind if item else Kind.INCIDENT),
        "client": asked.client,
        "requester": asked.requester,
        "service": service,
        "request_type": item,
        "group": _group(item, service),
        "urgency": urgency,
        "impact": impact,
        "priority": priority_of(urgency, impact),
        "channel": asked.channel,
        "catalog_snapshot": item.snapshot() if item else {},
        "follows": asked.follows,
    }


def _group(item: RequestType | None, service: Service | None) -> Group | None:
    """Whose queue: the request type's, the service's, else the first line."""
    if item:
        return item.responsible_group()
    return service.group if service else Group.objects.filter(is_private=False).order_by("pk").first()


def _copy_to(ticket: Ticket, addresses: Sequence[str]) -> None:
    """People of the same client become participants; other addresses only get the mails."""
    wanted = {address.strip().lower() for address in addresses} - {"", ticket.requester.email.lower()}
    if not wanted:
        return
    known = {
        user.email.lower(): user
        for user in User.objects.active().filter(
            memberships__client=ticket.client, memberships__is_active=True
        )
    }
    Participant.objects.bulk_create(
        Participant(ticket=ticket, user=known.get(address), email="" if address in known else address)
        for address in sorted(wanted)
    )
