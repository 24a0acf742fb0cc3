from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from contracts.errors import HoursRefused, NoHoursLeft
from contracts.hours import prepaid
from contracts.models import AtZero, Contract, LedgerEntry, LedgerIsAppendOnly, TimeEntry
from contracts.time import charging
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of

pytestmark = pytest.mark.django_db
Kind = LedgerEntry.Kind


@pytest.fixture
def contract() -> Contract:
    return make_contract(ClientFactory(), at_zero=AtZero.REFUSE)


def work(contract: Contract, minutes: int = 60) -> TimeEntry:
    ticket = covered_ticket(contract)
    return TimeEntry.objects.create(
        ticket=ticket, person=agent_of(), work_kind="remote", minutes=minutes, spent_on=date(2026, 3, 9)
    )


def test_an_empty_ledger_has_nothing_left(contract: Contract) -> None:
    assert prepaid.balance(contract) == 0
    assert prepaid.totals(contract) == prepaid.Totals(prepaid.ZERO, prepaid.ZERO)


def test_left_is_bought_less_used(contract: Contract) -> None:
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    prepaid.purchase(contract, Decimal("5.5"), by=None, note="Invoice 2")
    prepaid.consume(contract, Decimal("1.25"), time_entry=work(contract), by=None)
    given_back = prepaid.consume(contract, Decimal(2), time_entry=work(contract), by=None)
    charging.take_back(given_back, by=None, note="Wrong ticket")
    prepaid.correct(contract, Decimal("-0.5"), by=None, note="Counted twice")
    assert (prepaid.bought(contract), prepaid.used(contract)) == (Decimal(15), Decimal("1.25"))
    assert prepaid.balance(contract) == prepaid.totals(contract).left == Decimal("13.75")


def test_each_entry_says_what_was_left_after_it(contract: Contract) -> None:
    prepaid.purchase(contract, Decimal(3), by=None, note="")
    prepaid.consume(contract, Decimal(1), time_entry=work(contract), by=None)
    assert list(contract.ledger.values_list("balance", flat=True)) == [3, 2]


def test_a_correction_does_not_pass_the_floor_either(contract: Contract) -> None:
    prepaid.purchase(contract, Decimal(1), by=None, note="")
    with pytest.raises(NoHoursLeft) as refusal:
        prepaid.correct(contract, Decimal("-1.5"), by=None, note="Too many")
    assert (refusal.value.left, refusal.value.asked) == (Decimal(1), Decimal("1.5"))
    assert prepaid.balance(contract) == 1


def test_hours_come_in_even_below_zero(contract: Contract) -> None:
    Contract.objects.update(at_zero=AtZero.ALLOW)
    prepaid.consume(contract, Decimal(4), time_entry=work(contract), by=None)
    Contract.objects.update(at_zero=AtZero.REFUSE)
    prepaid.purchase(contract, Decimal(1), by=None, note="A first part")
    assert prepaid.balance(contract) == -3


@pytest.mark.parametrize("amount", [Decimal(0), Decimal(-1), Decimal("0.001")])
def test_nothing_is_not_bought(contract: Contract, amount: Decimal) -> None:
    with pytest.raises(HoursRefused):
        prepaid.purchase(contract, amount, by=None, note="")


def test_less_than_nothing_is_not_used(contract: Contract) -> None:
    with pytest.raises(HoursRefused):
        prepaid.consume(contract, Decimal("-0.25"), time_entry=work(contract), by=None)


def test_work_that_takes_nothing_of_its_own_is_written_down_even_below_zero(contract: Contract) -> None:
    Contract.objects.update(at_zero=AtZero.ALLOW)
    prepaid.consume(contract, Decimal(4), time_entry=work(contract), by=None)
    Contract.objects.update(at_zero=AtZero.REFUSE)
    prepaid.consume(contract, Decimal(0), time_entry=work(contract), by=None)
    assert list(contract.ledger.values_list("hours", "balance")) == [
        (Decimal(-4), Decimal(-4)),
        (Decimal(0), Decimal(-4)),
    ]
    assert not contract.ledger.exclude(at_zero=AtZero.ALLOW).exists()


def test_a_correction_needs_hours_and_a_reason(contract: Contract) -> None:
    with pytest.raises(HoursRefused, match="zero"):
        prepaid.correct(contract, Decimal(0), by=None, note="Why")
    with pytest.raises(HoursRefused, match="reason"):
        prepaid.correct(contract, Decimal(1), by=None, note=" ")


def test_hours_are_given_back_once(contract: Contract) -> None:
    bought = prepaid.purchase(contract, Decimal(3), by=None, note="")
    drawn = prepaid.consume(contract, Decimal(1), time_entry=work(contract), by=None)
    charging.take_back(drawn, by=None, note="")
    for entry in (drawn, bought):
        with pytest.raises(HoursRefused):
            charging.take_back(entry, by=None, note="")
    assert prepaid.balance(contract) == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.save(update_fields=["hours"]),
        lambda entry: entry.delete(),
        lambda entry: LedgerEntry.objects.update(hours=1),
        lambda entry: LedgerEntry.objects.filter(pk=entry.pk).delete(),
        lambda entry: LedgerEntry.objects.bulk_update([entry], ["hours"]),
        lambda entry: entry.contract.ledger.all().delete(),
        lambda entry: entry.contract.ledger.update(note=""),
    ],
)
def test_what_is_written_stays_written(contract: Contract, change: Callable[[LedgerEntry], Any]) -> None:
    entry = prepaid.purchase(contract, Decimal(3), by=None, note="Invoice 1")
    entry.hours = Decimal(30)
    with pytest.raises(LedgerIsAppendOnly), transaction.atomic():
        change(entry)
    assert LedgerEntry.objects.get().hours == 3


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        (Kind.PURCHASE, -1),
        (Kind.RELEASE, -1),
        (Kind.ROLLOVER, -1),
        (Kind.RESERVE, 1),
        (Kind.CONSUMPTION, 1),
        (Kind.EXPIRY, 1),
        (Kind.CORRECTION, 0),
        (Kind.CONSUMPTION, -1),  # without a time entry
        (Kind.RELEASE, 1),  # without a cause
        ("gift", 1),
    ],
)
def test_the_database_refuses_a_movement_that_makes_no_sense(
    contract: Contract, kind: str, amount: int
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            contract=contract, kind=kind, hours=amount, balance=10, at_zero=AtZero.REFUSE
        )


def test_the_database_itself_holds_the_floor(contract: Contract) -> None:
    fields = {"contract": contract, "kind": Kind.CORRECTION, "hours": -1, "balance": Decimal("-0.01")}
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(at_zero=AtZero.REFUSE, **fields)
    LedgerEntry.objects.create(at_zero=AtZero.WARN, **fields)


def test_the_balance_is_one_statement(contract: Contract, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        prepaid.purchase(contract, Decimal(1), by=None, note="")
    with django_assert_num_queries(1):
        assert prepaid.balance(contract) == 3
