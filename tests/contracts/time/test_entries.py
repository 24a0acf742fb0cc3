from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from contracts.errors import NoHoursLeft, TimeRefused
from contracts.hours import prepaid
from contracts.models import AtZero, Contract, LedgerEntry, TimeEntry
from contracts.time.entries import correct_time, log_time, spent
from contracts.time.rounding import charged_hours
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import EventKind, Ticket
from tests.contracts.conftest import at, covered_ticket, make_contract
from tests.factories import ClientFactory, TicketFactory, UserFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db
REMOTE = TimeEntry.WorkKind.REMOTE


@pytest.fixture(autouse=True)
def _tuesday_noon() -> Iterator[None]:
    with time_machine.travel(at("2026-03-10T12:00+00:00"), tick=False):
        yield


@pytest.fixture
def contract() -> Contract:
    gold = make_contract(ClientFactory())
    prepaid.purchase(gold, Decimal(10), by=None, note="Invoice 1")
    return gold


@pytest.fixture
def ticket(contract: Contract) -> Ticket:
    return covered_ticket(contract)


@pytest.fixture
def agent() -> User:
    return agent_of()


def test_time_is_kept_as_typed_and_charged_in_whole_slots(
    contract: Contract, ticket: Ticket, agent: User
) -> None:
    entry = log_time(ticket, by=agent, minutes=80, work_kind=REMOTE, note="Queue cleared")
    assert (entry.minutes, entry.spent_on, entry.note) == (80, date(2026, 3, 10), "Queue cleared")
    assert prepaid.balance(contract) == Decimal("8.50")
    drawn = entry.ledger_entries.get()
    assert (drawn.kind, drawn.hours, drawn.by) == (LedgerEntry.Kind.CONSUMPTION, Decimal("-1.50"), agent)


def test_the_history_tells_minutes_and_hours(ticket: Ticket, agent: User) -> None:
    entry = log_time(ticket, by=agent, minutes=20, work_kind=REMOTE)
    event = ticket.events.get(kind=EventKind.TIME_LOGGED)
    assert event.actor == agent
    assert event.details == {
        "entry": entry.pk, "minutes": 20, "hours": "0.50", "work_kind": "remote", "billable": False,
    }  # fmt: skip


def test_billable_time_leaves_the_prepaid_hours_alone(
    contract: Contract, ticket: Ticket, agent: User
) -> None:
    log_time(ticket, by=agent, minutes=60, work_kind=REMOTE, is_billable=True)
    assert prepaid.balance(contract) == Decimal(10)
    assert spent(ticket).minutes == 60


def test_time_without_a_contract_is_kept_and_charged_to_nobody(agent: User) -> None:
    entry = log_time(TicketFactory(), by=agent, minutes=60, work_kind=REMOTE)
    assert not entry.ledger_entries.exists()


def test_past_zero_is_refused_and_nothing_is_kept(contract: Contract, ticket: Ticket, agent: User) -> None:
    Contract.objects.update(at_zero=AtZero.REFUSE)
    with pytest.raises(NoHoursLeft, match=r"Gold 2026 has 10 h left, and this takes 10\.25 h"):
        log_time(ticket, by=agent, minutes=601, work_kind=REMOTE)
    assert not TimeEntry.objects.exists()
    assert not ticket.events.exists()
    log_time(ticket, by=agent, minutes=600, work_kind=REMOTE)
    assert prepaid.balance(contract) == 0


@pytest.mark.parametrize("rule", [AtZero.ALLOW, AtZero.WARN])
def test_a_contract_may_let_work_go_on_below_zero(
    contract: Contract, ticket: Ticket, agent: User, rule: AtZero
) -> None:
    Contract.objects.update(at_zero=rule)
    log_time(ticket, by=agent, minutes=660, work_kind=REMOTE)
    assert prepaid.balance(contract) == Decimal("-1.00")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"minutes": 25 * 60}, "24 hours"),
        ({"minutes": 0}, "more than zero"),
        ({"minutes": -30}, "more than zero"),
        ({"minutes": 30, "spent_on": date(2026, 3, 11)}, "future"),
        ({"minutes": 30, "work_kind": "sleeping"}, "from the list"),
    ],
)
def test_time_that_cannot_be_right_is_refused(
    ticket: Ticket, agent: User, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(TimeRefused, match=sentence):
        log_time(ticket, by=agent, **({"work_kind": REMOTE} | fields))


def test_nobody_works_more_than_a_day_in_a_day(ticket: Ticket, agent: User) -> None:
    log_time(ticket, by=agent, minutes=20 * 60, work_kind=REMOTE)
    with pytest.raises(TimeRefused, match="more than 24 hours"):
        log_time(ticket, by=agent, minutes=5 * 60, work_kind=REMOTE)
    log_time(ticket, by=agent, minutes=5 * 60, work_kind=REMOTE, spent_on=date(2026, 3, 9))
    log_time(ticket, by=agent_of(), minutes=5 * 60, work_kind=REMOTE)


def test_today_is_the_persons_own(ticket: Ticket) -> None:
    in_auckland = agent_of(time_zone="Pacific/Auckland")  # 01:00 on 11 March there
    entry = log_time(ticket, by=in_auckland, minutes=30, work_kind=REMOTE)
    assert entry.spent_on == date(2026, 3, 11)


def test_a_client_logs_no_time(ticket: Ticket) -> None:
    with pytest.raises(NotPermitted):
        log_time(ticket, by=contact_of(ticket.client), minutes=30, work_kind=REMOTE)


def test_taking_back_restores_the_balance_and_keeps_the_entry_readable(
    contract: Contract, ticket: Ticket, agent: User
) -> None:
    entry = log_time(ticket, by=agent, minutes=80, work_kind=REMOTE)
    correct_time(entry, by=agent, reason="Wrong ticket")
    assert prepaid.balance(contract) == Decimal(10)
    assert spent(ticket).minutes == 0
    entry.refresh_from_db()
    assert (entry.minutes, entry.reversed_by, entry.reversal_reason) == (80, agent, "Wrong ticket")
    taken_back = ticket.events.filter(kind=EventKind.TIME_LOGGED)[1]
    assert taken_back.details["minutes"] == -80
    assert taken_back.details["hours"] == "-1.50"


def test_time_is_taken_back_once(contract: Contract, ticket: Ticket, agent: User) -> None:
    entry = log_time(ticket, by=agent, minutes=80, work_kind=REMOTE)
    stale = TimeEntry.objects.get(pk=entry.pk)
    correct_time(entry, by=agent, reason="Wrong ticket")
    with pytest.raises(TimeRefused, match="already"):
        correct_time(stale, by=agent, reason="Again")
    assert prepaid.balance(contract) == Decimal(10)


def test_only_the_person_or_a_leader_takes_time_back(ticket: Ticket, agent: User) -> None:
    entry = log_time(ticket, by=agent, minutes=80, work_kind=REMOTE)
    with pytest.raises(NotPermitted):
        correct_time(entry, by=agent_of(), reason="No")
    with pytest.raises(TimeRefused, match="reason"):
        correct_time(entry, by=agent, reason="  ")
    correct_time(entry, by=UserFactory(is_superuser=True), reason="Booked twice")
    assert TimeEntry.objects.standing().count() == 0


def test_logging_takes_twelve_statements_and_two_savepoints(
    ticket: Ticket, agent: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(12 + 4):
        log_time(ticket, by=agent, minutes=20, work_kind=REMOTE)


@pytest.mark.parametrize("slot", [3, 6, 15, 30, 60])
def test_charged_hours_are_exact_and_never_below_the_minutes(slot: int) -> None:
    for minutes in (1, slot, slot + 1, 59, 60, 1440):
        charged = charged_hours(minutes, slot) * 60
        assert charged % slot == 0
        assert minutes <= charged < minutes + slot
