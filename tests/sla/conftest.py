"""A ticket with promises, and a short way to play its life."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from sla.clocks import lifecycle as clocks
from sla.models import Calendar, Policy
from sla.versions import publishing
from tests.factories import ServiceFactory, TicketFactory, UserFactory
from tests.sla.example_calendars import C1, HOUR, moscow

LONG_AGO = moscow("01-01 00:00") - timedelta(days=365)


@pytest.fixture(autouse=True)
def _only_clocks_listen(settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = ["sla.clocks.lifecycle.on_ticket_event"]


@pytest.fixture
def calendar(db: None) -> Calendar:
    calendar = Calendar.objects.create(name="Moscow")
    publishing.publish_calendar(calendar, C1, LONG_AGO)
    return calendar


@pytest.fixture
def policy(db: None) -> Policy:
    """4 hours to resolve (P1: 2), an hour for answers."""
    policy = Policy.objects.create(name="Gold")
    promised: dict[str, Any] = {"first_response": HOUR, "next_response": HOUR, "resolution": 4 * HOUR}
    publishing.publish_policy(
        policy, [promised, promised | {"priority": 1, "resolution": 2 * HOUR}], LONG_AGO
    )
    return policy


Opener = Callable[..., Ticket]


@pytest.fixture
def opened(policy: Policy, calendar: Calendar) -> Opener:
    """`opened("03-02 10:00", priority=1)`: a ticket with its clocks started, Moscow time."""

    def open_one(moment: str | datetime = "03-02 10:00", **fields: Any) -> Ticket:
        at = moscow(moment) if isinstance(moment, str) else moment
        rules = fields.pop("policy", policy)
        ticket = TicketFactory(
            opened_at=at, service=fields.pop("service", None) or ServiceFactory(), **fields
        )
        clocks.start(ticket, policy=rules, calendar=fields.pop("calendar", calendar), at=at)
        return ticket

    return open_one


@pytest.fixture
def ticket(opened: Opener) -> Ticket:
    """Opened on Monday 2 March 2026 at 10:00 in Moscow."""
    return opened()


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory(is_superuser=True)
