"""What an hour takes by night, on weekends, on holidays, when it is urgent, and by kind of work."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.hours import prepaid
from contracts.models import LedgerEntry, RateClass
from contracts.time.entries import log_time
from contracts.time.rates import calculation as rates
from contracts.time.rates.calculation import ORDINARY, Rate, Work, rate
from servicedesk.tickets.models import Priority
from sla.engine.calendar_definition import parse
from sla.engine.worktime import compiled
from sla.versions import publishing
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import LONG_AGO, ClientFactory, agent_of

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {
    "tz": "Europe/Berlin",
    "week": {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    "days": {"2026-03-04": []},  # a Wednesday
}
HOURS, WORKTIME = parse(OFFICE), compiled(OFFICE)
When = RateClass.When


def a_class(when: str, factor: str, **fields: str) -> RateClass:
    return RateClass(name=str(when), when=when, factor=Decimal(factor), **fields)


NIGHT, WEEKEND = a_class(When.NIGHT, "2"), a_class(When.WEEKEND, "1.5")
HOLIDAY, OUTSIDE = a_class(When.HOLIDAY, "3"), a_class(When.OUTSIDE_HOURS, "1.25")
URGENT, TRAVEL = a_class(When.URGENT, "4"), a_class(When.WORK_KIND, "0.5", work_kind="travel")


def work(text: str, minutes: int = 60, *, kind: str = "remote", priority: int = Priority.P3) -> Work:
    """Work that began at a local moment in Berlin; a bare date tells no time."""
    moment = datetime.fromisoformat(text)
    started = moment.replace(tzinfo=BERLIN) if "T" in text else None
    return Work(moment.date(), minutes, kind, priority, started)


@pytest.mark.parametrize(
    ("classes", "done", "expected"),
    [
        ([], work("2026-03-03T23:00"), ORDINARY),
        ([NIGHT], work("2026-03-03T12:00"), ORDINARY),
        ([NIGHT], work("2026-03-03T22:00"), Rate("night", Decimal(2))),
        ([NIGHT], work("2026-03-03T05:00"), Rate("night", Decimal(2))),
        ([NIGHT], work("2026-03-03T06:00"), ORDINARY),
        ([WEEKEND], work("2026-03-07T12:00"), Rate("weekend", Decimal("1.5"))),
        ([WEEKEND], work("2026-03-07"), Rate("weekend", Decimal("1.5"))),
        ([HOLIDAY], work("2026-03-04T12:00"), Rate("holiday", Decimal(3))),
        ([HOLIDAY], work("2026-03-07T12:00"), ORDINARY),  # closed as on every Saturday
        ([OUTSIDE], work("2026-03-03T18:00"), Rate("outside_hours", Decimal("1.25"))),
        ([OUTSIDE], work("2026-03-03T17:00"), ORDINARY),
        ([URGENT], work("2026-03-03T12:00", priority=Priority.P1), Rate("urgent", Decimal(4))),
        ([TRAVEL], work("2026-03-03", kind="travel"), Rate("work_kind", Decimal("0.5"))),
    ],
)
def test_the_class_that_fits_holds(classes, done, expected):
    assert rate(classes, done, HOURS, WORKTIME) == expected


def test_the_first_of_several_that_fit_holds():
    saturday_night = work("2026-03-07T23:00", 30)
    assert rate([WEEKEND, NIGHT], saturday_night, HOURS, WORKTIME).name == "weekend"
    assert rate([NIGHT, WEEKEND], saturday_night, HOURS, WORKTIME).name == "night"


def test_work_over_a_border_is_weighed_by_the_minute():
    # 21:30 to 22:30: half an hour ordinary, half by night
    assert rate([NIGHT], work("2026-03-03T21:30"), HOURS, WORKTIME).factor == Decimal("1.50")
    # 17:00 to 20:00: one hour inside, two outside
    found = rate([OUTSIDE], work("2026-03-03T17:00", 180), HOURS, WORKTIME)
    assert (found.name, found.factor) == ("outside_hours", Decimal("1.17"))


def test_a_night_of_work_into_saturday_changes_its_class_at_midnight():
    assert rate([WEEKEND], work("2026-03-06T23:00", 120), HOURS, WORKTIME).factor == Decimal("1.25")


@given(minutes=st.integers(1, 1440), start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30)))
def test_a_factor_is_never_outside_its_classes(minutes, start):
    done = Work(start.date(), minutes, "remote", Priority.P3, start.replace(tzinfo=BERLIN))
    found = rate([NIGHT, WEEKEND, HOLIDAY, OUTSIDE], done, HOURS, WORKTIME)
    assert 1 <= found.factor <= 3


@pytest.mark.django_db
def test_a_factor_of_the_contract_is_charged_and_kept_with_the_entry():
    contract = make_contract(ClientFactory())
    publishing.publish_calendar(contract.calendar, OFFICE, LONG_AGO)
    RateClass.objects.create(contract=contract, name="Night", when=When.NIGHT, factor=Decimal(2))
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    ticket = covered_ticket(contract)
    agent = agent_of(ticket.group, time_zone="Europe/Berlin")
    began = datetime.combine(date.today() - timedelta(days=1), datetime.min.time(), BERLIN) + timedelta(
        hours=2
    )
    entry = log_time(ticket, by=agent, minutes=20, work_kind="remote", started_at=began)
    assert (entry.rate_name, entry.factor, entry.spent_on) == ("Night", Decimal("2.00"), began.date())
    # 20 minutes are two slots of 15, twice
    assert contract.ledger.get(kind=LedgerEntry.Kind.CONSUMPTION).hours == Decimal("-1.00")


@pytest.mark.django_db
def test_a_factor_of_zero_takes_nothing():
    contract = make_contract(ClientFactory(), at_zero="refuse")
    RateClass.objects.create(
        contract=contract, name="Travel", when=When.WORK_KIND, work_kind="travel", factor=Decimal(0)
    )
    ticket = covered_ticket(contract)
    log_time(ticket, by=agent_of(ticket.group), minutes=60, work_kind="travel")
    assert list(contract.ledger.values_list("kind", "hours", "balance")) == [
        ("consumption", Decimal(0), Decimal(0))
    ]


def test_a_rate_needs_no_calendar_for_what_a_day_can_tell():
    assert rates.rate([WEEKEND, NIGHT], work("2026-03-07"), None, None).name == "weekend"
