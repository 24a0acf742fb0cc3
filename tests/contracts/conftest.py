"""Contracts without clocks, and an account manager with two clients, a colleague with another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client as Browser

from contracts.models import Contract, Coverage
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, TicketFactory, UserFactory, published_calendar, published_policy

DAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _nobody_listens(settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = []


def make_contract(client: Client, *, services: Any = (), **fields: Any) -> Contract:
    """Valid through 2026 for all services, unless told otherwise."""
    count = Contract.objects.count()
    values = {
        "number": f"T-{client.pk}-{count}",
        "name": "Gold 2026",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "policy": published_policy(f"Policy {client.pk}-{count}"),
        "calendar": published_calendar(f"Calendar {client.pk}-{count}"),
    }
    contract = Contract.objects.create(client=client, **(values | fields))
    contract.services.set(services)
    return contract


def covered_ticket(contract: Contract, **fields: Any) -> Ticket:
    ticket: Ticket = TicketFactory(client=contract.client, **fields)
    Coverage.objects.create(ticket=ticket, contract=contract, reason=Coverage.Reason.COVERED)
    return ticket


def at(text: str) -> datetime:
    """An aware moment from ISO text."""
    return datetime.fromisoformat(text)


@dataclass(frozen=True)
class Desk:
    grace: User
    other: User
    admin: User
    mill: Client
    port: Client
    contract: Contract


@pytest.fixture
def desk(db: None) -> Desk:
    grace = UserFactory(is_account_manager=True, full_name="Grace Holm")
    other = UserFactory(is_account_manager=True, full_name="Oleg Orlov")
    mill = ClientFactory(name="Old Mill", account_manager=grace)
    port = ClientFactory(name="Port House", account_manager=other)
    return Desk(grace, other, UserFactory(is_superuser=True), mill, port, make_contract(mill))


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser
