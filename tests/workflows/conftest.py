from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from catalog.models import RequestType
from servicedesk.people.models import User
from servicedesk.tickets import lifecycle
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contact_of
from workflows.flows import start


@pytest.fixture(autouse=True)
def _nobody_listens(settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = []


@pytest.fixture
def item(db: None) -> RequestType:
    return RequestTypeFactory()


@pytest.fixture
def agent(item: RequestType) -> User:
    return agent_of(item.service.group, full_name="Marta Ruiz")


@pytest.fixture
def colleague(item: RequestType) -> User:
    return agent_of(item.service.group, full_name="Ilya Petrov")


@pytest.fixture
def contact(db: None) -> User:
    return contact_of(ClientFactory())


def opened(item: RequestType, contact: User) -> Ticket:
    """A ticket with its process, without clocks and mails."""
    with transaction.atomic():
        ticket = lifecycle.open_ticket(
            by=contact,
            subject="Mail is late",
            kind=item.kind,
            client_id=contact.client_ids()[0],
            requester=contact,
            service=item.service,
            request_type=item,
            group=item.responsible_group(),
            catalog_snapshot=item.snapshot(),
        )
        start.start(ticket, by=contact)
    return ticket


@pytest.fixture
def ticket(item: RequestType, contact: User) -> Ticket:
    return opened(item, contact)
