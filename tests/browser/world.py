"""A small desk with something to see on every screen, driven by the real verbs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from catalog.models import Kind, RequestType
from contracts.hours import prepaid
from contracts.models import Contract
from contracts.time.entries import log_time
from reports.models import ReportSchedule
from servicedesk.demo.logos import logo
from servicedesk.intake import client_reply
from servicedesk.intake.email import mail_processing
from servicedesk.people.models import Client, User
from servicedesk.tickets import conversation
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.models import Message, Ticket
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

PASSWORD = "a-long-walk-home"
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
QUESTIONS = [
    {"key": "who", "label": "For whom?", "kind": "text", "required": True},
    {"key": "size", "label": "Size", "kind": "choice", "required": True,
     "choices": [{"value": "s", "label": "Small"}, {"value": "l", "label": "Large"}]},
    {"key": "when", "label": "From which day?", "kind": "date", "required": False},
]  # fmt: skip


@dataclass
class World:
    client: Client
    contract: Contract
    contact: User
    manager: User
    agent: User
    account_manager: User
    administrator: User
    incident: RequestType
    wish: RequestType
    schedule: ReportSchedule
    tickets: dict[str, Ticket] = field(default_factory=dict)


def build() -> World:
    """Create the people, the catalog and the contract; `fill` adds tickets."""
    account_manager = UserFactory(full_name="Grace Holm", is_account_manager=True, password=PASSWORD)
    client = ClientFactory(name="Brightwater Clinics", account_manager=account_manager)
    client.logo.save("logo.svg", ContentFile(logo(client.name, 210)))
    service = ServiceFactory(name="E-mail and calendar", icon="mail", group=GroupFactory(name="First line"))
    contract = contract_for(client)
    prepaid.purchase(contract, Decimal(40), by=account_manager, note="Invoice 1")
    contact = contact_of(
        client, full_name="Helen Marsh", email="helen@brightwater.example", password=PASSWORD
    )
    return World(
        client=client,
        contract=contract,
        contact=contact,
        manager=contact_of(client, is_manager=True, full_name="Omar Reyes"),
        agent=agent_of(service.group, full_name="Marta Ruiz", password=PASSWORD),
        account_manager=account_manager,
        administrator=UserFactory(full_name="Ada Admin", is_superuser=True),
        incident=RequestTypeFactory(name="Mail does not arrive", service=service),
        wish=RequestTypeFactory(
            name="New mailbox",
            service=service,
            kind=Kind.SERVICE_REQUEST,
            form=QUESTIONS,
            approvals=[{"who": "client_manager"}],
        ),
        schedule=_schedule(client, account_manager),
    )


def _schedule(client: Client, account_manager: User) -> ReportSchedule:
    schedule = ReportSchedule(
        name="Every month",
        client=client,
        kinds=["tickets", "ratings", "reopened"],
        formats=["pdf", "xlsx"],
        created_by=account_manager,
    )
    schedule.plan(timezone.now())
    schedule.save()
    return schedule


def fill(world: World) -> World:
    """One ticket for each thing that a screen may have to show."""
    last_week = timezone.now() - timedelta(days=9)
    with time_machine.travel(last_week, tick=False):
        world.tickets["late"] = asked(world, subject=f"Nobody looked at {LONG_WORD}")
        _rated(world)
    _in_work(world)
    _waiting(world)
    _resolved(world)
    world.tickets["approval"] = opened_by_door(
        request_type=world.wish,
        client=world.client,
        requester=world.contact,
        subject="A mailbox for the ward",
        answers={"who": "Robin Lee", "size": "s"},
    )
    mail_processing.take(raw_mail(sender="stranger@nowhere.example"), received_at=timezone.now())
    return world


def asked(world: World, subject: str = "Mail is late") -> Ticket:
    return opened_by_door(
        request_type=world.incident, client=world.client, requester=world.contact, subject=subject
    )


def accepted(world: World, ticket: Ticket) -> Ticket:
    advance.act(ticket, "classify", by=world.agent, urgency=1, impact=2)
    advance.act(ticket, "accept", by=world.agent)
    return ticket


def resolved(world: World, ticket: Ticket) -> Ticket:
    advance.act(accepted(world, ticket), "resolve", by=world.agent, solution="The queue is cleared.")
    return ticket


def _in_work(world: World) -> None:
    ticket = world.tickets["work"] = accepted(world, asked(world, subject="Letters vanish"))
    note = Message.Visibility.INTERNAL
    conversation.post(ticket, author=world.agent, body="Looks like the relay again.", visibility=note)
    conversation.post(
        ticket,
        author=world.agent,
        body=f"We look at it. See https://status.example/{LONG_WORD}",
        files=[Upload("log.txt", "text/plain", b"relay=lhr2")],
    )
    client_reply.reply(ticket, author=world.contact, body="Thank you. Here is one more.")
    log_time(ticket, by=world.agent, minutes=90, work_kind="remote", note="Read the logs")


def _waiting(world: World) -> None:
    ticket = world.tickets["waiting"] = accepted(world, asked(world, subject="Calendar shows two entries"))
    advance.act(ticket, "ask_client", by=world.agent, question="Which phone is it?")


def _resolved(world: World) -> None:
    ticket = world.tickets["resolved"] = resolved(world, asked(world, subject="Mailbox is full"))
    client_reply.reply(ticket, author=world.contact, body="It is full again.")
    ticket.refresh_from_db()
    advance.act(ticket, "resume", by=world.agent)
    advance.act(ticket, "resolve", by=world.agent, solution="The limit is doubled.")


def _rated(world: World) -> None:
    ticket = world.tickets["rated"] = resolved(world, asked(world, subject="Signature is wrong"))
    advance.confirm(ticket, by=world.contact, rating=5, comment="Quick and friendly.")
