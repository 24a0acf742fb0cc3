"""Hours bought for a time: what is left expires on the client's day, once, and part of it rolls over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.errors import HoursRefused, NoHoursLeft
from contracts.hours import expiry, prepaid
from contracts.ledger_check.differences import differences
from contracts.models import AtZero, Contract, LedgerEntry
from contracts.time.entries import correct_time
from tests.contracts.conftest import at, covered_ticket, make_contract
from tests.contracts.work import worked
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db
Kind = LedgerEntry.Kind
MARCH_2 = at("2026-03-02T10:00:00+00:00")
APRIL_1 = at("2026-04-01T10:00:00+00:00")
LAST_DAY = date(2026, 3, 31)


@pytest.fixture
def contract() -> Contract:
    return make_contract(ClientFactory(time_zone="UTC"))


def buy(contract: Contract, amount: int, expires_on: date | None = None) -> LedgerEntry:
    return prepaid.purchase(
        contract, Decimal(amount), by=None, note="Invoice", at=MARCH_2, expires_on=expires_on
    )


def moves(contract: Contract) -> list[tuple[Any, Any]]:
    return list(contract.ledger.values_list("kind", "hours"))


def test_what_is_left_expires_the_day_after_the_last(contract: Contract) -> None:
    buy(contract, 10, LAST_DAY)
    worked(contract, 180, MARCH_2)
    assert expiry.sweep(at("2026-03-31T23:59:00+00:00")) == 0
    assert expiry.sweep(APRIL_1) == 1
    assert moves(contract)[-1] == (Kind.EXPIRY, -7)
    assert prepaid.balance(contract) == 0


def test_it_expires_once_however_often_one_looks(contract: Contract) -> None:
    buy(contract, 10, LAST_DAY)
    assert [expiry.sweep(APRIL_1) for _ in range(3)] == [1, 0, 0]
    assert list(differences()) == []


def test_the_day_is_the_clients_own() -> None:
    tokyo = make_contract(ClientFactory(time_zone="Asia/Tokyo"))
    buy(tokyo, 10, LAST_DAY)
    assert expiry.sweep(at("2026-03-31T14:59:00+00:00")) == 0  # 23:59 in Tokyo
    assert expiry.sweep(at("2026-03-31T15:00:00+00:00")) == 1


def test_work_uses_first_what_expires_first(contract: Contract) -> None:
    stays, goes = buy(contract, 10), buy(contract, 5, LAST_DAY)
    worked(contract, 360, MARCH_2)
    left = {lot.pk: lot.left for lot in expiry.stock(contract).lots.values()}
    assert left == {stays.pk: 9, goes.pk: 0}


def test_part_of_it_rolls_over_once() -> None:
    contract = make_contract(ClientFactory(time_zone="UTC"), rollover_hours=Decimal(4), rollover_days=30)
    buy(contract, 10, LAST_DAY)
    expiry.sweep(APRIL_1)
    assert moves(contract)[1:] == [(Kind.EXPIRY, -10), (Kind.ROLLOVER, 4)]
    assert contract.ledger.last().expires_on == date(2026, 4, 30)  # type: ignore[union-attr]
    expiry.sweep(at("2026-05-01T00:00:00+00:00"))
    assert moves(contract)[3:] == [(Kind.EXPIRY, -4)]
    assert prepaid.balance(contract) == 0


def test_a_booking_after_the_last_day_cannot_use_them_though_no_job_ran(contract: Contract) -> None:
    Contract.objects.filter(pk=contract.pk).update(at_zero=AtZero.REFUSE)
    buy(contract, 10, LAST_DAY)
    with pytest.raises(NoHoursLeft):
        worked(contract, 60, APRIL_1)


def test_hours_given_back_after_the_last_day_expire_too(contract: Contract) -> None:
    buy(contract, 10, LAST_DAY)
    entry = worked(contract, 120, MARCH_2)
    expiry.sweep(APRIL_1)
    correct_time(entry, by=entry.person, reason="Counted twice")
    assert prepaid.balance(contract) == 2
    assert expiry.sweep(at("2030-01-01T00:00:00+00:00")) == 1
    assert prepaid.balance(contract) == 0


def test_a_new_purchase_pays_what_was_used_on_credit(contract: Contract) -> None:
    worked(contract, 180, MARCH_2)
    buy(contract, 5, LAST_DAY)
    expiry.sweep(APRIL_1)
    assert moves(contract)[-1] == (Kind.EXPIRY, -2)
    assert prepaid.balance(contract) == 0


def test_hours_that_are_over_cannot_be_bought(contract: Contract) -> None:
    with pytest.raises(HoursRefused, match="last day"):
        buy(contract, 5, date(2026, 3, 1))


def test_nothing_is_read_of_the_ledger_while_nothing_is_due(
    contract: Contract, django_assert_num_queries: Any
) -> None:
    buy(contract, 10, LAST_DAY)
    with django_assert_num_queries(1):
        expiry.sweep(MARCH_2)


def test_the_fold_agrees_with_the_proof_for_a_lot_of_everything(contract: Contract) -> None:
    ticket = covered_ticket(contract)
    assert ticket.client_id == contract.client_id
    buy(contract, 3, LAST_DAY)
    buy(contract, 4)
    worked(contract, 600, MARCH_2)
    prepaid.correct(contract, Decimal(-1), by=None, note="Counted again", at=MARCH_2)
    buy(contract, 9, date(2026, 4, 2))
    expiry.sweep(at("2026-04-10T00:00:00+00:00"))
    assert list(differences()) == []


def test_what_is_given_back_pays_first_what_was_used_on_credit(contract: Contract) -> None:
    buy(contract, 10, LAST_DAY)
    eight = worked(contract, 480, MARCH_2)
    worked(contract, 300, MARCH_2)
    correct_time(eight, by=eight.person, reason="Counted twice")
    expiry.sweep(APRIL_1)
    assert moves(contract)[-1] == (Kind.EXPIRY, -5)
    assert prepaid.balance(contract) == 0
    assert list(differences()) == []
