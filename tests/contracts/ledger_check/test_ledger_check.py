from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from contracts.hours import prepaid
from contracts.models import AtZero, Contract, LedgerEntry, TimeEntry
from contracts.time import charging
from contracts.time.entries import correct_time, log_time
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, ServiceFactory, UserFactory, agent_of

pytestmark = pytest.mark.django_db
Kind = LedgerEntry.Kind


@pytest.fixture
def contract() -> Contract:
    contract = make_contract(ClientFactory(), number="BW-2026")
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    return contract


def forge(contract: Contract, **fields: Any) -> LedgerEntry:
    """A row that no verb wrote."""
    return LedgerEntry.objects.create(contract=contract, at_zero=AtZero.WARN, **fields)


def worked(contract: Contract, minutes: int = 60) -> TimeEntry:
    return TimeEntry.objects.create(
        ticket=covered_ticket(contract), person=agent_of(), work_kind="remote",
        minutes=minutes, spent_on=date(2026, 3, 9),
    )  # fmt: skip


def complaints() -> str:
    """What the failing command prints, with its last word."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("ledger_check", stdout=out)
    assert error.value.returncode == 1
    return f"{out.getvalue()}{error.value}"


def proof() -> str:
    out = StringIO()
    call_command("ledger_check", stdout=out)
    return out.getvalue()


def test_a_true_ledger_is_proved(contract: Contract) -> None:
    entry = log_time(covered_ticket(contract), by=agent_of(), minutes=80, work_kind="remote")
    correct_time(entry, by=entry.person, reason="Wrong ticket")
    assert proof() == "3 ledger entries checked: every balance is correct.\n"


def test_a_balance_that_does_not_add_up_is_named(contract: Contract) -> None:
    entry = forge(contract, kind=Kind.CORRECTION, hours=1, balance=12)
    assert f"BW-2026, #{entry.pk}: says 12.00 h are left, the entries add up to 11.00 h." in complaints()


def test_contracts_are_added_up_apart(contract: Contract) -> None:
    prepaid.purchase(make_contract(ClientFactory()), Decimal(4), by=None, note="Invoice 2")
    prepaid.purchase(contract, Decimal(1), by=None, note="Invoice 3")
    twin = make_contract(contract.client, services=[ServiceFactory()])
    prepaid.purchase(twin, Decimal(4), by=None, note="Invoice 4")
    prepaid.purchase(contract, Decimal(1), by=None, note="Invoice 5")
    assert "5 ledger entries checked" in proof()


def test_hours_below_the_work_are_named(contract: Contract) -> None:
    forge(contract, kind=Kind.CONSUMPTION, hours=-1, balance=9, time_entry=worked(contract, minutes=90))
    assert "uses 1.00 h for 90 minutes of work." in complaints()


def test_work_at_half_the_rate_takes_half_the_hours(contract: Contract) -> None:
    half = worked(contract, minutes=60)
    TimeEntry.objects.filter(pk=half.pk).update(factor=Decimal("0.5"))
    forge(contract, kind=Kind.CONSUMPTION, hours=Decimal("-0.5"), balance=Decimal("9.5"), time_entry=half)
    assert "2 ledger entries checked" in proof()


def test_hours_set_aside_twice_for_a_ticket_are_named(contract: Contract) -> None:
    ticket = covered_ticket(contract)
    forge(contract, kind=Kind.RESERVE, hours=-1, balance=9, ticket=ticket)
    forge(contract, kind=Kind.RESERVE, hours=-1, balance=8, ticket=ticket)
    assert "reserves hours for a ticket that has a reservation already." in complaints()


def test_giving_back_another_amount_is_named(contract: Contract) -> None:
    drawn = prepaid.consume(contract, Decimal(1), time_entry=worked(contract), by=None)
    forge(contract, kind=Kind.RELEASE, hours=2, balance=11, reverses=drawn)
    assert "releases a different number of hours than were used." in complaints()


def test_giving_back_for_work_that_stands_is_named(contract: Contract) -> None:
    drawn = prepaid.consume(contract, Decimal(1), time_entry=worked(contract), by=None)
    charging.take_back(drawn, by=None, note="")
    assert "releases the hours of a time entry that is still valid." in complaints()


def test_work_taken_back_without_its_hours_is_named(contract: Contract) -> None:
    entry = worked(contract)
    prepaid.consume(contract, Decimal(1), time_entry=entry, by=None)
    TimeEntry.objects.filter(pk=entry.pk).update(reversed_at=timezone.now(), reversed_by=UserFactory())
    result = complaints()
    assert f"Time entry {entry.pk} was removed, but its hours were not released." in result
    assert result.endswith("1 difference found.")
