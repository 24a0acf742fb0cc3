"""What a whole incident costs, from the request to the rating."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.time.entries import log_time
from servicedesk.intake import client_reply
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Ticket
from sla.versions import publishing
from tests.factories import (
    LONG_AGO,
    ClientFactory,
    RequestTypeFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)
from workflows import advance

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 235
CONTROL = ("BEGIN", "SAVEPOINT", "RELEASE")


def test_a_life_of_an_incident_costs_a_bounded_number_of_statements() -> None:
    """With clocks, internal targets, hours and mails; what only marks transactions is not counted."""
    item, client = RequestTypeFactory(), ClientFactory()
    contract = contract_for(client)
    publishing.publish_policy(
        contract.policy,
        [
            {
                "first_response": timedelta(hours=1),
                "next_response": timedelta(hours=2),
                "resolution": timedelta(8),
            }
        ],
        LONG_AGO + timedelta(days=1),
        step_targets={"classify": "15m", "accept": "30m", "work": "8h", "review": "1h"},
    )
    agent, contact = agent_of(item.service.group), contact_of(client)
    with CaptureQueriesContext(connection) as statements:
        ticket = opened_by_door(request_type=item, client=client, requester=contact)
        live(ticket, agent, contact)
    sent: list[Any] = [one["sql"] for one in statements.captured_queries]
    assert ticket.rating == 5
    assert len([sql for sql in sent if not sql.startswith(CONTROL)]) <= MOST_STATEMENTS


def live(ticket: Ticket, agent: User, contact: User) -> None:
    advance.act(ticket, "classify", by=agent, urgency=1, impact=2)
    advance.act(ticket, "accept", by=agent)
    conversation.post(ticket, author=agent, body="We look at it.")
    advance.act(ticket, "ask_client", by=agent, question="Which phone is it?")
    client_reply.reply(ticket, author=contact, body="The blue one.")
    advance.act(ticket, "resume", by=agent)
    log_time(ticket, by=agent, minutes=15, work_kind="remote")
    advance.act(ticket, "resolve", by=agent, solution="The relay was full.")
    advance.confirm(ticket, by=contact, rating=5, comment="Quick.")
