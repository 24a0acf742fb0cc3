"""A small hand-made world: one client in Madrid, one elsewhere, fixed instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reports.models import ReportSchedule
from reports.periods import Period
from reports.scope import Scope
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import DueKind, EventKind, Ticket, TicketEvent
from sla.calendars.editing import ready_made
from sla.models import Calendar, Clock, Policy
from sla.versions import publishing
from tests.factories import LONG_AGO, ClientFactory, ServiceFactory, TicketFactory, UserFactory, contact_of

MADRID = "Europe/Madrid"


@pytest.fixture(autouse=True)
def _nobody_listens(settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = []


@pytest.fixture
def manager(db: None) -> User:
    return UserFactory(is_account_manager=True, email="keeper@quayside.example", full_name="Daniel Okafor")


@pytest.fixture
def halden(manager: User) -> Client:
    client = ClientFactory(name="Halden Logistics", time_zone=MADRID, account_manager=manager)
    contact_of(client, is_manager=True, email="boss@halden.example")
    return client


@pytest.fixture
def november() -> Period:
    return Period(date(2025, 11, 1), date(2025, 11, 30), MADRID)


@pytest.fixture
def schedule(halden: Client, manager: User) -> ReportSchedule:
    """Monthly, on the first day at 7:00 in Madrid; due next on 1 December."""
    schedule = ReportSchedule(
        name="Monthly", kinds=["tickets", "ratings"], formats=["csv"], client=halden, created_by=manager
    )
    schedule.plan(datetime(2025, 11, 5, tzinfo=UTC))
    schedule.save()
    return schedule


def ticket_at(moment: datetime, client: Client, *, late: bool = False, **fields: Any) -> Ticket:
    """A ticket opened at `moment`; `late`: its promise to solve was broken an hour later."""
    if "service" not in fields:
        fields["service"] = ServiceFactory()
    ticket: Ticket = TicketFactory(client=client, opened_at=moment, **fields)
    if late:
        breach(ticket, moment + timedelta(hours=1))
    return ticket


def breach(ticket: Ticket, at: datetime) -> None:
    """Give the ticket a clock that was missed at `at`."""
    calendar, _new = Calendar.objects.get_or_create(name="Office")
    policy, _new = Policy.objects.get_or_create(name="Gold")
    if not calendar.versions.exists():
        publishing.publish_calendar(calendar, ready_made.default_calendar_definition(MADRID, ""), LONG_AGO)
        publishing.publish_policy(policy, [], LONG_AGO)
    Clock.objects.create(
        ticket=ticket,
        kind=DueKind.RESOLUTION,
        policy_version=policy.versions.get(),
        calendar_version=calendar.versions.get(),
        target=timedelta(hours=1),
        elapsed=timedelta(0),
        state=Clock.State.BREACHED,
        started_at=ticket.opened_at,
        due_at=at,
        breached_at=at,
        breaches=1,
    )


def event(ticket: Ticket, kind: EventKind, at: datetime, **details: Any) -> TicketEvent:
    return TicketEvent.objects.create(ticket=ticket, kind=kind, happened_at=at, details=details)


def rated(ticket: Ticket, at: datetime, rating: int, comment: str = "") -> TicketEvent:
    return event(ticket, EventKind.RATED, at, rating=rating, comment=comment)


def scope_of(
    client: Client | None, period: Period, language: str = "en", viewer: User | None = None
) -> Scope:
    return Scope(period, language, client, viewer)
