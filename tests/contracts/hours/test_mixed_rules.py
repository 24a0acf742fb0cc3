"""Tickets of every rule on one contract that refuses: whatever happens, each is judged by its own rule."""

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

from contracts.errors import ClientNotAsked, ContractError, NoHoursLeft
from contracts.hours import exhausted, expiry, prepaid, reservations
from contracts.ledger_check.differences import differences
from contracts.models import AtZero, Contract, LedgerEntry, TimeEntry
from contracts.time.entries import Told, change_time, correct_time, log_time
from contracts.time.rounding import charged_hours
from servicedesk.tickets import events
from servicedesk.tickets.models import EventKind, Ticket
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of
from tests.profiles import examples

Kind = LedgerEntry.Kind
RULES = ["", *AtZero.values]
tickets = st.integers(0, len(RULES) - 1)
amounts = st.decimals("0.01", "12", places=2)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("purchase"), amounts, st.none() | st.integers(0, 6)),
        st.tuples(st.just("correct"), st.decimals("-5", "5", places=2), st.none()),
        st.tuples(st.just("work"), tickets, st.integers(1, 600)),
        st.tuples(st.just("set aside"), tickets, amounts),
        st.tuples(st.just("request over"), tickets, st.none()),
        st.tuples(st.just("take back"), st.integers(0, 9), st.none()),
        st.tuples(st.just("change"), st.integers(0, 9), st.integers(1, 600)),
        st.tuples(st.just("days pass"), st.integers(1, 5), st.booleans()),
    ),
    max_size=16,
)


@pytest.mark.usefixtures("_nobody_listens")
class MixedRules(TestCase):
    """`hypothesis` rolls the database back after each example."""

    def setup_example(self) -> None:
        super().setup_example()
        self.contract = make_contract(
            ClientFactory(), at_zero=AtZero.REFUSE, rollover_hours=Decimal(2), rollover_days=3
        )
        self.tickets = [covered_ticket(self.contract, catalog_snapshot={"at_zero": rule}) for rule in RULES]
        self.agent = agent_of()
        self.entries: list[TimeEntry] = []
        self.seen = 0

    def act(self, name: str, which: Any, value: Any, day: date) -> Ticket | None:
        """Do it; return the ticket it was about."""
        match name:
            case "purchase":
                last = None if value is None else datetime.now(UTC).date() + timedelta(days=value)
                prepaid.purchase(self.contract, which, by=self.agent, note="Pack", expires_on=last)
            case "correct":
                prepaid.correct(self.contract, which, by=self.agent, note="Counted again")
            case "work":
                return self.work(self.tickets[which], value, day)
            case "set aside":
                ticket: Ticket = self.tickets[which]
                reservations.reserve(self.contract, value, ticket=ticket, by=self.agent)
                return ticket
            case "request over":
                event = events.record(self.tickets[which], EventKind.CANCELLED, by=None)
                reservations.on_ticket_event(event)
            case "take back" if which < len(self.entries):
                correct_time(self.entries[which], by=self.agent, reason="Mistake")
            case "change" if which < len(self.entries):
                told = Told(value, "remote", spent_on=self.entries[which].spent_on)
                self.entries.append(
                    change_time(self.entries[which], by=self.agent, reason="Mistake", told=told)
                )
                return self.entries[-1].ticket
        return None

    def work(self, ticket: Ticket, minutes: int, day: date) -> Ticket:
        """Within what is set aside, and where the rule lets work go on, nothing is refused."""
        aside = reservations.aside(self.contract, ticket)
        asked = charged_hours(minutes, self.contract.minimum_slot)
        try:
            entry = log_time(ticket, by=self.agent, minutes=minutes, work_kind="remote", spent_on=day)
        except (NoHoursLeft, ClientNotAsked):
            assert asked > aside
            assert exhausted.rule_of(ticket, self.contract) in {AtZero.REFUSE, AtZero.ASK}
            raise
        self.entries.append(entry)
        assert reservations.aside(self.contract, ticket) == max(aside - asked, Decimal(0))
        return ticket

    def judge(self, ticket: Ticket | None) -> None:
        """What was just written passes zero only where the rule of the ticket lets it."""
        written = list(self.contract.ledger.filter(pk__gt=self.seen).order_by("pk"))
        self.seen = written[-1].pk if written else self.seen
        freed = sum((one.hours for one in written if one.kind == Kind.RELEASE), Decimal(0))
        rule = exhausted.rule_of(ticket, self.contract) if ticket else AtZero.REFUSE
        for one in written:
            is_own = ticket is not None and -one.hours <= freed
            if one.hours < 0 and one.balance < 0:
                assert rule != AtZero.REFUSE or is_own
                assert one.at_zero == (AtZero.ALLOW if is_own else rule)

    @settings(max_examples=examples(60), deadline=None)
    @given(operations)
    def test_each_ticket_is_judged_by_its_own_rule(self, steps: list[tuple[str, Any, Any]]) -> None:
        with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False) as clock:
            for number, (name, which, value) in enumerate(steps):
                if name == "days pass":
                    clock.shift(timedelta(days=which))
                    if value:
                        expiry.sweep(datetime.now(UTC))  # is never refused
                    continue
                with suppress(ContractError):  # what is refused leaves no trace: the sums show it
                    self.judge(self.act(name, which, value, date(2026, 3, 9) - timedelta(days=number)))
            expiry.sweep(datetime.now(UTC))
        self.adds_up()

    def adds_up(self) -> None:
        contract = Contract.objects.get()
        moved = contract.ledger.values_list("hours", flat=True)
        standing = TimeEntry.objects.standing()
        charged = sum(charged_hours(entry.minutes, contract.minimum_slot) for entry in standing)
        aside = sum(reservations.aside(contract, ticket) for ticket in self.tickets)
        assert prepaid.balance(contract) == prepaid.totals(contract).left == sum(moved)
        sums = prepaid.totals(contract)
        assert (sums.used, sums.reserved) == (charged, aside)
        stock = expiry.stock(contract)
        assert stock.left == prepaid.balance(contract)
        assert not stock.credit or not any(lot.left for lot in stock.lots.values())
        assert list(differences()) == []
