"""Estimates: the client's approval, hours set aside, the cap of the work."""

from __future__ import annotations

from decimal import Decimal

import pytest

from contracts.errors import ClientNotAsked, EstimateExceeded, NoHoursLeft
from contracts.hours import estimates, prepaid
from contracts.hours.estimates import EstimateRefused
from contracts.models import Contract, Estimate, TimeEntry
from contracts.time.entries import log_time
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db
State = Estimate.State


@pytest.fixture
def contract(db: None) -> Contract:
    contract = make_contract(ClientFactory(), at_zero="ask")
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    return contract


@pytest.fixture
def ticket(contract: Contract) -> Ticket:
    return covered_ticket(contract, requester=contact_of(contract.client))


@pytest.fixture
def agent(ticket: Ticket) -> User:
    return agent_of(ticket.group)


@pytest.fixture
def manager(contract: Contract) -> User:
    return contact_of(contract.client, is_manager=True)


def approved(ticket: Ticket, agent: User, manager: User, size: str) -> Estimate:
    made = estimates.offer(ticket, Decimal(size), by=agent, note="Move the mail")
    return estimates.decide(made, by=manager, is_approved=True)


def test_an_approved_estimate_is_set_aside(ticket, contract, agent, manager):
    approved(ticket, agent, manager, "4")
    assert prepaid.balance(contract) == Decimal(6)
    kinds = [EventKind.ESTIMATE_OFFERED, EventKind.ESTIMATE_DECIDED]
    assert list(ticket.events.filter(kind__in=kinds).values_list("kind", flat=True)) == kinds


def test_work_stops_at_what_was_approved(ticket, contract, agent, manager):
    approved(ticket, agent, manager, "2")
    log_time(ticket, by=agent, minutes=90, work_kind="remote")
    with pytest.raises(EstimateExceeded, match=r"2 h, 1\.5 h are used"):
        log_time(ticket, by=agent, minutes=60, work_kind="remote")
    assert TimeEntry.objects.count() == 1
    log_time(ticket, by=agent, minutes=30, work_kind="remote")
    assert prepaid.balance(contract) == Decimal(8)


def test_a_new_estimate_replaces_the_former_one_and_lifts_the_cap(ticket, contract, agent, manager):
    first = approved(ticket, agent, manager, "1")
    log_time(ticket, by=agent, minutes=60, work_kind="remote")
    approved(ticket, agent, manager, "3")
    first.refresh_from_db()
    assert first.state == State.REPLACED
    assert prepaid.balance(contract) == Decimal(7)  # one used, two set aside
    log_time(ticket, by=agent, minutes=120, work_kind="remote")
    assert prepaid.balance(contract) == Decimal(7)


def test_billable_work_is_beyond_the_cap(ticket, agent, manager):
    approved(ticket, agent, manager, "1")
    assert log_time(ticket, by=agent, minutes=120, work_kind="remote", is_billable=True)


def test_a_declined_estimate_sets_nothing_aside(ticket, contract, agent, manager):
    made = estimates.offer(ticket, Decimal(4), by=agent)
    estimates.decide(made, by=manager, is_approved=False, reason="Too much")
    assert prepaid.balance(contract) == Decimal(10)
    assert (ticket.estimates.get().state, ticket.estimates.get().reason) == (State.DECLINED, "Too much")


def test_it_is_decided_once(ticket, agent, manager):
    made = approved(ticket, agent, manager, "1")
    with pytest.raises(EstimateRefused):
        estimates.decide(made, by=manager, is_approved=False)


def test_where_there_is_a_manager_the_requester_does_not_decide(ticket, agent, manager):
    made = estimates.offer(ticket, Decimal(1), by=agent)
    with pytest.raises(NotPermitted):
        estimates.decide(made, by=ticket.requester, is_approved=True)
    with pytest.raises(NotPermitted):
        estimates.decide(made, by=agent, is_approved=True)


def test_without_a_manager_whoever_asked_decides(ticket, agent):
    made = estimates.offer(ticket, Decimal(1), by=agent)
    assert estimates.decide(made, by=ticket.requester, is_approved=True).state == State.APPROVED


def test_an_estimate_that_the_contract_cannot_carry_is_refused_when_it_may_not_pass_zero(
    ticket, contract, agent, manager
):
    Contract.objects.update(at_zero="refuse")
    made = estimates.offer(ticket, Decimal(11), by=agent)
    with pytest.raises(NoHoursLeft):
        estimates.decide(made, by=manager, is_approved=True)
    made.refresh_from_db()
    assert made.state == State.OFFERED


def test_at_zero_the_client_is_asked_before_work_goes_on(ticket, contract, agent, manager):
    log_time(ticket, by=agent, minutes=600, work_kind="remote")
    with pytest.raises(ClientNotAsked):
        log_time(ticket, by=agent, minutes=15, work_kind="remote")
    approved(ticket, agent, manager, "12")
    log_time(ticket, by=agent, minutes=60, work_kind="remote")
    assert prepaid.balance(contract) == Decimal(-2)  # eleven worked, one more set aside


@pytest.mark.parametrize("size", ["0", "-1"])
def test_an_estimate_of_nothing_is_refused(ticket, agent, size):
    with pytest.raises(EstimateRefused):
        estimates.offer(ticket, Decimal(size), by=agent)


def test_a_finished_ticket_needs_none(ticket, agent):
    Ticket.objects.update(status=Status.CLOSED)
    with pytest.raises(EstimateRefused):
        estimates.offer(ticket, Decimal(1), by=agent)


def test_a_stranger_offers_nothing(ticket):
    with pytest.raises(NotPermitted):
        estimates.offer(ticket, Decimal(1), by=agent_of())
