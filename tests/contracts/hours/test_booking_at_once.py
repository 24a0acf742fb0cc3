"""The row lock, with two real connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError, Thread
from unittest.mock import patch

import pytest
from django.db import connections

from contracts.errors import NoHoursLeft
from contracts.hours import ledger, prepaid, reservations
from contracts.ledger_check.differences import differences
from contracts.models import AtZero, Contract, LedgerEntry, TimeEntry
from contracts.time.entries import log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of
from tests.profiles import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


def book(
    bookings: list[tuple[Ticket, User]], minutes: int, times: int = 1
) -> tuple[list[TimeEntry], list[NoHoursLeft]]:
    """Log time on each ticket at the same moment; return who got through and who did not."""
    together = Barrier(len(bookings))
    done: list[TimeEntry] = []
    refused: list[NoHoursLeft] = []

    def one(ticket: Ticket, agent: User) -> None:
        try:
            together.wait(timeout=PATIENCE)
            for _time in range(times):
                try:
                    done.append(log_time(ticket, by=agent, minutes=minutes, work_kind="remote"))
                except NoHoursLeft as refusal:
                    refused.append(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=booking) for booking in bookings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    return done, refused


def stock(bought: str) -> Contract:
    contract = make_contract(ClientFactory(), at_zero=AtZero.REFUSE)
    prepaid.purchase(contract, Decimal(bought), by=None, note="Invoice 1")
    return contract


@contextmanager
def both_read_before_either_writes() -> Iterator[None]:
    """Hold each reader of the balance until another has read it too, which the lock must prevent."""
    together = Barrier(2)
    balance = ledger.balance

    def hesitate(contract: Contract) -> Decimal:
        left = balance(contract)
        with suppress(BrokenBarrierError):
            together.wait(timeout=0.5)
        return left

    with patch.object(ledger, "balance", hesitate):
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
    assert prepaid.balance(contract) == Decimal("0.50")
    assert TimeEntry.objects.count() == 1


def test_eight_at_once_never_overdraw() -> None:
    contract = stock("5.0")
    bookings = [(covered_ticket(contract), agent_of()) for _ in range(8)]
    done, refused = book(bookings, minutes=60)
    assert (len(done), len(refused)) == (5, 3)
    assert prepaid.balance(contract) == 0
    assert list(differences()) == []


def test_eight_workers_use_exactly_what_there_is() -> None:
    contract = stock("5.0")
    done, refused = book([(covered_ticket(contract), agent_of()) for _ in range(8)], minutes=15, times=4)
    assert (len(done), len(refused)) == (20, 12)
    assert prepaid.balance(contract) == 0
    assert list(differences()) == []


def test_of_mixed_rules_only_those_pass_zero_that_may() -> None:
    contract = stock("5.0")
    free = [covered_ticket(contract, catalog_snapshot={"at_zero": AtZero.ALLOW}) for _ in range(4)]
    bound = [covered_ticket(contract) for _ in range(4)]
    done, refused = book([(ticket, agent_of()) for ticket in free + bound], minutes=60, times=2)
    worked = LedgerEntry.objects.filter(kind="consumption", time_entry__in=done)
    assert worked.filter(time_entry__ticket__in=free).count() == 8
    assert worked.filter(time_entry__ticket__in=bound).count() + len(refused) == 8
    assert not worked.filter(time_entry__ticket__in=bound, balance__lt=0).exists()
    assert all(refusal.left < 1 for refusal in refused)
    assert prepaid.balance(contract) == 5 - len(done) <= -3
    assert list(differences()) == []


def test_what_is_set_aside_is_there_however_many_overdraw() -> None:
    contract = stock("6.0")
    mine = covered_ticket(contract)
    reservations.reserve(contract, Decimal(4), ticket=mine, by=None)
    others = [covered_ticket(contract, catalog_snapshot={"at_zero": AtZero.WARN}) for _ in range(4)]
    bookings = [(mine, agent_of()) for _ in range(4)] + [(other, agent_of()) for other in others]
    done, refused = book(bookings, minutes=60)
    assert (len(done), len(refused)) == (8, 0)
    assert prepaid.balance(contract) == -2
    assert reservations.standing(contract, mine) is None
    assert list(differences()) == []
