"""Which levels ask, in which order, and whom."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from servicedesk.people.models import GroupMembership
from servicedesk.tickets.errors import NotPermitted
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import ClientFactory, UserFactory, agent_of, contact_of
from tests.workflows.approvals.approving import (
    TUESDAY,
    Firm,
    asked,
    away,
    details,
    firm,
    leaves,
    row,
)
from tests.workflows.flows.test_incident import open_nodes
from workflows import advance
from workflows.approvals.notes import Note

pytestmark = pytest.mark.django_db
MANAGERS = {"who": "client_manager"}
ACCOUNT = {"who": "account_manager"}
LEADERS = {"who": "group_leader"}


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def us() -> Firm:
    return firm()


def test_levels_ask_one_after_another(us):
    ticket = us.asks(MANAGERS, ACCOUNT, LEADERS)
    assert asked(ticket) == [us.boss, us.second_boss]
    advance.act(ticket, "approve", by=us.boss)
    assert (asked(ticket), ticket.status) == ([us.account_manager], Status.WAITING_APPROVAL)
    advance.act(ticket, "approve", by=us.account_manager)
    assert asked(ticket) == [us.leader]
    advance.act(ticket, "approve", by=us.leader)
    assert (ticket.status, open_nodes(ticket)) == (Status.UNDER_REVIEW, ["accept"])
    given = ticket.events.filter(kind__in=[EventKind.APPROVAL_GIVEN, EventKind.APPROVED]).order_by("pk")
    assert [(one.kind, one.actor) for one in given] == [
        (EventKind.APPROVAL_GIVEN, us.boss),
        (EventKind.APPROVAL_GIVEN, us.account_manager),
        (EventKind.APPROVED, us.leader),
    ]


def test_any_of_a_level_is_enough(us):
    ticket = us.asks(MANAGERS)
    advance.act(ticket, "approve", by=us.second_boss)
    assert ticket.status == Status.UNDER_REVIEW
    assert row(ticket, approver=us.boss).decision == "dropped"


def test_all_of_a_level_must_say_yes(us):
    ticket = us.asks(MANAGERS | {"needs": "all"})
    advance.act(ticket, "approve", by=us.boss)
    assert (ticket.status, asked(ticket)) == (Status.WAITING_APPROVAL, [us.second_boss])
    advance.act(ticket, "approve", by=us.second_boss)
    assert ticket.status == Status.UNDER_REVIEW


def test_one_no_is_enough_on_any_level(us):
    ticket = us.asks(MANAGERS | {"needs": "all"}, ACCOUNT)
    advance.act(ticket, "reject", by=us.boss, reason="No budget")
    assert (ticket.status, open_nodes(ticket), asked(ticket)) == (Status.CANCELLED, [], [])


@pytest.mark.parametrize(
    ("limits", "size", "is_asked"),
    [
        ({"above_price": "500"}, {"price": "500"}, False),
        ({"above_price": "500"}, {"price": "500.01"}, True),
        ({"above_hours": "4"}, {"estimated_hours": "8"}, True),
        ({"above_hours": "4"}, {"price": "8"}, False),
        ({"above_hours": "4", "above_price": "500"}, {"estimated_hours": "1", "price": "900"}, True),
        ({"above_price": "500"}, {}, False),
    ],
)
def test_a_limit_decides_whether_a_level_asks(us, limits, size, is_asked):
    ticket = us.asks(MANAGERS | limits, **size)
    assert (ticket.status == Status.WAITING_APPROVAL) == is_asked


def test_a_level_below_its_limit_is_passed_over(us):
    ticket = us.asks(MANAGERS, ACCOUNT | {"above_price": "500"}, LEADERS, price="100")
    advance.act(ticket, "approve", by=us.boss)
    assert asked(ticket) == [us.leader]


def test_a_manager_who_asks_settles_an_any_of_level(us):
    ticket = us.asks(MANAGERS, ACCOUNT, by=us.boss)
    assert asked(ticket) == [us.account_manager]


def test_a_manager_who_asks_counts_as_one_yes_of_all(us):
    ticket = us.asks(MANAGERS | {"needs": "all"}, by=us.boss)
    assert asked(ticket) == [us.second_boss]
    own = row(ticket, approver=us.boss)
    assert (own.decision, own.note) == ("approved", Note.THEMSELVES)
    advance.act(ticket, "approve", by=us.second_boss)
    assert ticket.status == Status.UNDER_REVIEW


def test_the_only_manager_who_asks_settles_all(us):
    leaves(us.second_boss)
    assert us.asks(MANAGERS | {"needs": "all"}, by=us.boss).status != Status.WAITING_APPROVAL


def test_named_people_are_asked_and_follow_the_request(us):
    tom = contact_of(us.company)
    ticket = us.asks({"who": "person", "people": [tom.pk, us.leader.pk]})
    assert asked(ticket) == [us.leader, tom]
    assert ticket in Ticket.objects.visible_to(tom)


def test_whoever_may_not_see_the_request_is_not_asked(us):
    stranger, other = contact_of(ClientFactory()), UserFactory(is_account_manager=True)
    ticket = us.asks({"who": "person", "people": [stranger.pk, other.pk, us.boss.pk]})
    assert asked(ticket) == [us.boss]


@pytest.mark.parametrize(
    "level", [MANAGERS, ACCOUNT, {"who": "person", "people": [999]}, {"who": "person", "people": []}]
)
def test_with_nobody_to_ask_the_leaders_decide_and_it_is_noted(us, level):
    for person in (us.boss, us.second_boss, us.account_manager):
        leaves(person)
    ticket = us.asks(level)
    assert asked(ticket) == [us.leader]
    assert row(ticket).note == Note.NOBODY
    assert details(ticket, EventKind.APPROVAL_ASKED)["note"] == Note.NOBODY
    advance.act(ticket, "approve", by=us.leader)
    assert ticket.status == Status.UNDER_REVIEW


def test_one_of_several_leaders_speaks_for_a_level_that_needs_all(us):
    agent_of(us.group, is_leader=True)
    leaves(us.account_manager)
    ticket = us.asks(ACCOUNT | {"needs": "all"})
    assert len(asked(ticket)) == 2
    advance.act(ticket, "approve", by=us.leader)
    assert ticket.status == Status.UNDER_REVIEW


def test_without_leaders_the_group_decides(us):
    GroupMembership.objects.filter(user=us.leader).update(is_leader=False)
    leaves(us.account_manager)
    ticket = us.asks(ACCOUNT)
    assert asked(ticket) == [None]
    with pytest.raises(NotPermitted):
        advance.act(ticket, "approve", by=us.boss)
    advance.act(ticket, "approve", by=us.leader)
    assert ticket.status == Status.UNDER_REVIEW


def test_a_deputy_is_asked_while_somebody_is_away(us):
    away(us.boss, us.anna)  # nobody decides on their own request
    tom = contact_of(us.company, full_name="Tom Kershaw")
    away(us.second_boss, tom)
    ticket = us.asks(MANAGERS)
    assert asked(ticket) == [us.boss, tom]
    assert row(ticket, approver=tom).on_behalf_of == us.second_boss
    told = details(ticket, EventKind.APPROVAL_ASKED)
    assert (told["deputies"], told["absent"]) == ([tom.pk], [us.second_boss.pk])
    advance.act(ticket, "approve", by=tom)
    assert details(ticket, EventKind.APPROVED)["on_behalf_of"] == us.second_boss.pk


def test_whoever_is_away_may_decide_all_the_same(us):
    away(us.account_manager, agent_of(us.group))
    ticket = us.asks(ACCOUNT)
    advance.act(ticket, "approve", by=us.account_manager)
    assert ticket.status == Status.UNDER_REVIEW
    assert "on_behalf_of" not in details(ticket, EventKind.APPROVED)


def test_deputies_of_deputies_are_followed(us):
    first, second = agent_of(us.group), agent_of(us.group)
    away(us.account_manager, first)
    away(first, second)
    ticket = us.asks(ACCOUNT)
    assert asked(ticket) == [second]
    assert row(ticket).on_behalf_of == us.account_manager


def test_deputies_in_a_circle_lead_back_to_whom_the_level_names(us):
    first = agent_of(us.group)
    away(us.account_manager, first)
    away(first, us.account_manager)
    assert asked(us.asks(ACCOUNT)) == [us.account_manager]


def test_the_deputy_of_an_account_manager_is_asked_and_sees_the_request_meanwhile(us):
    deputy = UserFactory(is_account_manager=True)
    away(us.account_manager, deputy)
    ticket = us.asks(ACCOUNT)
    assert asked(ticket) == [deputy]
    assert ticket in Ticket.objects.visible_to(deputy)


def test_a_deputy_who_left_or_is_of_the_other_side_is_passed_over(us):
    left = agent_of(us.group)
    leaves(left)
    for deputy in (left, us.anna, None):
        absence = away(us.account_manager, deputy)
        assert asked(us.asks(ACCOUNT)) == [us.account_manager]
        absence.delete()


def test_the_same_person_is_asked_once(us):
    away(us.boss, us.second_boss)
    ticket = us.asks(MANAGERS | {"needs": "all"})
    assert asked(ticket) == [us.second_boss]
    advance.act(ticket, "approve", by=us.second_boss)
    assert ticket.status == Status.UNDER_REVIEW


def test_the_same_deputy_of_two_is_asked_once(us):
    tom = contact_of(us.company)
    away(us.boss, tom)
    away(us.second_boss, tom)
    assert asked(us.asks(MANAGERS)) == [tom]


@pytest.mark.parametrize(("zone", "is_away"), [("Pacific/Kiritimati", True), ("UTC", False), ("", False)])
def test_today_is_the_day_where_the_person_is(us, zone, is_away):
    """At 10:00 UTC on Tuesday it is Wednesday on Kiritimati."""
    us.account_manager.time_zone = zone
    us.account_manager.save()
    deputy = agent_of(us.group)
    away(us.account_manager, deputy, first=date(2026, 3, 4))
    assert asked(us.asks(ACCOUNT)) == [deputy if is_away else us.account_manager]


def test_a_request_that_ends_asks_nobody_any_more(us):
    ticket = us.asks(MANAGERS)
    advance.withdraw(ticket, by=us.anna)
    assert asked(ticket) == []


def test_the_buttons_of_an_approval_cost_one_statement(us, django_assert_num_queries):
    ticket = us.asks(MANAGERS)
    from workflows.engine import open_steps
    from workflows.steps import actions

    tasks = open_steps.open_tasks(ticket)
    with django_assert_num_queries(1):
        found = [
            name
            for name in ("approve", "reject")
            if actions.permitted(actions.ACTIONS[name], ticket, us.boss, tasks[0])
        ]
    assert found == ["approve", "reject"]
