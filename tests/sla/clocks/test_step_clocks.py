"""A step's own clock: it counts working time, and stops with its step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from servicedesk.tickets.models import Ticket
from sla.clocks import lifecycle as clocks
from sla.clocks import step_clocks, ticket_terms
from sla.models import Calendar, Policy, PolicyVersion, StepClock, TicketTerms
from sla.versions import published, publishing
from tests.factories import TicketFactory
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import HOUR, moscow

pytestmark = pytest.mark.django_db

TARGETS = {"accept": "30m", "work": "1d 1h"}


@pytest.fixture
def internal(db: None) -> Policy:
    policy = Policy.objects.create(name="With internal targets")
    publishing.publish_policy(policy, [{"resolution": 8 * HOUR}], LONG_AGO, step_targets=TARGETS)
    return policy


@pytest.fixture
def ticket(opened: Callable[..., Ticket], internal: Policy) -> Ticket:
    return opened(policy=internal)


def begun(ticket: Ticket, step: str = "accept", moment: str = "03-02 17:45", task: int = 7) -> StepClock:
    clock = step_clocks.start(ticket, step=step, task=task, at=moscow(moment))
    assert clock is not None
    return clock


def state(ticket: Ticket, moment: str) -> str:
    (seen,) = step_clocks.of_ticket(ticket, moscow(moment))
    return seen.state


def test_the_target_is_counted_in_working_time(ticket: Ticket) -> None:
    assert begun(ticket).due_at == moscow("03-03 09:15")


def test_a_day_is_the_calendars_day(ticket: Ticket) -> None:
    assert begun(ticket, "work", "03-02 10:00").target == timedelta(hours=10)


def test_the_end_of_the_day_is_that_of_the_step(ticket: Ticket) -> None:
    PolicyVersion.objects.update(step_targets={"work": "eod+1"})
    ticket_terms.forget(ticket)
    published.forget()
    assert begun(ticket, "work", "03-05 19:00").due_at == moscow("03-09 18:00")


def test_a_step_without_a_target_has_no_clock(ticket: Ticket) -> None:
    assert step_clocks.start(ticket, step="classify", task=7, at=moscow("03-02 10:00")) is None
    assert not StepClock.objects.exists()


def test_a_ticket_without_terms_has_no_step_clock() -> None:
    assert step_clocks.start(TicketFactory(), step="accept", task=7, at=moscow("03-02 10:00")) is None


def test_an_open_step_is_well_then_at_risk_then_late(ticket: Ticket) -> None:
    begun(ticket, moment="03-02 10:00")
    moments = ("03-02 10:20", "03-02 10:24", "03-02 10:30", "03-02 10:31")
    assert [state(ticket, moment) for moment in moments] == ["ok", "risk", "risk", "breach"]


def test_an_open_step_says_what_is_left(ticket: Ticket) -> None:
    begun(ticket, moment="03-02 10:00")
    (early,) = step_clocks.of_ticket(ticket, moscow("03-02 10:18"))
    (late,) = step_clocks.of_ticket(ticket, moscow("03-02 10:45"))
    assert (early.remaining, early.percent) == (timedelta(minutes=12), 60)
    assert (late.remaining, late.percent) == (timedelta(minutes=-15), 150)


@pytest.mark.parametrize(("done", "result"), [("03-02 10:30", "met"), ("03-02 10:31", "missed")])
def test_done_in_time_to_the_second(ticket: Ticket, done: str, result: str) -> None:
    begun(ticket, moment="03-02 10:00")
    step_clocks.stop(7, moscow(done))
    (seen,) = step_clocks.of_ticket(ticket, moscow("03-05 10:00"))
    assert (seen.state, seen.remaining, seen.stopped_at) == (result, None, moscow(done))
    assert seen.elapsed == moscow(done) - moscow("03-02 10:00")


def test_a_stopped_clock_is_not_stopped_again(ticket: Ticket) -> None:
    begun(ticket, moment="03-02 10:00")
    step_clocks.stop(7, moscow("03-02 10:10"))
    step_clocks.stop(7, moscow("03-02 12:00"))
    assert StepClock.objects.get().stopped_at == moscow("03-02 10:10")


def test_parallel_steps_have_a_clock_each(ticket: Ticket) -> None:
    begun(ticket, task=7)
    begun(ticket, task=8)
    step_clocks.stop(7, moscow("03-02 17:50"))
    assert [seen.is_open for seen in step_clocks.of_ticket(ticket, moscow("03-02 17:55"))] == [False, True]


def test_a_step_that_has_begun_keeps_its_target(ticket: Ticket, internal: Policy, calendar: Calendar) -> None:
    begun(ticket)
    at = moscow("03-02 17:50")
    publishing.publish_policy(internal, [{"resolution": 8 * HOUR}], at, step_targets={"accept": "2h"})
    clocks.change_terms(ticket, policy=internal, calendar=calendar, at=at)
    assert StepClock.objects.get().due_at == moscow("03-03 09:15")
    assert begun(ticket, moment="03-03 10:00", task=8).target == 2 * HOUR


def test_the_targets_cost_a_statement_once(ticket: Ticket, django_assert_num_queries: Any) -> None:
    ticket_terms.forget(ticket)
    with django_assert_num_queries(1):
        assert step_clocks.target_of(ticket, "classify") is None
        assert step_clocks.target_of(ticket, "accept") == timedelta(minutes=30)


def test_all_steps_of_a_ticket_are_one_statement(ticket: Ticket, django_assert_num_queries: Any) -> None:
    for task in range(6):
        begun(ticket, task=task)
    with django_assert_num_queries(1):
        assert len(step_clocks.of_ticket(ticket, moscow("03-02 18:00"))) == 6


def test_a_target_that_is_never_reached_stops_no_ticket(internal: Policy) -> None:
    short = Calendar.objects.create(name="A minute a week")
    publishing.publish_calendar(short, {"tz": "UTC", "week": {"mon": ["09:00-09:01"]}}, LONG_AGO)
    publishing.publish_policy(internal, [], moscow("01-01 00:00"), step_targets={"work": "8000h"})
    ticket = TicketFactory()
    TicketTerms.objects.create(
        ticket=ticket, policy_version=internal.versions.get(number=2), calendar_version=short.versions.get()
    )
    assert step_clocks.start(ticket, step="work", task=7, at=moscow("03-02 10:00")) is None
