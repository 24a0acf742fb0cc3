"""Whole tickets of a company with a contract, heard by everybody, on a Monday at nine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings as project

from catalog.models import RequestType
from contracts.models import Contract
from servicedesk.people.models import Client
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, contact_of, contract_for, opened_by_door

MONDAY_9 = datetime.fromisoformat("2026-01-05T09:00+00:00")
HANDLERS = list(project.TICKET_EVENT_HANDLERS)


@pytest.fixture(autouse=True)
def _all_listen(_nobody_listens: None, settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = HANDLERS


@pytest.fixture
def clock() -> Iterator[Any]:
    """Monday 9:00; `clock.shift` lets time pass."""
    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        yield traveller


@pytest.fixture
def client(clock: Any, db: None) -> Client:
    return ClientFactory()


@pytest.fixture
def contract(client: Client) -> Contract:
    """1 h to answer, 8 h to solve, from 9 to 18 UTC."""
    found: Contract = contract_for(client)
    return found


@pytest.fixture
def pair(contract: Contract, item: RequestType) -> tuple[Ticket, Ticket]:
    """Two incidents of two people of one company."""

    def opened_for(name: str) -> Ticket:
        requester = contact_of(contract.client, full_name=name)
        return opened_by_door(
            request_type=item, client=contract.client, requester=requester, subject=f"Mail of {name}"
        )

    return opened_for("Helen Marsh"), opened_for("Robin Lee")
