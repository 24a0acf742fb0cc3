"""The cast: a contact, a colleague, their manager, an agent, and a stranger of another company."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client as Browser

from catalog.models import RequestType
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Message, Ticket
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)
from workflows import advance


@dataclass(frozen=True)
class Cast:
    company: Client
    helen: User
    tom: User
    manager: User
    stranger: User
    agent: User
    item: RequestType

    def ticket(self, **fields: object) -> Ticket:
        """Helen's request, through the door."""
        values = {"request_type": self.item, "client": self.company, "requester": self.helen}
        return opened_by_door(**(values | fields))


@pytest.fixture
def cast(db: None) -> Cast:
    company = ClientFactory(name="Brightwater Clinics")
    contract_for(company)
    item = RequestTypeFactory()
    return Cast(
        company=company,
        helen=contact_of(company, full_name="Helen Marsh"),
        tom=contact_of(company, full_name="Tom Kershaw"),
        manager=contact_of(company, is_manager=True, full_name="Victor Kim"),
        stranger=contact_of(ClientFactory()),
        agent=agent_of(item.service.group, full_name="Marta Vidal"),
        item=item,
    )


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def last_message(ticket: Ticket) -> Message:
    message = ticket.messages.last()
    assert message is not None
    return message


def accepted(ticket: Ticket, agent: User) -> Ticket:
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    return ticket


def resolved(ticket: Ticket, agent: User) -> Ticket:
    advance.act(accepted(ticket, agent), "resolve", by=agent, solution="The queue is cleared.")
    return ticket


def asked(ticket: Ticket, agent: User) -> Ticket:
    advance.act(accepted(ticket, agent), "ask_client", by=agent, question="Which phone is it?")
    return ticket
