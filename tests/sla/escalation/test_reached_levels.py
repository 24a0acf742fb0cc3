"""Levels speak once each: reached, told, written down (R10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.tickets.models import EventKind, Ticket
from sla.clocks import lifecycle as clocks
from sla.escalation.reached_levels import reached
from sla.models import Calendar, Clock, Escalation, EscalationNotice, TicketTerms
from sla.sweep.clock_sweep import sweep
from sla.versions import publishing
from tests.factories import GroupFactory, UserFactory, agent_of
from tests.sla.escalation.escalating import (
    at_work,
    escalations,
    give,
    leader_of,
    level,
    policy_with,
    told,
)
from tests.sla.example_calendars import HOUR, moscow
from tests.sla.life import ask_client, client_answers, clock_of, reclassify, resolve

pytestmark = pytest.mark.django_db
Opener = Callable[..., Ticket]


def sweeps(*moments: str) -> None:
    for moment in moments:
        sweep(moscow(moment))


def test_a_level_is_reached_at_its_share_of_working_time_and_speaks_once(opened: Opener) -> None:
    ticket = at_work(opened, level("50%", "assignee"))
    agent = give(ticket)
    assert clock_of(ticket).escalate_at == moscow("03-02 12:00")
    sweeps("03-02 11:59")
    assert told(ticket) == []
    sweeps("03-02 12:00", "03-02 12:01", "03-02 12:02")
    assert told(ticket) == [("50%", agent.pk)]
    [event] = escalations(ticket)
    assert event.details["threshold"] == "50%"
    assert event.details["told"] == [agent.pk]
    [row] = Escalation.objects.all()
    assert (row.reached_at, row.escalated_at) == (moscow("03-02 12:00"), moscow("03-02 12:00"))
    assert clock_of(ticket).escalate_at is None


def test_levels_before_at_and_after_the_deadline_follow_each_other(opened: Opener) -> None:
    ticket = at_work(opened, *(level(each, "assignee") for each in ("-30m", "0", "+1h")))
    give(ticket)
    sweeps("03-02 13:29", "03-02 13:30", "03-02 14:00", "03-02 14:01", "03-02 14:59", "03-02 15:00")
    rows = Escalation.objects.order_by("pk").values_list("threshold", "escalated_at")
    assert list(rows) == [
        ("-30m", moscow("03-02 13:30")),
        ("100%", moscow("03-02 14:01")),
        ("+1h", moscow("03-02 15:00")),
    ]


def test_a_promise_kept_at_the_very_instant_of_the_deadline_is_not_escalated(opened: Opener) -> None:
    ticket = at_work(opened, level("0", "assignee"))
    give(ticket)
    sweeps("03-02 14:00")
    resolve(ticket, "03-02 14:00")
    sweeps("03-02 14:01")
    assert told(ticket) == []


def test_time_after_the_deadline_is_working_time_too(opened: Opener) -> None:
    ticket = at_work(opened, level("+5h", "assignee"))
    assert clock_of(ticket).escalate_at == moscow("03-03 10:00")
    assert ticket.due_at == moscow("03-02 14:00")


def test_after_a_day_without_a_scheduler_only_the_highest_level_tells(opened: Opener) -> None:
    ticket = at_work(opened, level("50%", "assignee"), level("0", "assignee"), level("+2h", "leaders"))
    give(ticket)
    leader = leader_of(ticket.group)
    sweeps("03-03 10:00", "03-03 10:01")
    assert told(ticket) == [("+2h", leader.pk)]
    [event] = escalations(ticket)
    assert event.details["passed_over"] == ["50%", "100%"]
    rows = Escalation.objects.order_by("reached_at").values_list("threshold", "actions__passed_over")
    assert list(rows) == [("50%", True), ("100%", True), ("+2h", None)]


def test_a_paused_clock_does_not_escalate_until_it_goes_on(opened: Opener) -> None:
    ticket = at_work(opened, level("50%", "assignee"))
    agent = give(ticket)
    ask_client(ticket, "03-02 11:00")
    sweeps("03-02 12:00", "03-02 17:00")
    assert told(ticket) == []
    client_answers(ticket, "03-03 10:00")
    assert clock_of(ticket).escalate_at == moscow("03-03 11:00")
    sweeps("03-03 11:00")
    assert told(ticket) == [("50%", agent.pk)]


def test_a_stopped_clock_escalates_nothing_more(opened: Opener) -> None:
    ticket = at_work(opened, level("50%", "assignee"), level("+1h", "assignee"))
    resolve(ticket, "03-02 16:00")
    sweeps("03-03 10:00")
    assert escalations(ticket) == []


def test_a_new_deadline_starts_the_levels_anew(opened: Opener) -> None:
    ticket = at_work(opened, level("50%", "assignee"))
    agent = give(ticket)
    sweeps("03-02 12:00")
    reclassify(ticket, "03-02 12:30", priority=4)  # 8 hours: half of them at 14:00
    sweeps("03-02 12:31", "03-02 13:59")
    assert len(told(ticket)) == 1
    sweeps("03-02 14:00", "03-02 14:01")
    assert told(ticket) == [("50%", agent.pk)] * 2
    assert list(Escalation.objects.values_list("terms_number", flat=True).order_by("pk")) == [1, 2]


def test_another_version_with_the_same_deadline_repeats_nothing_and_misses_nothing(
    opened: Opener, calendar: Calendar
) -> None:
    policy = policy_with(level("25%", "assignee"), level("50%", "assignee"), level("0", "assignee"))
    ticket = at_work(opened, policy=policy)
    give(ticket)
    sweeps("03-02 11:00", "03-02 12:00")
    rows = [{"first_response": HOUR, "resolution": 4 * HOUR}]
    other = [level("40%", "leaders"), level("50%", "assignee"), level("0", "assignee")]
    publishing.publish_policy(policy, rows, moscow("03-02 12:30"), escalation=other)
    clocks.change_terms(ticket, policy=policy, calendar=calendar, at=moscow("03-02 12:40"))
    assert clock_of(ticket).terms_number == 1
    sweeps("03-02 12:41", "03-02 14:01")
    assert [threshold for threshold, _who in told(ticket)] == ["25%", "50%", "100%"]
    silent = Escalation.objects.filter(threshold="40%").get()
    assert silent.actions == {"passed_over": True}


def test_nobody_named_is_found_so_the_leaders_are_told_and_without_them_the_administrators(
    opened: Opener,
) -> None:
    ticket = at_work(opened, level("25%", "assignee"), level("50%", "second_line", f"user:{10**6}"))
    boss = UserFactory(is_superuser=True)
    sweeps("03-02 11:00")
    assert escalations(ticket)[0].details["instead"] == "administrators"
    leader = leader_of(ticket.group)
    sweeps("03-02 12:00")
    assert told(ticket) == [("25%", boss.pk), ("50%", leader.pk)]
    assert escalations(ticket)[1].details["instead"] == "leaders"


def test_everybody_is_found_by_role_group_and_name_once(opened: Opener) -> None:
    agent, named, manager = [UserFactory(is_agent=True) for _ in range(3)]
    second = agent_of(GroupFactory())
    who = ["assignee", "group", "leaders", "account_manager", "second_line", f"user:{named.pk}"]
    ticket = at_work(opened, level("50%", *who))
    assert ticket.group
    ticket.client.account_manager = manager
    ticket.client.save()
    ticket.group.second_line = second.support_groups.get()
    ticket.group.save()
    give(ticket, agent)
    leader, member = leader_of(ticket.group), agent_of(ticket.group)
    agent_of(ticket.group, is_active=False)
    sweeps("03-02 12:00")
    everybody: list[Any] = [agent, leader, member, manager, second, named]
    assert [person for _threshold, person in told(ticket)] == [person.pk for person in everybody]


def test_clients_are_never_told(opened: Opener) -> None:
    stranger, boss = UserFactory(), UserFactory(is_superuser=True)
    ticket = at_work(opened, level("50%", f"user:{stranger.pk}"))
    sweeps("03-02 12:00")
    assert told(ticket) == [("50%", boss.pk)]


def test_out_of_hours_a_notice_waits_for_the_next_opening_unless_the_level_says_otherwise(
    opened: Opener,
) -> None:
    quiet = at_work(opened, level("50%", "assignee"))
    loud = at_work(opened, policy=policy_with(level("50%", "assignee", off_hours=True), name="Loud"))
    for ticket in (quiet, loud):
        give(ticket)
    sweeps("03-02 20:00")
    moments = EscalationNotice.objects.order_by("escalation__clock__ticket").values_list(
        "not_before", flat=True
    )
    assert list(moments) == [moscow("03-03 09:00"), moscow("03-02 20:00")]


def test_a_level_reached_at_closing_time_tells_at_once(opened: Opener) -> None:
    ticket = at_work(opened, level("+4h", "assignee"))
    give(ticket)
    sweeps("03-02 18:01")
    assert EscalationNotice.objects.get().not_before == moscow("03-02 18:01")


def test_whom_a_level_tells_is_named_with_the_breach_that_it_comes_with(opened: Opener) -> None:
    ticket = at_work(opened, level("0", "assignee"))
    agent = give(ticket)
    sweeps("03-02 14:01")
    breach = ticket.events.get(kind=EventKind.SLA_BREACHED)
    assert breach.details["told_by_level"] == [agent.pk]


def test_nothing_due_costs_one_statement(opened: Opener, django_assert_num_queries: Any) -> None:
    at_work(opened, level("50%", "assignee"))
    with django_assert_num_queries(1):
        sweep(moscow("03-02 11:00"))


def test_a_batch_costs_the_same_but_for_the_lines_of_history(opened: Opener) -> None:
    UserFactory(is_superuser=True)
    costs = {}
    for count, moment in ((1, "03-02 12:00"), (5, "03-03 11:00")):
        policy = policy_with(level("50%", "leaders"), level("0", "leaders"), name=f"For {count}")
        for _ in range(count):
            at_work(opened, policy=policy)
        with CaptureQueriesContext(connection) as statements:
            assert sweep(moscow(moment)) == (count if count > 1 else 0)
        costs[count] = len(statements)
        Clock.objects.all().delete()
    assert costs[5] - 2 * 5 <= costs[1]  # each a breach and an escalation; no breach in the first


def test_one_ticket_that_cannot_be_told_about_does_not_silence_the_others(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = policy_with(level("50%", "assignee"))
    broken, sound = at_work(opened, policy=policy), at_work(opened, policy=policy)
    give(broken), give(sound)

    def fail(ticket: Ticket, *rest: Any) -> Any:
        assert ticket != broken
        return reached(ticket, *rest)

    monkeypatch.setattr("sla.sweep.clock_sweep.reached", fail)
    sweeps("03-02 12:00")
    assert (len(told(broken)), len(told(sound))) == (0, 1)
    assert Clock.objects.to_look_at(moscow("03-02 12:00")).get().ticket == broken
    assert TicketTerms.objects.count() == 2
