"""The timer: started on a ticket, seen on every page, stopped into the form for time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from contracts.models import Contract, RateClass, RunningTimer, TimeEntry
from contracts.time import timers
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import MONDAY_9, Cast, accepted, signed_in
from tests.desk.ticket.pages import page, post

STOP = reverse("desk:timer-stop")
OPEN = 'id="log-time" popover aria-labelledby="log-time-title" data-open'


def stopped(person: User, *, after: timedelta) -> Any:
    with time_machine.travel(MONDAY_9 + after, tick=False):
        return signed_in(person).post(STOP, follow=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return accepted(cast.ticket(), cast.marta)


def test_a_running_timer_is_seen_on_every_page_of_its_person(cast: Cast, ticket: Ticket) -> None:
    post(cast.marta, "timer", ticket)
    for name in ("desk:queue", "desk:timesheet", "clients:clients", "reports:reports"):
        said = f"Your timer is running on {ticket.reference}"
        assert said in signed_in(cast.marta).get(reverse(name)).content.decode(), name
        assert said not in signed_in(cast.oleg).get(reverse(name)).content.decode(), name
    assert "Stop the timer" in page(cast.marta, ticket)
    assert "Start the timer" in page(cast.oleg, ticket)


def test_stopping_opens_the_form_with_the_measured_time(cast: Cast, ticket: Ticket) -> None:
    timers.start(ticket, by=cast.marta)
    text = stopped(cast.marta, after=timedelta(minutes=42)).content.decode()
    assert OPEN in text
    for filled in ('name="minutes" value="42m"', 'value="2026-01-05"', 'value="09:00"'):
        assert filled in text
    assert f"Your timer on {ticket.reference} counted 42m since" in text
    assert not RunningTimer.objects.exists()
    assert not TimeEntry.objects.exists()


def test_the_form_keeps_the_time_when_the_page_is_loaded_again(cast: Cast, ticket: Ticket) -> None:
    timers.start(ticket, by=cast.marta)
    answer = stopped(cast.marta, after=timedelta(minutes=42))
    with time_machine.travel(MONDAY_9 + timedelta(hours=1), tick=False):
        again = signed_in(cast.marta).get(answer.redirect_chain[-1][0]).content.decode()
    assert 'name="minutes" value="42m"' in again


@pytest.mark.parametrize(
    "query",
    [
        "minutes=42",
        "minutes=42&since=yesterday",
        "minutes=42&since=2026-01-05T09:00:00",
        "minutes=42&since=2026-01-05T09:01:00Z",
        "minutes=42&since=2026-01-04T08:59:00Z",
        "minutes=0&since=2026-01-05T08:00:00Z",
        "minutes=1441&since=2026-01-05T08:00:00Z",
        "minutes=٤٢&since=2026-01-05T08:00:00Z",
    ],
)
def test_nonsense_in_the_address_fills_nothing(cast: Cast, ticket: Ticket, query: str) -> None:
    text = page(cast.marta, ticket, f"?{query}")
    assert OPEN not in text
    assert 'id="log-time" popover' in text


def test_a_second_timer_is_refused_and_says_where_the_first_one_runs(cast: Cast, ticket: Ticket) -> None:
    other = accepted(cast.ticket(subject="Another"), cast.marta)
    timers.start(ticket, by=cast.marta)
    answer = post(cast.marta, "timer", other)
    assert answer.status_code == 409
    assert f"Your timer is running on {ticket.reference}. Stop it there first." in answer.content.decode()
    assert RunningTimer.objects.get().ticket == ticket


def test_stopping_twice_says_that_none_runs(cast: Cast, ticket: Ticket) -> None:
    timers.start(ticket, by=cast.marta)
    stopped(cast.marta, after=timedelta(minutes=5))
    answer = signed_in(cast.marta).post(STOP, follow=True)
    assert "You have no running timer." in answer.content.decode()


def test_nobody_stops_the_timer_of_another(cast: Cast, ticket: Ticket) -> None:
    timers.start(ticket, by=cast.marta)
    stopped(cast.oleg, after=timedelta(minutes=5))
    assert RunningTimer.objects.get().person == cast.marta


def logged(cast: Cast, ticket: Ticket, **data: Any) -> Any:
    values = {"minutes": "60", "work_kind": "remote", "spent_on": "2026-01-05"}
    return post(cast.marta, "time", ticket, **(values | data))


def test_the_hour_of_the_beginning_tells_the_rate_of_the_night(cast: Cast, ticket: Ticket) -> None:
    RateClass.objects.create(contract=Contract.objects.get(), name="Night", when="night", factor="2")
    assert logged(cast, ticket, began="02:00").status_code == 302
    entry = TimeEntry.objects.get()
    assert (entry.rate_name, entry.started_at) == ("Night", MONDAY_9.replace(hour=2))
    text = page(cast.marta, ticket, "?tab=time")
    assert 'Night <span class="num">×2</span>' in text


def test_the_beginning_is_read_in_the_persons_time_zone(cast: Cast, ticket: Ticket) -> None:
    User.objects.filter(pk=cast.marta.pk).update(time_zone="Europe/Madrid")
    assert logged(cast, ticket, began="02:00").status_code == 302
    started_at = TimeEntry.objects.get().started_at
    assert started_at == datetime(2026, 1, 5, 2, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"began": "09:01"}, "The start time is in the future."),
        ({"began": "09:00", "spent_on": "0001-01-01"}, "Enter a valid date."),
        ({"began": "25:00"}, "Enter a valid time."),
    ],
)
def test_a_beginning_that_cannot_be_is_asked_for_again(
    cast: Cast, ticket: Ticket, data: dict[str, str], sentence: str
) -> None:
    answer = logged(cast, ticket, note="Read the logs", **data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Read the logs" in answer.content.decode()
    assert not TimeEntry.objects.exists()
