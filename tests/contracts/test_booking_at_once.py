"""The row lock, with two real connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError, Thread
from unittest.mock import patch

import pytest
from django.db import connections

from contracts import hours
from contracts.errors import NoHoursLeft
from contracts.models import AtZero, Contract, TimeEntry
from contracts.proof import differences
from contracts.time import log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of

pytestmark = pytest.mark.django_db(transaction=True)


def book(bookings: list[tuple[Ticket, User]], minutes: int) -> tuple[list[TimeEntry], list[NoHoursLeft]]:
    """Log time on each ticket at the same moment; return who got through and who did not."""
    together = Barrier(len(bookings))
    done: list[TimeEntry] = []
    refused: list[NoHoursLeft] = []

    def one(ticket: Ticket, agent: User) -> None:
        try:
            together.wait(timeout=20)
            done.append(log_time(ticket, by=agent, minutes=minutes, work_kind="remote"))
        except NoHoursLeft as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=booking) for booking in bookings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return done, refused


def stock(bought: str) -> Contract:
    contract = make_contract(ClientFactory(), at_zero=AtZero.REFUSE)
    hours.purchase(contract, Decimal(bought), by=None, note="Invoice 1")
    return contract


@contextmanager
def both_read_before_either_writes() -> Iterator[None]:
    """Hold each reader of the balance until another has read it too, which the lock must prevent."""
    together = Barrier(2)
    balance = hours.balance

    def hesitate(contract: Contract) -> Decimal:
        left = balance(contract)
        with suppress(BrokenBarrierError):
            together.wait(timeout=0.5)
        return left

    with patch.object(hours, "balance", hesitate):
        yield


@pytest.mark.parametrize("same_ticket", [True, False])
def test_of_two_who_book_the_last_hours_exactly_one_gets_them(same_ticket: bool) -> None:
    contract = stock("2.0")
    first = covered_ticket(contract)
    second = first if same_ticket else covered_ticket(contract)
    with both_read_before_either_writes():
        done, refused = book([(first, agent_of()), (second, agent_of())], minutes=90)
    assert (len(done), len(refused)) == (1, 1)
    assert refused[0].left == Decimal("0.50")
    assert hours.balance(contract) == Decimal("0.50")
    assert TimeEntry.objects.count() == 1


def test_eight_at_once_never_overdraw() -> None:
    contract = stock("5.0")
    bookings = [(covered_ticket(contract), agent_of()) for _ in range(8)]
    done, refused = book(bookings, minutes=60)
    assert (len(done), len(refused)) == (5, 3)
    assert hours.balance(contract) == 0
    assert list(differences()) == []
