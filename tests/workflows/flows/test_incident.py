"""The incident process, driven as agents and clients drive it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted, StepGone, TakenByAnother, TicketError
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import GroupFactory, UserFactory, agent_of
from workflows import advance
from workflows.engine import open_steps, timers

pytestmark = pytest.mark.django_db


def open_nodes(ticket: Ticket) -> list[str]:
    return [open_steps.node_name(task) for task in open_steps.open_tasks(ticket)]


def at_work(ticket: Ticket, agent: User) -> Ticket:
    advance.act(ticket, "classify", by=agent, urgency=1, impact=2)
    advance.act(ticket, "accept", by=agent)
    return ticket


def resolved(ticket: Ticket, agent: User) -> Ticket:
    at_work(ticket, agent)
    advance.act(ticket, "resolve", by=agent, solution="The relay limit is lifted.")
    return ticket


def test_a_new_incident_waits_to_be_classified(ticket):
    assert (ticket.status, open_nodes(ticket)) == (Status.NEW, ["classify"])


def test_urgency_and_impact_make_the_priority(ticket, agent):
    advance.act(ticket, "classify", by=agent, urgency=1, impact=2)
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.status) == (2, Status.UNDER_REVIEW)
    assert ticket.events.get(kind=EventKind.CLASSIFIED).details["priority"] == [3, 2]


def test_whoever_accepts_owns_the_ticket(ticket, agent):
    at_work(ticket, agent)
    assert (ticket.status, ticket.assignee, open_nodes(ticket)) == (Status.IN_PROGRESS, agent, ["work"])


def test_the_second_to_accept_is_told_who_was_first(ticket, agent, colleague):
    at_work(ticket, agent)
    with pytest.raises(TakenByAnother, match="Marta Ruiz"):
        advance.act(ticket, "accept", by=colleague)


def test_a_colleague_cannot_resolve_what_another_accepted(ticket, agent, colleague):
    at_work(ticket, agent)
    with pytest.raises(TakenByAnother):
        advance.act(ticket, "resolve", by=colleague, solution="Mine")
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS


def test_an_agent_of_another_group_may_not_accept(ticket, agent):
    advance.act(ticket, "classify", by=agent)
    with pytest.raises(NotPermitted):
        advance.act(ticket, "accept", by=agent_of(GroupFactory()))


def test_a_client_may_not_classify(ticket, contact):
    with pytest.raises(NotPermitted):
        advance.act(ticket, "classify", by=contact)


def test_the_client_is_asked_and_answers(ticket, agent, contact):
    at_work(ticket, agent)
    advance.act(ticket, "ask_client", by=agent, question="Which phone is it?")
    assert (ticket.status, open_nodes(ticket)) == (Status.WAITING_CLIENT, ["wait_client"])
    assert ticket.messages.get().body == "Which phone is it?"
    advance.answer(ticket, by=contact)
    assert (ticket.status, open_nodes(ticket)) == (Status.UNDER_REVIEW, ["review"])
    assert open_steps.open_tasks(ticket)[0].owner == agent


def test_the_agent_can_go_on_without_an_answer(ticket, agent):
    at_work(ticket, agent)
    advance.act(ticket, "ask_client", by=agent, question="Which phone is it?")
    advance.act(ticket, "resume", by=agent)
    assert (ticket.status, open_nodes(ticket)) == (Status.IN_PROGRESS, ["work"])


def test_waiting_for_a_supplier_keeps_its_reason(ticket, agent):
    at_work(ticket, agent)
    advance.act(ticket, "wait_third_party", by=agent, reason="Part ordered")
    assert ticket.status == Status.WAITING_THIRD_PARTY
    assert ticket.events.get(kind=EventKind.THIRD_PARTY_ASKED).details["reason"] == "Part ordered"
    advance.act(ticket, "resume", by=agent)
    assert open_nodes(ticket) == ["work"]


def test_the_second_line_gets_it_unassigned(ticket, agent):
    second = GroupFactory()
    at_work(ticket, agent)
    advance.act(ticket, "reassign", by=agent, group=second, reason="Needs the network team")
    assert (ticket.group, ticket.assignee, open_nodes(ticket)) == (second, None, ["accept"])
    expert = agent_of(second)
    advance.act(ticket, "accept", by=expert)
    assert ticket.assignee == expert


def test_a_released_ticket_is_back_in_the_queue(ticket, agent, colleague):
    at_work(ticket, agent)
    advance.act(ticket, "reassign", by=agent)
    assert (ticket.status, ticket.assignee) == (Status.UNDER_REVIEW, None)
    advance.act(ticket, "accept", by=colleague)
    assert ticket.assignee == colleague


def test_open_steps_follow_a_hand_over(ticket, agent, colleague):
    at_work(ticket, agent)
    advance.act(ticket, "reassign", by=agent, assignee=colleague)
    advance.act(ticket, "resolve", by=colleague, solution="Done")
    assert ticket.status == Status.RESOLVED


def test_only_people_of_the_group_can_take_it_over(ticket, agent):
    at_work(ticket, agent)
    with pytest.raises(TicketError, match="does not work in"):
        advance.act(ticket, "reassign", by=agent, assignee=agent_of(GroupFactory()))


def test_the_solution_becomes_a_public_message(ticket, agent):
    resolved(ticket, agent)
    assert ticket.messages.get().body == "The relay limit is lifted."
    assert open_nodes(ticket) == ["confirm"]


def test_resolving_needs_a_solution(ticket, agent):
    at_work(ticket, agent)
    with pytest.raises(TicketError, match="required"):
        advance.act(ticket, "resolve", by=agent, solution="  ")


def test_a_tester_checks_where_the_catalog_asks_for_it(ticket, agent, colleague):
    ticket.catalog_snapshot["needs_verification"] = True
    ticket.save()
    resolved(ticket, agent)
    assert (ticket.status, open_nodes(ticket)) == (Status.VERIFICATION, ["verification"])
    advance.act(ticket, "resolve", by=colleague, solution="Checked")
    assert ticket.status == Status.RESOLVED


def test_the_client_confirms_and_rates(ticket, agent, contact):
    resolved(ticket, agent)
    advance.confirm(ticket, by=contact, rating=5, comment="Quick")
    assert (ticket.status, ticket.rating, open_nodes(ticket)) == (Status.CLOSED, 5, [])
    assert ticket.runs.get().process.status == "DONE"


def test_confirming_twice_does_no_harm(ticket, agent, contact):
    resolved(ticket, agent)
    advance.confirm(ticket, by=contact, rating=5)
    advance.confirm(ticket, by=contact, rating=4)
    ticket.refresh_from_db()
    assert (ticket.rating, ticket.events.filter(kind=EventKind.CLOSED).count()) == (4, 1)


def test_reopening_counts_and_returns_to_the_solver(ticket, agent, contact):
    resolved(ticket, agent)
    advance.reopen(ticket, by=contact, reason="Still slow")
    assert (ticket.status, ticket.reopened_count) == (Status.VERIFICATION, 1)
    assert open_steps.open_tasks(ticket)[0].owner == agent


def test_a_closed_ticket_gets_a_new_run(ticket, agent, contact):
    resolved(ticket, agent)
    advance.confirm(ticket, by=contact)
    advance.reopen(ticket, by=contact)
    assert (ticket.reopened_count, ticket.runs.count(), open_nodes(ticket)) == (1, 2, ["verification"])
    advance.act(ticket, "resume", by=agent)
    advance.act(ticket, "resolve", by=agent, solution="Now really")
    advance.confirm(ticket, by=contact)
    assert ticket.status == Status.CLOSED


def test_it_can_be_reopened_again_and_again(ticket, agent, contact):
    resolved(ticket, agent)
    for _ in range(3):
        advance.reopen(ticket, by=contact)
        advance.act(ticket, "resolve", by=agent, solution="Again")
    assert (ticket.reopened_count, ticket.status) == (3, Status.RESOLVED)


def test_silence_closes_after_seven_days(ticket, agent):
    resolved(ticket, agent)
    soon, late = timezone.now() + timedelta(days=6, hours=23), timezone.now() + timedelta(days=7, hours=1)
    assert timers.fire_due(soon) == 0
    assert timers.fire_due(late) == 1
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
    assert ticket.events.get(kind=EventKind.CLOSED).details["how"] == "timeout"
    assert timers.fire_due(late) == 0


def test_a_word_from_the_staff_gives_seven_days_more(ticket, agent):
    resolved(ticket, agent)
    start = timezone.now()
    with time_machine.travel(start + timedelta(days=5), tick=False):
        timers.postpone_auto_close(ticket)
    assert timers.fire_due(start + timedelta(days=8)) == 0
    assert timers.fire_due(start + timedelta(days=12, hours=1)) == 1


def test_no_timer_outlives_a_confirmation(ticket, agent, contact):
    resolved(ticket, agent)
    advance.confirm(ticket, by=contact)
    assert timers.fire_due(timezone.now() + timedelta(days=30)) == 0


def test_cancelling_needs_a_reason_and_ends_everything(ticket, agent):
    at_work(ticket, agent)
    with pytest.raises(TicketError):
        advance.act(ticket, "cancel", by=agent, reason="")
    advance.act(ticket, "cancel", by=agent, reason="Double")
    assert (ticket.status, open_nodes(ticket)) == (Status.CANCELLED, [])


def test_the_client_can_withdraw(ticket, contact):
    advance.withdraw(ticket, by=contact, reason="Works again")
    assert ticket.status == Status.CANCELLED


def test_a_stranger_cannot_withdraw(ticket):
    with pytest.raises(NotPermitted):
        advance.withdraw(ticket, by=UserFactory())


def test_a_step_that_is_gone_says_so(ticket, agent):
    at_work(ticket, agent)
    with pytest.raises(StepGone):
        advance.act(ticket, "classify", by=agent)


def test_buttons_are_the_steps_open_to_this_person(ticket, agent, colleague, contact):
    at_work(ticket, agent)
    assert [action.name for action in advance.possible(ticket, agent)] == [
        "resolve",
        "ask_client",
        "wait_third_party",
        "reassign",
        "correct_type",
        "cancel",
    ]
    assert advance.possible(ticket, colleague) == []
    assert advance.possible(ticket, contact) == []


def test_a_reopened_ticket_that_needs_a_tester_can_be_solved_again(ticket, agent, colleague, contact):
    ticket.catalog_snapshot["needs_verification"] = True
    ticket.save()
    resolved(ticket, agent)
    advance.act(ticket, "resolve", by=colleague, solution="Checked")
    advance.reopen(ticket, by=contact)
    advance.act(ticket, "resume", by=agent)
    advance.act(ticket, "resolve", by=agent, solution="Again")
    assert ticket.status == Status.VERIFICATION
    advance.act(ticket, "resolve", by=colleague, solution="Checked again")
    assert ticket.status == Status.RESOLVED
