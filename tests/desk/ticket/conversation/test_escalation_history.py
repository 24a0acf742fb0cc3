"""An escalation in the history of a ticket: agents read it, clients do not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser

from servicedesk.tickets import events
from servicedesk.tickets.models import EventKind, Ticket
from tests.factories import (
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    agent_of,
    contact_of,
    opened_by_door,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(db: None) -> Ticket:
    return opened_by_door(request_type=RequestTypeFactory(), client=ClientFactory())


def escalate(ticket: Ticket, **details: Any) -> None:
    with transaction.atomic():
        events.record(
            ticket, EventKind.SLA_ESCALATED, by=None, clock="resolution", threshold="+2h", **details
        )


def test_agents_read_who_was_told_and_what_was_done(ticket: Ticket) -> None:
    assert ticket.group
    agent, second = agent_of(ticket.group, full_name="Marta Ruiz"), GroupFactory(name="Second line")
    escalate(
        ticket,
        told=[agent.pk, 999_999],
        instead="leaders",
        raised_to=2,
        group=second.pk,
        passed_over=["80%", "100%"],
    )
    browser = Browser()
    browser.force_login(agent)
    page = browser.get(f"/desk/tickets/{ticket.pk}/?tab=history").content.decode()
    for words in (
        "Escalated: Resolution, 2h after the deadline; ",
        "; notified: Marta Ruiz (fallback: the leaders of the group); ",
        "; priority raised to P2; reassigned to Second line; skipped without notification: 80%, 100%",
    ):
        assert words in page


def test_clients_do_not_read_it(ticket: Ticket) -> None:
    escalate(ticket)
    browser = Browser()
    browser.force_login(ticket.requester)
    answer = browser.get(f"/portal/requests/{ticket.pk}/")
    assert answer.status_code == 200
    assert "Escalated" not in answer.content.decode()
    stranger = contact_of(ticket.client, is_manager=True)
    browser.force_login(stranger)
    assert "Escalated" not in browser.get(f"/portal/requests/{ticket.pk}/").content.decode()
