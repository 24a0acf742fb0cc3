"""Closing after silence: which days count, says the contract of the ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from contracts.deadlines import auto_close as terms
from contracts.models import Contract, Silence
from contracts.terms.agreements import agree, change
from contracts.terms.forms import TermsForm
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Message, Ticket
from servicedesk.tickets.statuses import Status
from sla.models import Calendar
from sla.versions import publishing
from tests.desk.conftest import signed_in
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    agent_of,
    contact_of,
    opened_by_door,
    published_calendar,
    published_policy,
)
from workflows import advance
from workflows.engine import auto_close, timers

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 3, 6, 12, tzinfo=UTC)
NEXT_FRIDAY = datetime(2026, 3, 13, 12, tzinfo=UTC)  # seven days of the calendar
SEVENTH_WORKING_DAY = datetime(2026, 3, 17, 12, tzinfo=UTC)


HANDLERS = list(settings.TICKET_EVENT_HANDLERS)


@pytest.fixture(autouse=True)
def _all_listen(_nobody_listens: None, settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = HANDLERS


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(FRIDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def contract() -> Contract:
    return agree(
        ClientFactory(),
        number="C-1",
        name="Gold",
        starts_on=FRIDAY.date(),
        policy=published_policy("Gold"),
        calendar=published_calendar("Office"),
        silence=Silence.WORKING,
    )


def resolved(contract: Contract) -> tuple[Ticket, User]:
    item = RequestTypeFactory()
    agent = agent_of(item.service.group)
    ticket = opened_by_door(request_type=item, client=contract.client, requester=contact_of(contract.client))
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    advance.act(ticket, "resolve", by=agent, solution="Done")
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    return ticket, agent


def status_at(ticket: Ticket, moment: datetime) -> str:
    timers.fire_due(moment)
    ticket.refresh_from_db()
    return ticket.status


def test_working_days_of_the_contracts_calendar_are_counted(contract: Contract) -> None:
    ticket, _agent = resolved(contract)
    assert auto_close.planned(ticket) == SEVENTH_WORKING_DAY
    assert status_at(ticket, NEXT_FRIDAY + timedelta(hours=1)) == Status.RESOLVED
    assert status_at(ticket, SEVENTH_WORKING_DAY - timedelta(minutes=1)) == Status.RESOLVED
    assert status_at(ticket, SEVENTH_WORKING_DAY + timedelta(minutes=1)) == Status.CLOSED


def test_calendar_days_are_counted_where_nothing_else_is_agreed(contract: Contract) -> None:
    change(contract, [], silence=Silence.CALENDAR)
    ticket, _agent = resolved(contract)
    assert auto_close.planned(ticket) == NEXT_FRIDAY
    assert status_at(ticket, NEXT_FRIDAY + timedelta(minutes=1)) == Status.CLOSED


def test_a_ticket_without_a_contract_counts_calendar_days() -> None:
    item = RequestTypeFactory()
    client = ClientFactory()
    ticket = opened_by_door(request_type=item, client=client, requester=contact_of(client))
    assert terms.closes_at(ticket, FRIDAY) == NEXT_FRIDAY


def test_holidays_move_the_day(contract: Contract) -> None:
    week = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = {"tz": "UTC", "week": week, "days": {"2026-03-09": []}}
    publishing.publish_calendar(contract.calendar, hours, FRIDAY - timedelta(days=1))
    ticket, _agent = resolved(contract)
    assert auto_close.planned(ticket) == SEVENTH_WORKING_DAY + timedelta(days=1)


def test_a_ticket_keeps_what_was_agreed_when_it_came(contract: Contract) -> None:
    ticket, _agent = resolved(contract)
    change(contract, [], silence=Silence.CALENDAR)
    assert terms.closes_at(ticket, FRIDAY) == SEVENTH_WORKING_DAY
    other = published_calendar("Round the clock")
    Calendar.objects.filter(pk=other.pk).update(is_archived=False)
    change(Contract.objects.get(), [], calendar=other, silence=Silence.WORKING)
    assert terms.closes_at(ticket, FRIDAY) == SEVENTH_WORKING_DAY


def test_another_word_of_the_staff_gives_the_full_time_again(contract: Contract, clock: Any) -> None:
    ticket, agent = resolved(contract)
    clock.move_to(FRIDAY + timedelta(days=3))  # Monday
    conversation.post(ticket, author=agent, body="Did it help?", side=Message.Side.STAFF)
    assert auto_close.planned(ticket) == SEVENTH_WORKING_DAY + timedelta(days=1)


def test_the_client_is_told_the_true_day(contract: Contract) -> None:
    ticket, _agent = resolved(contract)
    mail = OutgoingMail.objects.filter(to=ticket.requester.email).latest("pk")
    assert "If you do not answer by 17 March 2026, it is closed automatically." in mail.text
    page = signed_in(ticket.requester).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert "If you do not answer by 17 Mar, it is closed automatically." in page


def test_it_is_a_term_with_versions(contract: Contract) -> None:
    assert contract.versions.get().terms["silence"] == "working"
    form = TermsForm(contract=contract)
    assert [name for name in form.fields if name == "silence"]
    change(contract, [], silence=Silence.CALENDAR)
    newest = contract.versions.order_by("-number").first()
    assert newest is not None
    assert (newest.number, newest.terms["silence"]) == (2, "calendar")


def test_a_signed_link_lives_until_after_the_closing() -> None:
    from servicedesk.notifications import links

    assert links.LIFETIME > 2 * settings.AUTO_CLOSE_AFTER + settings.REOPEN_GRACE
