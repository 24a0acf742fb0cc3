"""What is rounded up: each entry, those of a ticket and day, or all of a ticket; exactly so at any time."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from contracts.hours import prepaid, reservations
from contracts.ledger_check.differences import differences
from contracts.models import Contract, LedgerEntry, RateClass, Rounding, TimeEntry
from contracts.terms.agreements import change
from contracts.time import quote
from contracts.time.entries import Told, change_time, correct_time, log_time, spent
from contracts.time.rounding import charged_hours
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 3, 9), date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def agreed(rounding: str, **fields: Any) -> Contract:
    contract = make_contract(ClientFactory(), rounding=rounding, **fields)
    prepaid.purchase(contract, Decimal(100), by=None, note="Invoice 1")
    return contract


def worked(ticket: Ticket, minutes: int, day: date = TUESDAY, **more: Any) -> TimeEntry:
    person = more.pop("by", None) or agent_of()
    return log_time(ticket, by=person, minutes=minutes, work_kind="remote", spent_on=day, **more)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rounding", "used"),
    [(Rounding.ENTRY, "1.00"), (Rounding.DAY, "0.50"), (Rounding.TICKET, "0.50")],
)
def test_three_times_five_minutes_cost_what_was_agreed(rounding: str, used: str) -> None:
    contract = agreed(rounding)
    ticket = covered_ticket(contract)
    for _number in range(3):
        worked(ticket, 5)
    worked(ticket, 5, MONDAY)
    assert prepaid.used(contract) == spent(ticket).hours == Decimal(used)
    assert spent(ticket).minutes == 20
    assert list(differences()) == []


@pytest.mark.django_db
def test_of_a_day_and_of_a_ticket_are_told_apart() -> None:
    contract = agreed(Rounding.DAY)
    ticket = covered_ticket(contract)
    for day in (MONDAY, TUESDAY):
        worked(ticket, 5, day)
        worked(ticket, 5, day)
    worked(covered_ticket(contract), 5)
    assert prepaid.used(contract) == Decimal("0.75")


@pytest.mark.django_db
def test_whoever_pays_the_slot_is_followed_by_the_next_when_it_goes() -> None:
    contract = agreed(Rounding.TICKET)
    ticket = covered_ticket(contract)
    first, second, third = (worked(ticket, minutes) for minutes in (10, 5, 10))
    correct_time(first, by=first.person, reason="Wrong ticket")
    standing = {one.pk: one.charged for one in TimeEntry.objects.with_charge()}
    assert standing == {first.pk: 0, second.pk: Decimal("0.25"), third.pk: 0}
    assert prepaid.used(contract) == Decimal("0.25")
    anew = contract.ledger.get(replaces__isnull=False, time_entry=second)
    assert anew.kind == LedgerEntry.Kind.CONSUMPTION
    assert anew.hours == Decimal("-0.25")
    assert anew.replaces is not None
    assert anew.replaces.hours == 0
    assert list(differences()) == []


@pytest.mark.django_db
def test_words_changed_cost_nothing_even_under_new_terms() -> None:
    contract = agreed(Rounding.DAY)
    entry = worked(covered_ticket(contract), 5)
    change(contract, (), minimum_slot=60, rounding=Rounding.ENTRY)
    told = Told(5, "remote", note="In other words", spent_on=TUESDAY)
    change_time(entry, by=entry.person, reason="Spelling", told=told)
    assert prepaid.used(contract) == Decimal("0.25")
    assert contract.versions.get(number=2).terms["rounding"] == Rounding.ENTRY
    assert list(differences()) == []


@pytest.mark.django_db
def test_time_at_another_rate_is_rounded_apart() -> None:
    contract = agreed(Rounding.DAY)
    RateClass.objects.create(
        contract=contract, name="Travel", when="work_kind", work_kind="travel", factor=Decimal(2)
    )
    ticket = covered_ticket(contract)
    for kind in ("remote", "travel", "remote"):
        log_time(ticket, by=agent_of(), minutes=5, work_kind=kind)
    assert prepaid.used(contract) == Decimal("0.75")


@pytest.mark.django_db
def test_what_is_set_aside_stays_so_when_a_slot_is_reckoned_anew() -> None:
    contract = agreed(Rounding.TICKET)
    ticket = covered_ticket(contract)
    reservations.reserve(contract, Decimal(2), ticket=ticket, by=None)
    first, _second = worked(ticket, 10), worked(ticket, 5)
    correct_time(first, by=first.person, reason="Wrong ticket")
    sums = prepaid.totals(contract)
    assert (sums.used, sums.reserved, sums.left) == (Decimal("0.25"), Decimal("1.75"), Decimal(98))


@pytest.mark.django_db
def test_it_is_said_before_what_will_be_charged() -> None:
    contract = agreed(Rounding.DAY)
    ticket, agent = covered_ticket(contract), agent_of()
    worked(ticket, 5)
    free = quote.of(ticket, Told(10, "remote"), agent)
    assert (free.hours, free.left) == (Decimal(0), Decimal("99.75"))
    assert "Added up with 5m logged before." in free.sentences
    asked = Told(40, "remote")
    told = quote.of(ticket, asked, agent)
    log_time(ticket, by=agent, minutes=asked.minutes, work_kind="remote")
    assert (told.hours, told.left) == (Decimal("0.50"), prepaid.balance(contract))
    assert quote.of(ticket, Told(10, "remote", is_billable=True), agent).hours is None


@pytest.mark.django_db
def test_a_change_is_quoted_with_what_comes_back() -> None:
    contract = agreed(Rounding.ENTRY)
    entry = worked(covered_ticket(contract), 60)
    told = Told(30, "remote", spent_on=TUESDAY)
    said = quote.of(entry.ticket, told, entry.person, former=entry)
    change_time(entry, by=entry.person, reason="Lunch", told=told)
    assert (said.hours, said.left) == (Decimal("0.50"), prepaid.balance(contract))


@pytest.mark.django_db
def test_ledger_check_finds_a_slot_that_is_paid_twice() -> None:
    contract = agreed(Rounding.DAY)
    ticket = covered_ticket(contract)
    worked(ticket, 5)
    second = worked(ticket, 5)
    TimeEntry.objects.filter(pk=second.pk).update(minutes=40)
    assert [text.split(": ")[1] for text in differences()] == [
        "uses 0.25 h with the time of its slot; 45 minutes are 0.75 h."
    ]


acts = st.lists(
    st.one_of(
        st.tuples(st.just("work"), st.integers(1, 70)),
        st.tuples(st.just("take back"), st.integers(0, 9)),
        st.tuples(st.just("change"), st.integers(0, 9)),
        st.tuples(st.just("terms"), st.sampled_from([*Rounding.values, 6, 15, 60])),
    ),
    max_size=16,
)


@pytest.mark.usefixtures("_nobody_listens")
class RoundingProperties(TestCase):
    """`hypothesis` rolls the database back after each example."""

    def setup_example(self) -> None:
        super().setup_example()
        self.contract = agreed(Rounding.DAY)
        self.tickets = [covered_ticket(self.contract), covered_ticket(self.contract)]
        self.agent = agent_of()
        self.entries: list[TimeEntry] = []

    def act(self, number: int, name: str, value: Any) -> None:
        day = (MONDAY, TUESDAY)[number % 2]
        match name:
            case "work":
                ticket = self.tickets[number % 3 % 2]
                self.entries.append(worked(ticket, value, day, by=self.agent))
            case "terms":
                name = "rounding" if isinstance(value, str) else "minimum_slot"
                Contract.objects.update(**{name: value})
            case "take back" if value < len(self.entries):
                correct_time(self.entries.pop(value), by=self.agent, reason="Mistake")
            case "change" if value < len(self.entries):
                told = Told(self.entries[value].minutes + 7, "remote", spent_on=day)
                entry = self.entries.pop(value)
                self.entries.append(change_time(entry, by=self.agent, reason="More", told=told))

    @settings(max_examples=40, deadline=None)
    @given(acts)
    def test_in_whatever_order_the_charge_is_the_rule_applied_to_what_stands(self, steps: Any) -> None:
        with time_machine.travel(NOW, tick=False):
            for number, (name, value) in enumerate(steps):
                self.act(number, name, value)
        assert prepaid.used(self.contract) == self.by_rule()
        assert list(differences()) == []

    def by_rule(self) -> Decimal:
        """By the terms that each entry was logged under, from the entries alone."""
        minutes: dict[Any, int] = defaultdict(int)
        for entry in TimeEntry.objects.standing():
            part = {"entry": entry.pk, "day": entry.spent_on, "ticket": None}[entry.rounding]
            minutes[entry.ticket_id, entry.rounding, entry.slot, part] += entry.minutes
        return sum((charged_hours(n, key[2]) for key, n in minutes.items()), Decimal(0))
