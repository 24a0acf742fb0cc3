"""What levels do to a ticket besides telling: its priority, its group."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from servicedesk.tickets.models import EventKind, Priority, Ticket
from sla.models import Escalation
from sla.sweep.clock_sweep import sweep
from tests.factories import GroupFactory, agent_of
from tests.sla.escalation.escalating import at_work, escalations, give, level, policy_with, told
from tests.sla.example_calendars import moscow
from tests.sla.life import clock_of, reclassify

pytestmark = pytest.mark.django_db
Opener = Callable[..., Ticket]


def sweeps(*moments: str) -> None:
    for moment in moments:
        sweep(moscow(moment))


def changes(ticket: Ticket) -> list[dict[str, list[int]]]:
    events = ticket.events.filter(kind=EventKind.CLASSIFIED).order_by("pk")
    return [event.details for event in events]


def test_the_priority_is_raised_one_step_and_the_clocks_follow(opened: Opener) -> None:
    ticket = at_work(opened, level("25%", raise_priority=True))
    sweeps("03-02 11:00")
    ticket.refresh_from_db()
    assert ticket.priority == Priority.P2
    assert changes(ticket) == [{"priority": [3, 2]}]
    assert clock_of(ticket).due_at == moscow("03-02 12:00")
    assert ticket.due_at == moscow("03-02 12:00")
    assert escalations(ticket)[0].details["raised_to"] == 2


def test_a_level_raises_once_whatever_deadlines_follow_and_does_not_repeat_itself(opened: Opener) -> None:
    """Under two hours, 25% was reached already at 10:30."""
    ticket = at_work(opened, level("25%", "assignee", raise_priority=True))
    give(ticket)
    sweeps("03-02 11:00", "03-02 11:01", "03-02 11:02")
    ticket.refresh_from_db()
    assert ticket.priority == Priority.P2
    assert len(told(ticket)) == len(escalations(ticket)) == 1
    assert Escalation.objects.get(terms_number=2).actions == {"carried_over": True}
    reclassify(ticket, "03-02 11:10", priority=4)
    sweeps("03-02 12:10")
    ticket.refresh_from_db()
    assert ticket.priority == Priority.P4
    assert len(told(ticket)) == 2  # by other hands, so it is told anew


def test_the_next_level_under_the_new_deadline_is_told(opened: Opener) -> None:
    ticket = at_work(opened, level("25%", "assignee", raise_priority=True), level("0", "assignee"))
    give(ticket)
    sweeps("03-02 11:00", "03-02 12:01")
    assert [threshold for threshold, _who in told(ticket)] == ["25%", "100%"]


def test_levels_passed_over_still_do_their_work_and_nothing_is_above_critical(opened: Opener) -> None:
    steps = [level(each, raise_priority=True) for each in ("25%", "50%", "75%")]
    ticket = at_work(opened, *steps)
    sweeps("03-03 10:00")
    ticket.refresh_from_db()
    assert ticket.priority == Priority.P1
    assert changes(ticket) == [{"priority": [3, 1]}]


def test_two_clocks_reach_one_level_at_once_and_the_priority_goes_one_step_up(opened: Opener) -> None:
    policy = policy_with(level("20%", clock="any", raise_priority=True))
    ticket = opened(policy=policy)
    sweeps("03-02 10:55", "03-02 10:56")
    ticket.refresh_from_db()
    assert ticket.priority == Priority.P2


def test_the_ticket_passes_to_another_group_and_from_its_assignee(opened: Opener) -> None:
    second = GroupFactory()
    member = agent_of(second)
    ticket = at_work(opened, level("25%", "group", "assignee", reassign_to=second.pk))
    agent = give(ticket)
    first = ticket.group
    assert first
    sweeps("03-02 11:00", "03-02 11:01")
    ticket.refresh_from_db()
    assert (ticket.group, ticket.assignee) == (second, None)
    assert changes(ticket) == [{"group": [first.pk, second.pk]}]
    assert [person for _threshold, person in told(ticket)] == [member.pk, agent.pk]
    assert escalations(ticket)[0].details["group"] == second.pk


def test_an_assignee_who_works_in_the_new_group_keeps_the_ticket(opened: Opener) -> None:
    second = GroupFactory()
    ticket = at_work(opened, level("25%", reassign_to=second.pk))
    assert ticket.group
    agent = give(ticket, agent_of(ticket.group, second))
    sweeps("03-02 11:00")
    ticket.refresh_from_db()
    assert (ticket.group, ticket.assignee) == (second, agent)


def test_somebody_who_gives_the_ticket_back_is_not_overruled(opened: Opener) -> None:
    second = GroupFactory()
    ticket = at_work(opened, level("25%", reassign_to=second.pk))
    first = ticket.group
    sweeps("03-02 11:00")
    ticket.group = first
    ticket.save(update_fields=["group"])
    reclassify(ticket, "03-02 11:30", priority=4)
    sweeps("03-02 12:30")
    assert ticket.events.filter(kind=EventKind.SLA_ESCALATED).count() == 2
    ticket.refresh_from_db()
    assert ticket.group == first


def test_a_group_that_is_gone_changes_nothing(opened: Opener) -> None:
    ticket = at_work(opened, level("25%", "assignee", reassign_to=10**6))
    agent = give(ticket)
    sweeps("03-02 11:00")
    assert told(ticket) == [("25%", agent.pk)]
    assert changes(ticket) == []
