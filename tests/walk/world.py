"""A desk in which every text that not everybody may read carries a mark of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import time_machine
from django.utils import timezone

from contracts.models import TimeEntry
from contracts.time.entries import correct_time, log_time
from contracts.time.timers import start as start_timer
from contracts.time.timesheets import hand_in
from reports.delivery import sending as delivery
from servicedesk.intake.email import mail_processing
from servicedesk.people.models import Absence, Client, Group, GroupMembership, User
from servicedesk.tickets import conversation, linking
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.models import Message, Participant, Ticket, TicketLink
from tests.browser import world as desk
from tests.factories import (
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    ServiceFactory,
    UserFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)
from tests.mail.mails import raw_mail
from workflows import advance
from workflows.analytics import summaries
from workflows.many_tickets import merging

PRIVATE, ELSEWHERE, INTERNAL, PERSONAL = "Qprivateq", "Qelsewhereq", "Qinternalq", "Qpersonalq"
HOSTILE = "<b id=hostile>"  # nobody's name is HTML
Visibility = Message.Visibility


@dataclass
class World:
    """`people` are the roles that walk; `forbidden` names what each of them must never read."""

    base: desk.World
    people: dict[str, User]
    forbidden: dict[str, set[str]]
    private: Ticket
    elsewhere: Ticket
    other_client: Client


def build() -> World:
    base = desk.fill(desk.build())
    group = GroupFactory(name="Personnel", is_private=True)
    member = agent_of(group, is_leader=True, full_name="Petra Hidden")
    GroupMembership.objects.create(group=base.incident.service.group, user=member)
    elsewhere, private = _elsewhere(), _private(base, member, group)
    _notes(base, member)
    _lived(base, member, private)
    return World(base, _people(base, member, elsewhere), _forbidden(), private, elsewhere, elsewhere.client)


def _people(base: desk.World, member: User, elsewhere: Ticket) -> dict[str, User]:
    """Who follows the private ticket sees it by that; who merely works in the same company does not."""
    service = base.incident.service.group
    assert service
    return {
        "administrator": base.administrator,
        "member of the private group": member,
        "agent outside": base.agent,
        "leader outside": agent_of(service, is_leader=True, full_name="Luis Leader"),
        "account manager": base.account_manager,
        "contact": base.contact,
        "client manager": base.manager,
        "colleague": contact_of(base.client, full_name="Tom Colleague"),
        "contact elsewhere": elsewhere.requester,
        "manager elsewhere": contact_of(elsewhere.client, is_manager=True, full_name="Mia Elsewhere"),
        "account manager elsewhere": elsewhere.client.account_manager or UserFactory(),
    }


def _forbidden() -> dict[str, set[str]]:
    return {
        "administrator": {PERSONAL},
        "member of the private group": set(),
        "agent outside": {PRIVATE},
        "leader outside": {PRIVATE, PERSONAL},
        "account manager": {ELSEWHERE, PERSONAL},
        "contact": {ELSEWHERE, INTERNAL, PERSONAL},
        "client manager": {ELSEWHERE, INTERNAL, PERSONAL},
        "colleague": {PRIVATE, ELSEWHERE, INTERNAL, PERSONAL},
        "contact elsewhere": {PRIVATE, INTERNAL, PERSONAL},
        "manager elsewhere": {PRIVATE, INTERNAL, PERSONAL},
        "account manager elsewhere": {PRIVATE, PERSONAL},
    }


def _elsewhere() -> Ticket:
    """Another client's ticket, worked on and charged."""
    client = ClientFactory(
        name=f"Harbour {HOSTILE}",
        account_manager=UserFactory(is_account_manager=True, full_name="Oleg Orlov"),
    )
    contract_for(client)
    item = RequestTypeFactory(service=ServiceFactory(group=GroupFactory(name="Second line")))
    agent = agent_of(item.service.group, full_name="Nils Second")
    ticket = opened_by_door(
        request_type=item, client=client, requester=contact_of(client, full_name=f"Ann {HOSTILE}"),
        subject=f"{ELSEWHERE} {HOSTILE}", body=f"{ELSEWHERE} body",
    )  # fmt: skip
    _worked(ticket, agent, ELSEWHERE)
    return ticket


def _private(base: desk.World, member: User, group: Group) -> Ticket:
    """A ticket of the same client in a private group; its hours stand on the contract of the client."""
    item = RequestTypeFactory(name="A talk in private", service=ServiceFactory(name="Personnel", group=group))
    ticket = opened_by_door(
        request_type=item, client=base.client, requester=base.contact,
        subject=f"{PRIVATE} {HOSTILE}", body=f"{PRIVATE} body",
        files=[Upload(f"{PRIVATE}.txt", "text/plain", PRIVATE.encode())],
    )  # fmt: skip
    _worked(ticket, member, PRIVATE)
    return ticket


def _worked(ticket: Ticket, agent: User, mark: str) -> None:
    """Every sort of text that a ticket gathers."""
    with time_machine.travel(timezone.now() - timedelta(days=8), tick=False):
        advance.act(ticket, "classify", by=agent, urgency=1, impact=1)
        advance.act(ticket, "accept", by=agent)
        note = Visibility.INTERNAL
        conversation.post(ticket, author=agent, body=f"{mark} and {INTERNAL}", visibility=note)
        conversation.post(ticket, author=agent, body=f"{mark} answer")
        log_time(
            ticket, by=agent, minutes=90, work_kind="remote", note=mark, internal_note=f"{mark} {INTERNAL}"
        )
        wrong = log_time(ticket, by=agent, minutes=30, work_kind="remote", note=mark)
        correct_time(wrong, by=agent, reason=f"{mark} reason")
        advance.act(ticket, "resolve", by=agent, solution=f"{mark} solution")
        advance.confirm(ticket, by=ticket.requester, rating=5, comment=f"{mark} comment")
        advance.reopen(ticket, by=ticket.requester, reason=f"{mark} again")


def _notes(base: desk.World, member: User) -> None:
    ticket = base.tickets["work"]
    conversation.post(ticket, author=base.agent, body=INTERNAL, visibility=Visibility.INTERNAL)
    conversation.post(
        ticket, author=base.agent, addressee=member, body=PERSONAL, visibility=Visibility.PERSONAL
    )
    log_time(ticket, by=base.agent, minutes=15, work_kind="remote", internal_note=INTERNAL)


def _lived(base: desk.World, member: User, private: Ticket) -> None:
    """Links, merges, mails, weeks, files: other places that name a ticket."""
    work = base.tickets["work"]
    linking.link(work, private, TicketLink.Kind.CAUSED_BY, by=member)
    twin = opened_by_door(
        request_type=private.request_type, client=base.client, requester=base.contact,
        subject=f"{PRIVATE} twin", body=PRIVATE,
    )  # fmt: skip
    merging.merge(twin, base.tickets["late"], by=base.administrator)
    _moved_away(base, private)
    start_timer(private, by=member)
    with time_machine.travel(timezone.now() + timedelta(days=7), tick=False):
        hand_in(base.agent, timezone.localdate() - timedelta(days=7))
        hand_in(member, timezone.localdate() - timedelta(days=7))
    mail_processing.take(
        raw_mail(sender=base.contact.email, subject=f"{PRIVATE} [{private.reference}]", text=PRIVATE,
                 message_id="<2@client.example>"),
        received_at=timezone.now(),
    )  # fmt: skip
    Participant.objects.create(ticket=private, email="copied@elsewhere.example")
    run = delivery.open_now(base.schedule, timezone.now())
    delivery.carry_out(run.pk, timezone.now())
    list(summaries.batches())
    today = timezone.localdate()
    Absence.objects.create(user=base.agent, starts_on=today, ends_on=today, deputy=member, note="Away")


def _moved_away(base: desk.World, private: Ticket) -> None:
    """An agent worked on it, and has a timer on it, before it came to the private group."""
    entry = TimeEntry(
        ticket=private, person=base.agent, work_kind="remote", minutes=20, spent_on=timezone.localdate(),
        note=PRIVATE,
    )  # fmt: skip
    entry.save(force_insert=True)
    group, private.group = private.group, base.incident.service.group
    private.assignee = base.agent
    start_timer(private, by=base.agent)
    private.refresh_from_db()
    assert private.group == group


def marks() -> Iterator[str]:
    yield from (PRIVATE, ELSEWHERE, INTERNAL, PERSONAL)
