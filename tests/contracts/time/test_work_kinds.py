"""Kinds of work that the hours of a contract pay for, and rates that change later."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from contracts.errors import TimeRefused
from contracts.hours import prepaid
from contracts.hours.statement.statement import statement
from contracts.ledger_check.differences import differences
from contracts.models import Contract, LedgerEntry, RateClass, TimeEntry
from contracts.time.entries import Told, change_time, correct_time, log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, TicketFactory, agent_of

pytestmark = pytest.mark.django_db
Kind = LedgerEntry.Kind


@pytest.fixture
def contract() -> Contract:
    contract = make_contract(ClientFactory())
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    return contract


@pytest.fixture
def ticket(contract: Contract) -> Ticket:
    return covered_ticket(contract)


@pytest.fixture
def agent() -> User:
    return agent_of()


def test_a_kind_that_is_not_listed_is_not_drawn_from_the_hours(
    contract: Contract, ticket: Ticket, agent: User
) -> None:
    Contract.objects.update(work_kinds=["remote", "on_site"])
    with pytest.raises(
        TimeRefused, match=r"^Gold 2026 does not cover “Travel”; log it outside the contract.$"
    ) as refused:
        log_time(ticket, by=agent, minutes=60, work_kind="travel")
    assert refused.value.field == "is_billable"
    assert not TimeEntry.objects.exists()
    log_time(ticket, by=agent, minutes=60, work_kind="travel", is_billable=True)
    log_time(ticket, by=agent, minutes=60, work_kind="on_site")
    assert prepaid.balance(contract) == 9


@pytest.mark.parametrize("kind", TimeEntry.WorkKind)
def test_without_a_list_the_hours_pay_for_everything(ticket: Ticket, agent: User, kind: str) -> None:
    assert log_time(ticket, by=agent, minutes=15, work_kind=kind).ledger_entries.exists()


def test_without_a_contract_no_kind_is_refused(agent: User) -> None:
    assert log_time(TicketFactory(), by=agent, minutes=15, work_kind="travel")


def test_time_of_a_kind_that_left_the_list_can_be_taken_back_and_reworded(
    contract: Contract, ticket: Ticket, agent: User
) -> None:
    entry = log_time(ticket, by=agent, minutes=60, work_kind="travel", note="To the ofice")
    Contract.objects.update(work_kinds=["remote"])
    told = Told(60, "travel", note="To the office", spent_on=entry.spent_on)
    reworded = change_time(entry, by=agent, reason="Typo", told=told)
    assert prepaid.balance(contract) == 9
    longer = Told(75, "travel", spent_on=entry.spent_on)
    with pytest.raises(TimeRefused, match="does not cover “Travel”"):
        change_time(reworded, by=agent, reason="Longer", told=longer)
    correct_time(reworded, by=agent, reason="Not at all")
    assert prepaid.balance(contract) == 10


def weekend_or_not(factor: str, contract: Contract) -> RateClass:
    return RateClass.objects.create(
        contract=contract, name="Travel", when="work_kind", work_kind="travel", factor=Decimal(factor)
    )


@pytest.mark.parametrize("change", ["another factor", "another name", "removed"])
def test_a_rate_that_is_changed_leaves_what_is_booked_alone(
    contract: Contract, ticket: Ticket, agent: User, change: str
) -> None:
    rate = weekend_or_not("0.5", contract)
    entry = log_time(ticket, by=agent, minutes=60, work_kind="travel")
    today = timezone.localdate()
    before = statement(contract, today, today)
    match change:
        case "another factor":
            RateClass.objects.update(factor=Decimal(4))
        case "another name":
            RateClass.objects.update(name="On the road")
        case "removed":
            rate.delete()
    entry.refresh_from_db()
    assert (entry.rate_name, entry.factor) == ("Travel", Decimal("0.5"))
    assert statement(contract, today, today) == before
    assert list(differences()) == []
    correct_time(entry, by=agent, reason="Wrong ticket")
    assert prepaid.balance(contract) == 10  # what it had taken, not what it would take now


def test_time_of_a_past_day_is_logged_at_the_rate_of_now(
    contract: Contract, ticket: Ticket, agent: User
) -> None:
    weekend_or_not("2", contract)
    yesterday = timezone.localdate() - timedelta(days=1)
    entry = log_time(ticket, by=agent, minutes=60, work_kind="travel", spent_on=yesterday)
    assert (entry.rate_name, entry.ledger_entries.get().hours) == ("Travel", Decimal(-2))


def test_other_words_cost_what_the_entry_cost_however_the_terms_changed(
    contract: Contract, ticket: Ticket, agent: User
) -> None:
    rate = weekend_or_not("2", contract)
    entry = log_time(ticket, by=agent, minutes=50, work_kind="travel")
    rate.delete()
    Contract.objects.update(minimum_slot=60)
    told = Told(50, "travel", note="To Leeds and back", spent_on=entry.spent_on)
    again = change_time(entry, by=agent, reason="Words", told=told)
    assert (again.rate_name, again.factor, again.note) == ("Travel", Decimal(2), "To Leeds and back")
    assert again.ledger_entries.get().hours == Decimal(-2)
    more = change_time(again, by=agent, reason="Longer", told=Told(61, "travel", spent_on=entry.spent_on))
    assert (more.rate_name, more.ledger_entries.get().hours) == ("", Decimal(-2))


def test_closed_books_are_closed_for_every_change(contract: Contract, ticket: Ticket, agent: User) -> None:
    entry = log_time(ticket, by=agent, minutes=60, work_kind="remote")
    day = entry.spent_on
    Contract.objects.update(closed_until=day)
    told = Told(60, "remote", note="Other words", spent_on=day)
    for act in (
        lambda: change_time(entry, by=agent, reason="Words", told=told),
        lambda: correct_time(entry, by=agent, reason="Words"),
        lambda: log_time(ticket, by=agent, minutes=15, work_kind="remote", spent_on=day),
        lambda: log_time(ticket, by=agent, minutes=15, work_kind="remote", spent_on=date(2025, 1, 1)),
    ):
        with pytest.raises(TimeRefused, match="The books of Gold 2026 are closed until"):
            act()
    assert TimeEntry.objects.standing().get() == entry
