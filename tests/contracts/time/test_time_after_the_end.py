"""Time on a ticket that is over, or was merged into another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from contracts.errors import TimeRefused
from contracts.hours import prepaid, usage
from contracts.hours.statement.statement import statement
from contracts.models import Contract, RunningTimer
from contracts.time import timers
from contracts.time.booking_rules import may_log
from contracts.time.entries import correct_time, log_time, spent
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import EventKind, Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, UserFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract() -> Contract:
    contract = make_contract(ClientFactory(account_manager=UserFactory(is_account_manager=True)))
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    return contract


@pytest.fixture
def over(contract: Contract) -> Ticket:
    return covered_ticket(contract, status=Status.CLOSED, assignee=agent_of())


def acted(ticket: Ticket) -> User:
    person = agent_of(ticket.group)
    TicketEvent.objects.create(ticket=ticket, kind=EventKind.TIME_LOGGED, actor=person)
    return person


def test_those_who_had_part_in_it_log_time(contract: Contract, over: Ticket) -> None:
    manager = contract.client.account_manager
    leader = agent_of(over.group, is_leader=True)
    for person in (over.assignee, acted(over), leader, manager, UserFactory(is_superuser=True)):
        assert person is not None
        log_time(over, by=person, minutes=30, work_kind="remote")
    assert prepaid.used(contract) == Decimal("2.5")


def test_others_do_not(over: Ticket) -> None:
    other_manager = UserFactory(is_account_manager=True)
    for person in (agent_of(over.group), agent_of(), other_manager, contact_of(over.client)):
        assert not may_log(person, over)
        with pytest.raises(NotPermitted):
            log_time(over, by=person, minutes=30, work_kind="remote")


def test_until_the_books_close(contract: Contract, over: Ticket) -> None:
    assert over.assignee is not None
    today = timezone.localdate()
    Contract.objects.filter(pk=contract.pk).update(closed_until=today - timedelta(days=1))
    log_time(over, by=over.assignee, minutes=30, work_kind="remote", spent_on=today)
    yesterday = today - timedelta(days=1)
    with pytest.raises(TimeRefused, match="The books of Gold 2026 are closed until"):
        log_time(over, by=over.assignee, minutes=30, work_kind="remote", spent_on=yesterday)


def test_the_books_of_the_contract_that_paid_count_when_time_is_taken_back(contract: Contract) -> None:
    ticket, agent = covered_ticket(contract), agent_of()
    entry = log_time(ticket, by=agent, minutes=30, work_kind="remote")
    ticket.coverage.contract = make_contract(contract.client)
    ticket.coverage.save()
    Contract.objects.filter(pk=contract.pk).update(closed_until=timezone.localdate())
    with pytest.raises(TimeRefused, match="are closed until"):
        correct_time(entry, by=agent, reason="Wrong ticket")


def test_a_timer_runs_there_too(over: Ticket) -> None:
    assert over.assignee is not None
    assert timers.start(over, by=over.assignee).ticket == over


@pytest.fixture
def merged(contract: Contract) -> tuple[Ticket, Ticket]:
    """Twenty minutes on each of two tickets of which one was merged into another, and that into a third."""
    target = covered_ticket(contract, subject="Mail is late")
    ticket = covered_ticket(contract, subject="Letters are late")
    between = covered_ticket(contract)
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False):
        for one in (ticket, target):
            log_time(one, by=agent_of(full_name="Marta Vidal"), minutes=20, work_kind="remote")
    for one, into in ((ticket, between), (between, target)):
        Ticket.objects.filter(pk=one.pk).update(merged_into=into, status=Status.CANCELLED)
    ticket.refresh_from_db()
    return ticket, target


def test_time_of_a_merged_ticket_shows_on_its_target(
    contract: Contract, merged: tuple[Ticket, Ticket]
) -> None:
    ticket, target = merged
    assert (spent(target).minutes, spent(target).hours) == (40, Decimal(1))
    assert usage.requests(contract) == 1
    assert [(one.name, one.hours) for one in usage.grouped(contract, "service")] == [
        (target.service.name, Decimal(1))  # type: ignore[union-attr]
    ]
    assert [(one.name, one.hours, one.entries) for one in usage.grouped(contract, "person")] == [
        ("Marta Vidal", Decimal(1), 2)
    ]
    reader = UserFactory(is_superuser=True)
    lines = statement(contract, date(2026, 3, 1), date(2026, 3, 31), reader=reader).lines
    assert [(line.reference, line.goes_on) for line in lines if line.worked] == [
        (ticket.reference, target.reference),
        (target.reference, ""),
    ]


def test_undone_the_time_stands_on_its_own_ticket_again(
    contract: Contract, merged: tuple[Ticket, Ticket]
) -> None:
    ticket, target = merged
    Ticket.objects.filter(pk=ticket.pk).update(merged_into=None, status=Status.UNDER_REVIEW)
    assert (spent(ticket).minutes, spent(target).minutes) == (20, 20)
    assert usage.requests(contract) == 2
    assert not any(line.goes_on for line in statement(contract, date(2026, 3, 1), date(2026, 3, 31)).lines)


def test_new_time_goes_to_the_target(merged: tuple[Ticket, Ticket]) -> None:
    ticket, target = merged
    with pytest.raises(TimeRefused, match=rf"is merged into {target.reference}; log the time there"):
        log_time(ticket, by=agent_of(ticket.group), minutes=5, work_kind="remote")
    person = agent_of()
    RunningTimer.objects.create(person=person, ticket=ticket)
    stopped = timers.stop(by=person)
    assert stopped is not None
    assert stopped[0] == target
