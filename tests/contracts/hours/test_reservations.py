"""Hours set aside for a ticket: nobody else uses them, its work does, and what is over returns."""

from __future__ import annotations

from decimal import Decimal

import pytest

from contracts.errors import HoursRefused, NoHoursLeft
from contracts.hours import prepaid, reservations
from contracts.ledger_check.differences import differences
from contracts.models import AtZero, Contract
from servicedesk.tickets import events
from servicedesk.tickets.models import EventKind, Ticket
from tests.contracts.conftest import at, covered_ticket, make_contract
from tests.contracts.work import worked
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db
MARCH_2 = at("2026-03-02T10:00:00+00:00")


@pytest.fixture
def contract() -> Contract:
    contract = make_contract(ClientFactory(), at_zero=AtZero.REFUSE)
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice", at=MARCH_2)
    return contract


@pytest.fixture
def ticket(contract: Contract) -> Ticket:
    return covered_ticket(contract)


def aside_and_left(contract: Contract, ticket: Ticket) -> list[float]:
    """Hours set aside for the ticket, hours left for all."""
    entry = reservations.standing(contract, ticket)
    return [float(-entry.hours) if entry else 0, float(prepaid.balance(contract))]


def test_hours_set_aside_are_not_left_for_others(contract: Contract, ticket: Ticket) -> None:
    reservations.reserve(contract, Decimal(8), ticket=ticket, by=None)
    assert prepaid.balance(contract) == 2
    with pytest.raises(NoHoursLeft):
        worked(contract, 180, MARCH_2)


def test_work_on_the_ticket_uses_them_and_keeps_the_rest_aside(contract: Contract, ticket: Ticket) -> None:
    reservations.reserve(contract, Decimal(8), ticket=ticket, by=None)
    worked(contract, 180, MARCH_2, ticket)
    assert aside_and_left(contract, ticket) == [5, 2]


def test_more_work_than_set_aside_takes_the_rest_from_what_is_left(
    contract: Contract, ticket: Ticket
) -> None:
    reservations.reserve(contract, Decimal(2), ticket=ticket, by=None)
    worked(contract, 180, MARCH_2, ticket)
    assert aside_and_left(contract, ticket) == [0, 7]


def test_another_reservation_takes_the_place_of_the_first(contract: Contract, ticket: Ticket) -> None:
    reservations.reserve(contract, Decimal(8), ticket=ticket, by=None)
    reservations.reserve(contract, Decimal(9), ticket=ticket, by=None)
    assert aside_and_left(contract, ticket) == [9, 1]


def test_more_than_is_left_cannot_be_set_aside(contract: Contract, ticket: Ticket) -> None:
    with pytest.raises(NoHoursLeft):
        reservations.reserve(contract, Decimal(11), ticket=ticket, by=None)
    with pytest.raises(HoursRefused):
        reservations.reserve(contract, Decimal(0), ticket=ticket, by=None)
    assert prepaid.balance(contract) == 10


@pytest.mark.parametrize("over", [EventKind.CLOSED, EventKind.CANCELLED])
def test_what_was_not_used_returns_when_the_request_is_over(
    contract: Contract, ticket: Ticket, over: EventKind, settings: object
) -> None:
    reservations.reserve(contract, Decimal(8), ticket=ticket, by=None)
    reservations.on_ticket_event(events.record(ticket, over, by=None))
    assert aside_and_left(contract, ticket) == [0, 10]
    assert list(differences()) == []
