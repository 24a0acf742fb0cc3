"""The cast: two agents of one group, an account manager, an administrator, a client with a contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client as Browser

from catalog.models import RequestType
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Ticket
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    UserFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)
from workflows import advance

MONDAY_9 = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    company: Client
    helen: User
    marta: User
    oleg: User
    account_manager: User
    admin: User
    item: RequestType

    def ticket(self, **fields: object) -> Ticket:
        """Helen's request, through the door: 1 h to answer, 8 h to resolve, office hours 9 to 18 UTC."""
        values = {"request_type": self.item, "client": self.company, "requester": self.helen}
        return opened_by_door(**(values | fields))


@pytest.fixture
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY_9, tick=False):
        yield


@pytest.fixture
def cast(db: None, _monday: None) -> Cast:
    account_manager = UserFactory(is_account_manager=True, full_name="Irina Belova")
    company = ClientFactory(name="Brightwater Clinics", account_manager=account_manager)
    contract_for(company)
    item = RequestTypeFactory(name="Mail does not work")
    return Cast(
        company=company,
        helen=contact_of(company, full_name="Helen Marsh"),
        marta=agent_of(item.service.group, full_name="Marta Vidal"),
        oleg=agent_of(item.service.group, full_name="Oleg Orlov"),
        account_manager=account_manager,
        admin=UserFactory(is_superuser=True, full_name="Ada Min"),
        item=item,
    )


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def accepted(ticket: Ticket, agent: User) -> Ticket:
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    ticket.refresh_from_db()
    return ticket
