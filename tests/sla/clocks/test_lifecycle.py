"""Clocks of real tickets: they start, hear the ticket's events, and keep their columns right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from servicedesk.tickets.models import EventKind, Message, Ticket
from sla.clocks import lifecycle as clocks
from sla.models import Calendar, Clock, ClockEvent, Policy, TicketTerms
from sla.versions import publishing
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import C3, HOUR, moscow
from tests.sla.life import (
    ask_client,
    client_answers,
    clock_of,
    move,
    reclassify,
    resolve,
    say,
    work,
)

pytestmark = pytest.mark.django_db
Staff, Client, Auto = Message.Side.STAFF, Message.Side.CLIENT, Message.Side.AUTO


def test_a_new_ticket_has_its_deadlines(ticket: Ticket) -> None:
    assert clock_of(ticket).due_at == moscow("03-02 14:00")
    assert clock_of(ticket, "first_response").due_at == moscow("03-02 11:00")
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.due_kind) == (moscow("03-02 11:00"), "first_response")
    assert not ticket.is_overdue


def test_starting_two_clocks_costs_six_statements(
    opened: Callable[..., Ticket], policy: Policy, calendar: Calendar, django_assert_num_queries: Any
) -> None:
    ticket = opened()
    Clock.objects.all().delete()
    ticket.terms.delete()
    with django_assert_num_queries(6):  # its versions were read before
        assert len(clocks.start(ticket, policy=policy, calendar=calendar, at=moscow("03-02 10:00"))) == 2


def test_no_row_no_clock(opened: Callable[..., Ticket]) -> None:
    policy = Policy.objects.create(name="Narrow")
    publishing.publish_policy(policy, [{"kind": "consultation", "resolution": HOUR}], LONG_AGO)
    ticket = opened(policy=policy)
    assert not ticket.clocks.exists()
    assert ticket.due_at is None


def test_a_policy_that_is_not_yet_valid_promises_nothing(opened: Callable[..., Ticket]) -> None:
    policy = Policy.objects.create(name="Next year")
    publishing.publish_policy(policy, [{"resolution": HOUR}], moscow("12-31 00:00"))
    assert not opened(policy=policy).clocks.exists()


def test_waiting_for_the_client_pauses_the_resolution(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 11:00")
    clock = clock_of(ticket)
    assert (clock.state, clock.due_at, clock.elapsed) == ("paused", None, HOUR)
    client_answers(ticket, "03-02 15:00")
    assert clock_of(ticket).due_at == moscow("03-02 18:00")


def test_the_first_answer_is_owed_while_the_client_is_asked(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 10:31")
    ticket.refresh_from_db()
    assert clock_of(ticket, "first_response").state == "running"
    assert (ticket.due_at, ticket.due_kind) == (moscow("03-02 11:00"), "first_response")


def test_waiting_for_approval_pauses_all_clocks_if_the_policy_says_so(opened: Callable[..., Ticket]) -> None:
    policy = Policy.objects.create(name="Patient")
    row = {"first_response": HOUR, "resolution": 4 * HOUR, "pause_in": ["waiting_approval"]}
    publishing.publish_policy(policy, [row], LONG_AGO)
    ticket = opened(policy=policy)
    move(ticket, EventKind.APPROVAL_ASKED, "03-02 10:30")
    assert {clock.state for clock in ticket.clocks.all()} == {"paused"}
    move(ticket, EventKind.APPROVED, "03-03 09:00")
    assert clock_of(ticket, "first_response").due_at == moscow("03-03 09:30")


def test_an_answer_that_arrived_before_the_question_ends_the_pause(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 11:05")
    client_answers(ticket, "03-02 11:00")  # a mail on its way while the question was asked
    assert (clock_of(ticket).state, clock_of(ticket).due_at) == ("running", moscow("03-02 14:00"))


def test_a_paused_clock_of_an_overdue_ticket_keeps_its_breach_unseen_by_any_sweep(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 15:00")
    clock = clock_of(ticket)
    assert (clock.state, clock.breached_at) == ("paused", moscow("03-02 14:00"))
    ticket.refresh_from_db()
    assert ticket.is_overdue


def test_resolving_stops_all_clocks(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 10:45")
    assert {(clock.kind, clock.state) for clock in ticket.clocks.all()} == {
        ("first_response", "met"),
        ("resolution", "met"),
    }
    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.due_kind) == (None, "")


@pytest.mark.parametrize(("moment", "state"), [("03-02 14:00", "met"), ("03-02 14:00:01", "breached")])
def test_the_very_instant_of_the_deadline_is_in_time(ticket: Ticket, moment: str, state: str) -> None:
    work(ticket, "03-02 10:30")
    resolve(ticket, moment)
    assert clock_of(ticket).state == state


def test_reopening_continues_the_resolution(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 12:00")
    move(ticket, EventKind.REOPENED, "03-03 10:00")
    clock = clock_of(ticket)
    assert (clock.state, clock.due_at, clock.cycle) == ("running", moscow("03-03 12:00"), 1)
    assert clock_of(ticket, "first_response").state == "breached"


def test_reopening_starts_a_new_cycle_if_the_policy_says_so(opened: Callable[..., Ticket]) -> None:
    policy = Policy.objects.create(name="Cyclic")
    publishing.publish_policy(policy, [{"resolution": 4 * HOUR, "reopen": "cycle"}], LONG_AGO)
    ticket = opened(policy=policy)
    work(ticket, "03-02 10:30")
    resolve(ticket, "03-02 12:00")
    move(ticket, EventKind.REOPENED, "03-03 10:00")
    assert (clock_of(ticket).due_at, clock_of(ticket).cycle) == (moscow("03-03 14:00"), 2)


def test_cancelling_is_neither_met_nor_missed(ticket: Ticket) -> None:
    move(ticket, EventKind.CANCELLED, "03-02 10:30")
    assert {clock.state for clock in ticket.clocks.all()} == {"cancelled"}


def test_the_first_response_is_a_public_message_of_the_staff(ticket: Ticket) -> None:
    say(ticket, Auto, "03-02 10:00:05")
    say(ticket, Staff, "03-02 10:20", is_public=False)
    work(ticket, "03-02 10:30")
    assert clock_of(ticket, "first_response").state == "running"
    say(ticket, Staff, "03-02 11:30")
    clock = clock_of(ticket, "first_response")
    assert (clock.state, clock.elapsed) == ("breached", timedelta(hours=1, minutes=30))


def test_the_first_response_that_was_heard_of_late_counts_from_when_it_was_said(ticket: Ticket) -> None:
    say(ticket, Staff, "03-02 11:30")
    say(ticket, Staff, "03-02 10:50")
    assert clock_of(ticket, "first_response").state == "met"
    ticket.refresh_from_db()
    assert not ticket.is_overdue


def test_the_opening_message_of_the_client_starts_nothing(
    ticket: Ticket, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):  # the post itself
        say_without_person(ticket, Client, "03-02 10:00")
    assert not ticket.clocks.filter(kind="next_response").exists()


def say_without_person(ticket: Ticket, side: Message.Side, moment: str) -> None:
    from servicedesk.tickets import conversation

    conversation.post(ticket, author=None, body="Text", side=side, at=moscow(moment))


def test_the_next_response_runs_from_the_first_unanswered_message(ticket: Ticket) -> None:
    say(ticket, Client, "03-02 10:05")
    assert not ticket.clocks.filter(kind="next_response").exists()  # the first response is still owed
    say(ticket, Staff, "03-02 10:10")
    say(ticket, Client, "03-02 11:00")
    say(ticket, Client, "03-02 11:20")
    assert clock_of(ticket, "next_response").due_at == moscow("03-02 12:00")
    say(ticket, Staff, "03-02 11:50")
    clock = clock_of(ticket, "next_response")
    assert (clock.state, clock.elapsed) == ("met", timedelta(minutes=50))
    say(ticket, Staff, "03-02 12:30")
    say(ticket, Client, "03-02 13:00")
    clock = clock_of(ticket, "next_response")
    assert (clock.state, clock.cycle, clock.due_at) == ("running", 2, moscow("03-02 14:00"))


def test_a_mail_of_15_00_fetched_at_15_07_counts_from_15_00(ticket: Ticket) -> None:
    say(ticket, Staff, "03-02 10:10")
    say(ticket, Staff, "03-02 15:03")
    say(ticket, Client, "03-02 15:00")
    clock = clock_of(ticket, "next_response")
    assert (clock.state, clock.elapsed) == ("met", timedelta(minutes=3))


@pytest.mark.parametrize(
    "kind", [EventKind.RELEASED, EventKind.ESCALATED, EventKind.VERIFICATION_ASKED, EventKind.RESUMED]
)
def test_what_does_not_concern_the_clocks_costs_nothing(
    ticket: Ticket, kind: EventKind, django_assert_num_queries: Any
) -> None:
    from servicedesk.tickets.models import TicketEvent

    event = TicketEvent(ticket=ticket, kind=kind, details={"from": "in_progress", "to": "under_review"})
    with django_assert_num_queries(0):
        clocks.on_ticket_event(event)


def test_a_higher_priority_keeps_the_time_that_was_used(ticket: Ticket) -> None:
    reclassify(ticket, "03-02 11:00", priority=1)
    clock = clock_of(ticket)
    assert (clock.target, clock.due_at) == (2 * HOUR, moscow("03-02 12:00"))
    assert clock.cell is not None
    assert clock.cell.priority == 1


def test_a_breach_by_new_terms_says_so(ticket: Ticket) -> None:
    reclassify(ticket, "03-02 13:00", priority=1)
    clock = clock_of(ticket)
    assert (clock.breached_at, clock.breach_cause) == (moscow("03-02 13:00"), "retarget")


def test_clocks_disappear_and_come_back_with_their_row(opened: Callable[..., Ticket]) -> None:
    policy = Policy.objects.create(name="Only urgent")
    publishing.publish_policy(policy, [{"priority": 1, "resolution": 4 * HOUR}], LONG_AGO)
    ticket = opened(policy=policy)
    assert not ticket.clocks.exists()
    reclassify(ticket, "03-02 11:00", priority=1)
    assert clock_of(ticket).due_at == moscow("03-02 15:00")
    reclassify(ticket, "03-02 12:00", priority=3)
    assert clock_of(ticket).state == "cancelled"
    reclassify(ticket, "03-02 16:00", priority=1)  # an hour was used before
    assert (clock_of(ticket).state, clock_of(ticket).due_at) == ("running", moscow("03-03 10:00"))


def test_another_type_cancels_the_old_clock_and_carries_the_time(opened: Callable[..., Ticket]) -> None:
    policy = Policy.objects.create(name="By type")
    rows = [{"kind": "incident", "resolution": 4 * HOUR}, {"kind": "service_request", "resolution": 8 * HOUR}]
    publishing.publish_policy(policy, rows, LONG_AGO)
    ticket = opened(policy=policy)
    reclassify(ticket, "03-02 12:00", kind="service_request")
    clock = clock_of(ticket)
    assert (clock.cycle, clock.due_at, clock.elapsed) == (2, moscow("03-02 18:00"), 2 * HOUR)


def test_another_contract_gives_other_terms_from_now_on(ticket: Ticket, policy: Policy) -> None:
    around = Calendar.objects.create(name="Around the clock")
    publishing.publish_calendar(around, C3, LONG_AGO)
    clocks.change_terms(ticket, policy=policy, calendar=around, at=moscow("03-02 12:00"))
    clock = clock_of(ticket)
    assert (clock.calendar_version.calendar, clock.due_at) == (around, moscow("03-02 14:00"))
    assert TicketTerms.objects.get(ticket=ticket).calendar_version.calendar == around


def test_a_running_clock_keeps_its_versions(ticket: Ticket, policy: Policy, calendar: Calendar) -> None:
    publishing.publish_policy(policy, [{"resolution": HOUR}], moscow("03-02 10:30"))
    publishing.publish_calendar(calendar, C3, moscow("03-02 10:30"))
    reclassify(ticket, "03-02 11:00", priority=1)
    clock = clock_of(ticket)
    assert (clock.target, clock.calendar_version.number, clock.policy_version.number) == (2 * HOUR, 1, 1)


def test_facts_are_only_added(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 11:00")
    kinds = ClockEvent.objects.filter(clock__kind="resolution").values_list("kind", flat=True)
    assert list(kinds) == ["start", "pause"]
