"""A time entry is changed by taking it back and logging it anew: both, or nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from contracts.errors import ContractError, EstimateExceeded, NoHoursLeft, TimeRefused
from contracts.hours import estimates, expiry, prepaid, reservations
from contracts.ledger_check.differences import differences
from contracts.models import AtZero, Contract, TimeEntry
from contracts.time import timesheets
from contracts.time.entries import Told, change_time, log_time, may_change
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.contracts.conftest import at, covered_ticket, make_contract
from tests.contracts.work import worked
from tests.factories import ClientFactory, UserFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract() -> Contract:
    contract = make_contract(ClientFactory(), at_zero=AtZero.REFUSE)
    prepaid.purchase(contract, Decimal(4), by=None, note="Invoice 1")
    return contract


@pytest.fixture
def ticket(contract: Contract) -> Ticket:
    return covered_ticket(contract)


@pytest.fixture
def agent(ticket: Ticket) -> User:
    return agent_of(ticket.group)


@pytest.fixture
def entry(ticket: Ticket, agent: User) -> TimeEntry:
    return log_time(ticket, by=agent, minutes=120, work_kind="remote", note="Read the logs")


def changed(entry: TimeEntry, by: User, minutes: int = 60, **more: Any) -> TimeEntry:
    told = Told(minutes, "remote", **({"spent_on": entry.spent_on} | more))
    return change_time(entry, by=by, reason="Counted the lunch", told=told)


def left_and_aside(contract: Contract, ticket: Ticket) -> list[float]:
    return [float(prepaid.balance(contract)), float(reservations.aside(contract, ticket))]


def nothing_changed(entry: TimeEntry) -> bool:
    entry.refresh_from_db()
    return entry.reversed_at is None and TimeEntry.objects.get() == entry and not list(differences())


def test_the_former_entry_stays_readable_and_the_new_one_counts(
    contract: Contract, ticket: Ticket, agent: User, entry: TimeEntry
) -> None:
    new = changed(entry, agent, 75, note="Read the logs of the relay")
    entry.refresh_from_db()
    assert (entry.reversal_reason, entry.reversed_by) == ("Counted the lunch", agent)
    assert (new.minutes, new.note, new.person) == (75, "Read the logs of the relay", agent)
    assert prepaid.balance(contract) == Decimal("2.75")
    told = [event.details["minutes"] for event in ticket.events.filter(kind=EventKind.TIME_LOGGED)]
    assert told == [120, -120, 75]
    assert list(differences()) == []


@pytest.mark.parametrize("minutes", [0, 25 * 60, 24 * 60])
def test_what_is_refused_anew_changes_nothing(agent: User, entry: TimeEntry, minutes: int) -> None:
    with pytest.raises(ContractError):
        changed(entry, agent, minutes)
    assert nothing_changed(entry)


def test_a_reason_is_needed_and_an_entry_is_changed_once(agent: User, entry: TimeEntry) -> None:
    with pytest.raises(TimeRefused, match="reason"):
        change_time(entry, by=agent, reason=" ", told=Told(60, "remote"))
    assert nothing_changed(entry)
    changed(entry, agent)
    with pytest.raises(TimeRefused, match="already"):
        changed(TimeEntry.objects.get(pk=entry.pk), agent)


def test_a_leader_changes_it_and_it_stays_the_persons(ticket: Ticket, agent: User, entry: TimeEntry) -> None:
    leader = agent_of(ticket.group, is_leader=True)
    new = changed(entry, leader)
    assert (new.person, new.ledger_entries.get().by) == (agent, leader)
    event = ticket.events.filter(kind=EventKind.TIME_LOGGED).last()
    assert event is not None
    assert (event.actor, event.details["person"]) == (leader, agent.pk)


def test_nobody_else_changes_it(ticket: Ticket, entry: TimeEntry) -> None:
    for person in (agent_of(ticket.group), contact_of(ticket.client, is_manager=True)):
        assert not may_change(person, entry)
        with pytest.raises(NotPermitted):
            changed(entry, person)
    assert may_change(UserFactory(is_superuser=True), entry)


def test_it_is_changed_after_the_end_of_the_ticket_too(ticket: Ticket, agent: User, entry: TimeEntry) -> None:
    Ticket.objects.update(status=Status.CLOSED)
    assert changed(entry, agent).minutes != entry.minutes


def test_in_a_week_handed_in_nothing_is_changed(ticket: Ticket, agent: User, entry: TimeEntry) -> None:
    timesheets.hand_in(agent, timezone.localdate())
    with pytest.raises(TimeRefused, match="submitted and locked"):
        changed(entry, agent)
    assert nothing_changed(entry)


def test_the_day_of_twenty_four_hours_is_the_persons_not_the_leaders(
    ticket: Ticket, agent: User, entry: TimeEntry
) -> None:
    leader = agent_of(ticket.group, is_leader=True)
    log_time(ticket, by=leader, minutes=20 * 60, work_kind="remote", is_billable=True)
    assert changed(entry, leader, 90, is_billable=True)


def test_it_may_keep_the_hours_it_had_though_others_used_up_the_rest(
    contract: Contract, agent: User, entry: TimeEntry
) -> None:
    snapshot = {"at_zero": AtZero.ALLOW}
    log_time(covered_ticket(contract, catalog_snapshot=snapshot), by=agent, minutes=240, work_kind="remote")
    assert prepaid.balance(contract) == -2
    with pytest.raises(NoHoursLeft, match=r"has 2 h left, and this takes 2.25 h"):
        changed(entry, agent, 135)
    changed(entry, agent, 105)
    assert prepaid.balance(contract) == Decimal("-1.75")
    assert list(differences()) == []


def test_an_approved_estimate_keeps_what_is_its_own(
    contract: Contract, ticket: Ticket, agent: User, entry: TimeEntry
) -> None:
    manager = contact_of(contract.client, is_manager=True)
    estimates.decide(estimates.offer(ticket, Decimal(3), by=agent), by=manager, is_approved=True)
    assert left_and_aside(contract, ticket) == [1, 1]
    with pytest.raises(EstimateExceeded):
        changed(entry, agent, 195)
    changed(entry, agent, 60)
    assert left_and_aside(contract, ticket) == [1, 2]
    assert list(differences()) == []


def test_hours_whose_last_day_has_passed_are_not_lost_by_a_change() -> None:
    march, april = at("2026-03-02T10:00:00+00:00"), at("2026-04-01T10:00:00+00:00")
    contract = make_contract(ClientFactory(time_zone="UTC"), at_zero=AtZero.REFUSE)
    last = march.date() + timedelta(days=7)
    prepaid.purchase(contract, Decimal(3), by=None, note="Pack", at=march, expires_on=last)
    entry = worked(contract, 120, march)
    expiry.sweep(april)
    changed(entry, entry.person, 120, note="In other words")
    expiry.sweep(at("2030-01-01T00:00:00+00:00"))
    assert prepaid.balance(contract) == 0
    assert list(differences()) == []


def test_work_put_on_top_gives_its_hours_back(contract: Contract, agent: User, entry: TimeEntry) -> None:
    on_top = changed(entry, agent, 120, is_billable=True)
    assert prepaid.balance(contract) == 4
    changed(on_top, agent, 120)
    assert prepaid.balance(contract) == 2
