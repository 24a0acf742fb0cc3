"""Alerts about hours, the timer, the week of time, and closed books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from contracts.errors import TimeRefused
from contracts.hours import alerts, prepaid
from contracts.models import Contract, HoursAlert, RunningTimer, TimeEntry
from contracts.time import timers, timesheets
from contracts.time.entries import correct_time, log_time
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, agent_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 3, 12, tzinfo=UTC)  # a Wednesday
MONDAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def contract(db: None) -> Contract:
    return make_contract(ClientFactory())


@pytest.fixture
def ticket(contract: Contract) -> Ticket:
    return covered_ticket(contract)


@pytest.fixture
def agent(ticket: Ticket) -> User:
    return agent_of(ticket.group)


def worked(ticket: Ticket, agent: User, minutes: int, day: date = MONDAY) -> TimeEntry:
    return log_time(ticket, by=agent, minutes=minutes, work_kind="remote", spent_on=day)


def told() -> list[int]:
    alerts.sweep(NOW)
    return list(HoursAlert.objects.values_list("percent", flat=True))


def test_a_threshold_is_told_once(contract, ticket, agent):
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    worked(ticket, agent, 7 * 60 + 45)
    assert told() == []
    worked(ticket, agent, 15)
    assert told() == [80]
    assert told() == [80]


def test_of_two_reached_at_once_the_higher_is_told(contract, ticket, agent):
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    worked(ticket, agent, 600)
    assert told() == [95]


def test_a_purchase_makes_the_thresholds_fresh(contract, ticket, agent):
    prepaid.purchase(contract, Decimal(1), by=None, note="Invoice 1")
    worked(ticket, agent, 60)
    assert told() == [95]
    prepaid.purchase(contract, Decimal(1), by=None, note="Invoice 2")
    assert told() == [95]
    worked(ticket, agent, 45)
    assert told() == [95, 80]


def test_a_contract_without_thresholds_or_hours_tells_nothing(contract, ticket, agent):
    worked(ticket, agent, 60)
    assert told() == []
    Contract.objects.update(alert_percents=[])
    prepaid.purchase(contract, Decimal(1), by=None, note="Invoice 1")
    assert told() == []


def test_the_timer_counts_whole_minutes(ticket, agent):
    timers.start(ticket, by=agent)
    assert timers.stop(by=agent, at=NOW + timedelta(minutes=12, seconds=40)) == (ticket, NOW, 13)
    assert timers.stop(by=agent) is None


def test_a_short_moment_counts_as_a_minute_and_a_forgotten_timer_as_a_day(ticket, agent):
    timers.start(ticket, by=agent)
    assert timers.stop(by=agent, at=NOW + timedelta(seconds=3)) == (ticket, NOW, 1)
    timers.start(ticket, by=agent)
    assert timers.stop(by=agent, at=NOW + timedelta(days=3)) == (ticket, NOW, 24 * 60)


def test_one_person_has_one_timer(ticket, agent, contract):
    timers.start(ticket, by=agent)
    assert timers.start(ticket, by=agent).started_at == NOW
    with pytest.raises(TimeRefused, match=ticket.reference):
        timers.start(covered_ticket(contract, group=ticket.group), by=agent)
    assert RunningTimer.objects.count() == 1


def test_a_stranger_starts_no_timer(ticket):
    with pytest.raises(NotPermitted):
        timers.start(ticket, by=agent_of())


def test_a_week_lists_its_days_and_leaves_out_what_was_taken_back(ticket, agent):
    worked(ticket, agent, 60)
    worked(ticket, agent, 30, MONDAY + timedelta(days=1))
    worked(ticket, agent, 45, MONDAY - timedelta(days=1))
    correct_time(worked(ticket, agent, 15), by=agent, reason="Twice")
    week = timesheets.week(agent, NOW.date())
    assert week.monday == MONDAY
    assert [day.minutes for day in week.days] == [60, 30, 0, 0, 0, 0, 0]
    assert week.minutes == 90


def test_a_week_that_is_handed_in_takes_no_more_time(ticket, agent):
    entry = worked(ticket, agent, 60)
    timesheets.hand_in(agent, MONDAY)
    with pytest.raises(TimeRefused, match="submitted and locked"):
        worked(ticket, agent, 30)
    with pytest.raises(TimeRefused, match="submitted and locked"):
        correct_time(entry, by=agent, reason="Wrong")


def test_a_leader_approves_and_may_give_it_back(ticket, agent):
    leader = agent_of(ticket.group, is_leader=True)
    sheet = timesheets.hand_in(agent, MONDAY)
    assert list(timesheets.waiting_for(leader)) == [sheet]
    timesheets.approve(sheet, by=leader)
    assert not timesheets.waiting_for(leader).exists()
    timesheets.give_back(sheet, by=leader, reason="Friday is missing")
    assert worked(ticket, agent, 30)
    timesheets.hand_in(agent, MONDAY)
    handed_in = timesheets.week(agent, MONDAY).sheet
    assert handed_in is not None
    assert handed_in.approved_at is None


def test_nobody_approves_their_own_or_a_strangers_week(ticket, agent):
    sheet = timesheets.hand_in(agent, MONDAY)
    for person in (agent, agent_of(is_leader=True), agent_of(ticket.group)):
        with pytest.raises(NotPermitted):
            timesheets.approve(sheet, by=person)


def test_a_week_to_come_cannot_be_handed_in(agent):
    with pytest.raises(TimeRefused):
        timesheets.hand_in(agent, MONDAY + timedelta(days=7))


def test_closed_books_take_no_time_and_give_none_back(contract, ticket, agent):
    entry = worked(ticket, agent, 60)
    Contract.objects.update(closed_until=MONDAY)
    for act in (lambda: worked(ticket, agent, 30), lambda: correct_time(entry, by=agent, reason="Wrong")):
        with pytest.raises(TimeRefused, match="closed until"):
            act()
    assert worked(ticket, agent, 30, MONDAY + timedelta(days=1))
