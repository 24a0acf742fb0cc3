"""Tickets that come at the same instant, each with a connection of its own."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from catalog.models import Kind
from servicedesk.people.models import User
from servicedesk.tickets.models import AssignmentRule, Ticket
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contact_of, opened_by_door
from tests.profiles import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
TICKETS, AGENTS = 8, 4


@pytest.mark.parametrize("method", ["round_robin", "least_loaded"])
def test_tickets_at_once_are_spread_evenly(method: str) -> None:
    item = RequestTypeFactory(kind=Kind.CONSULTATION)
    client = ClientFactory()
    contact = contact_of(client)
    for _ in range(AGENTS):
        agent_of(item.service.group)
    AssignmentRule.objects.create(name="Spread", method=method)
    together = Barrier(TICKETS)

    def come(_number: int) -> User | None:
        try:
            together.wait(timeout=PATIENCE)
            ticket: Any = opened_by_door(request_type=item, client=client, requester=contact)
            return Ticket.objects.get(pk=ticket.pk).assignee
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TICKETS) as pool:
        got = list(pool.map(come, range(TICKETS)))
    assert sorted(Counter(got).values()) == [TICKETS // AGENTS] * AGENTS
    assert None not in got
