"""What is said beside the time field is what happens then, whatever is set aside for the ticket."""

from __future__ import annotations

from decimal import Decimal

import pytest

from contracts.hours import estimates, prepaid, reservations
from contracts.models import Contract
from contracts.time import quote
from contracts.time.entries import Told, change_time, log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(db: None) -> Contract:
    """Ten hours are left besides those that are set aside."""
    contract = make_contract(ClientFactory())
    prepaid.purchase(contract, Decimal(14), by=None, note="Invoice 1")
    return contract


@pytest.fixture
def ticket(contract: Contract) -> Ticket:
    ticket = covered_ticket(contract, requester=contact_of(contract.client))
    agent, manager = agent_of(ticket.group), contact_of(contract.client, is_manager=True)
    made = estimates.offer(ticket, Decimal(4), by=agent, note="Move the mail")
    estimates.decide(made, by=manager, is_approved=True)
    return ticket


@pytest.fixture
def agent(ticket: Ticket) -> User:
    return agent_of(ticket.group)


def now(contract: Contract, ticket: Ticket) -> tuple[Decimal, Decimal]:
    return prepaid.balance(contract), reservations.aside(contract, ticket)


def test_work_within_the_estimate_leaves_the_free_hours_alone(contract, ticket, agent):
    said = quote.of(ticket, Told(60, "remote"), agent)
    assert said.left == 10
    assert said.sentences[-1] == "Then 10 h are left, and 3 h stay reserved for this ticket."
    log_time(ticket, by=agent, minutes=60, work_kind="remote")
    assert now(contract, ticket) == (Decimal(10), Decimal(3))


def test_the_last_hours_of_the_estimate(contract, ticket, agent):
    assert quote.of(ticket, Told(240, "remote"), agent).sentences[-1] == "Then 10 h are left."
    log_time(ticket, by=agent, minutes=240, work_kind="remote")
    assert now(contract, ticket) == (Decimal(10), Decimal(0))


@pytest.mark.parametrize(("former", "new"), [(60, 120), (180, 60), (240, 30)])
def test_a_changed_entry_gives_back_to_the_estimate_first(contract, ticket, agent, former, new):
    entry = log_time(ticket, by=agent, minutes=former, work_kind="remote")
    told = Told(new, "remote", spent_on=entry.spent_on)
    said = quote.of(ticket, told, agent, former=entry)
    change_time(entry, by=agent, reason="Mistyped", told=told)
    left, aside = now(contract, ticket)
    assert (said.left, aside) == (left, 4 - Decimal(new) / 60)
    assert f"and {aside.normalize():f} h stay reserved" in said.sentences[-1]


def test_another_ticket_pays_with_what_is_free(contract, ticket, agent):
    other = covered_ticket(contract)
    assert quote.of(other, Told(60, "remote"), agent).sentences[-1] == "Then 9 h are left."
