"""Whatever happens in whatever order: the ledger adds up, holds its floor, and gives back exactly."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from contracts.errors import ContractError, NoHoursLeft
from contracts.hours import expiry, prepaid, reservations
from contracts.ledger_check.differences import differences
from contracts.models import AtZero, Contract, TimeEntry
from contracts.time.entries import correct_time, log_time, spent
from contracts.time.rounding import charged_hours
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of
from tests.profiles import examples

amounts = st.decimals("0.01", "20", places=2)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("purchase"), amounts),
        st.tuples(st.just("correct"), st.decimals("-5", "5", places=2)),
        st.tuples(st.just("work"), st.integers(1, 600)),
        st.tuples(st.just("take back"), st.integers(0, 9)),
        st.tuples(st.just("purchase for days"), st.integers(0, 6)),
        st.tuples(st.just("set aside"), amounts),
        st.tuples(st.just("days pass"), st.integers(1, 5)),
    ),
    max_size=14,
)


@pytest.mark.usefixtures("_nobody_listens")
class LedgerProperties(TestCase):
    """`hypothesis` rolls the database back after each example."""

    def setup_example(self) -> None:
        super().setup_example()
        self.contract = make_contract(
            ClientFactory(), at_zero=AtZero.REFUSE, rollover_hours=Decimal(2), rollover_days=3
        )
        self.ticket = covered_ticket(self.contract)
        self.agent = agent_of()
        self.entries: list[TimeEntry] = []

    def act(self, name: str, value: Any, day: date) -> None:
        match name:
            case "purchase":
                prepaid.purchase(self.contract, value, by=self.agent, note="Invoice")
            case "correct":
                prepaid.correct(self.contract, value, by=self.agent, note="Counted again")
            case "work":
                entry = log_time(self.ticket, by=self.agent, minutes=value, work_kind="remote", spent_on=day)
                self.entries.append(entry)
            case "purchase for days":
                last = datetime.now(UTC).date() + timedelta(days=value)
                prepaid.purchase(self.contract, Decimal(8), by=self.agent, note="Pack", expires_on=last)
            case "set aside":
                reservations.reserve(self.contract, value, ticket=self.ticket, by=self.agent)
            case "days pass":
                self.clock.shift(timedelta(days=value))
                expiry.sweep(datetime.now(UTC))
            case "take back" if value < len(self.entries):
                correct_time(self.entries[value], by=self.agent, reason="Mistake")

    @settings(max_examples=examples(25), deadline=None)
    @given(operations)
    def test_the_ledger_sums_and_never_passes_its_floor(self, steps: list[tuple[str, Any]]) -> None:
        with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False) as self.clock:
            for number, (name, value) in enumerate(steps):
                with suppress(ContractError):  # what is refused leaves no trace: the sums show it
                    self.act(name, value, date(2026, 3, 9) - timedelta(days=number))
        moved = list(self.contract.ledger.values_list("hours", flat=True))
        standing = self.ticket.time_entries.standing()
        charged = sum(charged_hours(entry.minutes, self.contract.minimum_slot) for entry in standing)
        assert prepaid.balance(self.contract) == prepaid.totals(self.contract).left == sum(moved)
        aside = reservations.standing(self.contract, self.ticket)
        sums = prepaid.totals(self.contract)
        assert (sums.used, sums.reserved) == (charged, -aside.hours if aside else 0)
        assert expiry.stock(self.contract).left == prepaid.balance(self.contract)
        assert spent(self.ticket).minutes == sum(entry.minutes for entry in standing)
        assert not self.contract.ledger.filter(balance__lt=0).exists()
        assert list(differences()) == []

    @settings(max_examples=examples(25), deadline=None)
    @given(st.decimals("0.01", "20", places=2), st.integers(1, 1440))
    def test_taking_back_restores_what_was_left(self, bought: Decimal, minutes: int) -> None:
        prepaid.purchase(self.contract, bought, by=None, note="Invoice")
        fits = charged_hours(minutes, self.contract.minimum_slot) <= bought
        try:
            entry = log_time(self.ticket, by=self.agent, minutes=minutes, work_kind="remote")
        except NoHoursLeft:
            assert not fits
        else:
            assert fits
            correct_time(entry, by=self.agent, reason="Mistake")
        assert prepaid.balance(Contract.objects.get()) == bought
