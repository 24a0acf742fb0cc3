"""The one door: every new ticket, whatever channel it came by, passes here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.models import Kind, Level, RequestType, Service
from contracts.coverage import decision as coverage
from contracts.coverage import offered_services
from contracts.coverage.candidates import Asked
from contracts.coverage.decision import Finding
from contracts.coverage.intake_rule import rule as intake_rule
from contracts.events import ContractEvent, tell
from servicedesk.lib import answer_tokens
from servicedesk.mail import charsets
from servicedesk.people import addresses
from servicedesk.people.models import Client, Group, User
from servicedesk.tickets import answer_files, conversation, lifecycle, secrets
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.models import Channel, Participant, Ticket
from servicedesk.tickets.priority import priority_of
from sla.clocks import lifecycle as clocks
from workflows.flows import start


@dataclass(frozen=True)
class Submission:
    """What somebody asks for, from any channel. `at` is when they asked, now when left out.

    `answer_files` are the files that answer questions, by key.
    """

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
    answer_files: Mapping[str, Sequence[Upload]] = field(default_factory=dict)
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
        RequestRefused: no contract covers it, and the administrator wants such requests refused; or the
            service is not offered to the client.
    """
    moment = asked.at or timezone.now()
    answer_files.check(asked.answer_files)
    finding = _covered(asked, moment)
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
        clocks.start(ticket, policy=contract.policy, calendar=contract.calendar, at=moment)
    message = conversation.post(
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
    answer_files.keep(ticket, message, asked.answer_files)
    start.start(ticket, by=asked.by or asked.requester)
    if asks_manager:
        tell(ContractEvent.UNCOVERED, covered)
    return ticket


def _covered(asked: Submission, moment: datetime) -> Finding:
    """The desk may open anything for a client; whoever asks for themselves, what is offered to the client."""
    service = _service_of(asked)
    wanted = Asked(service, coverage.day_of(asked.client, moment), asked.channel)
    finding = coverage.decide(asked.client, wanted, at=moment)
    if service and not (asked.by and asked.by.is_staff):
        offered_services.require(service, asked.client, moment)
    return finding


def _service_of(asked: Submission) -> Service | None:
    return asked.request_type.service if asked.request_type else asked.service


def _columns(asked: Submission) -> dict[str, Any]:
    item = asked.request_type
    service = _service_of(asked)
    urgency = asked.urgency or (item.default_urgency if item else Level.MEDIUM)
    impact = asked.impact or (item.default_impact if item else Level.MEDIUM)
    return {
        "subject": answer_tokens.masked(charsets.printable(asked.subject))[:250].rstrip(),
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


def _copy_to(ticket: Ticket, copied: Sequence[str]) -> None:
    """People of the same client take part, by whichever of their addresses; others only get the mails."""
    if not (wanted := {addresses.spelled(one) for one in copied} - {""}):
        return
    known = addresses.owners(wanted)
    people = {spelling: one.person.pk for spelling, one in known.items() if one.is_active}
    of_client = ticket.client.memberships.filter(is_active=True, user__in=people.values())
    taking_part = {*of_client.values_list("user", flat=True)} - {ticket.requester_id}
    theirs = {spelling for spelling, pk in people.items() if pk in taking_part}
    own = {spelling for spelling, one in known.items() if one.person.pk == ticket.requester_id}
    rows = [Participant(ticket=ticket, user_id=pk) for pk in sorted(taking_part)]
    rows += [Participant(ticket=ticket, email=address) for address in sorted(wanted - theirs - own)]
    Participant.objects.bulk_create(rows)
