"""Reminders, time-outs, and people who leave while they are asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from servicedesk.people.models import GroupMembership, Membership
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind
from servicedesk.tickets.statuses import Status
from tests.factories import UserFactory, agent_of
from tests.profiles import PATIENCE
from tests.workflows.approvals.approving import (
    TUESDAY,
    Firm,
    asked,
    away,
    decisions,
    details,
    firm,
    hours,
    leaves,
    row,
)
from tests.workflows.flows.test_incident import open_nodes
from workflows import advance
from workflows.approvals.notes import Note
from workflows.approvals.reminders import sweep

pytestmark = pytest.mark.django_db
MANAGERS = {"who": "client_manager"}
ACCOUNT = {"who": "account_manager"}
TIMED = {"remind_hours": 24, "expire_hours": 72}


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def us() -> Firm:
    return firm()


def after(number: float) -> datetime:
    return TUESDAY + hours(number)


def test_it_reminds_once_those_who_have_not_decided(us):
    ticket = us.asks(MANAGERS | TIMED | {"needs": "all"})
    assert sweep(after(23.9)) == 0
    advance.act(ticket, "approve", by=us.boss)
    assert sweep(after(24)) == 1
    assert details(ticket, EventKind.APPROVAL_REMINDED)["approvers"] == [us.second_boss.pk]
    assert sweep(after(24)) == sweep(after(30)) == 0
    assert ticket.events.filter(kind=EventKind.APPROVAL_REMINDED).count() == 1


def test_each_level_has_its_own_reminder(us):
    ticket = us.asks(MANAGERS, ACCOUNT | TIMED)
    assert sweep(after(48)) == 0
    with time_machine.travel(after(48), tick=False):
        advance.act(ticket, "approve", by=us.boss)
    assert sweep(after(71)) == 0
    assert sweep(after(72)) == 1


def test_it_keeps_waiting_where_the_level_says_so(us):
    ticket = us.asks(ACCOUNT | TIMED)
    sweep(after(24))
    assert sweep(after(500)) == 0
    assert (ticket.status, asked(ticket)) == (Status.WAITING_APPROVAL, [us.account_manager])


def test_late_may_count_as_not_approved(us):
    ticket = us.asks(MANAGERS | TIMED | {"when_late": "reject"}, ACCOUNT)
    assert sweep(after(71.9)) == 1  # the reminder
    assert sweep(after(72)) == 1
    ticket.refresh_from_db()
    assert (ticket.status, open_nodes(ticket)) == (Status.CANCELLED, [])
    assert decisions(ticket) == ["expired", "expired"]
    assert details(ticket, EventKind.REJECTED)["how"] == "timeout"


def test_late_may_count_as_approved(us):
    ticket = us.asks(MANAGERS | TIMED | {"when_late": "approve"})
    assert sweep(after(72)) == 1
    ticket.refresh_from_db()
    assert (ticket.status, open_nodes(ticket)) == (Status.UNDER_REVIEW, ["accept"])
    assert details(ticket, EventKind.APPROVED)["how"] == "timeout"
    with pytest.raises(TicketError, match="The approval has expired"):
        advance.act(ticket, "reject", by=us.boss, reason="Late")


def test_after_a_level_that_is_late_the_next_is_asked(us):
    ticket = us.asks(MANAGERS | TIMED | {"when_late": "approve"}, ACCOUNT)
    with time_machine.travel(after(72), tick=False):
        sweep(timezone.now())
    assert asked(ticket) == [us.account_manager]
    assert details(ticket, EventKind.APPROVAL_GIVEN)["how"] == "timeout"


def test_late_may_be_passed_on_to_the_leaders(us):
    ticket = us.asks(MANAGERS | TIMED | {"when_late": "leader", "needs": "all"})
    agent_of(us.group, is_leader=True)
    sweep(after(72))
    assert len(asked(ticket)) == 2
    assert us.leader in asked(ticket)
    told = details(ticket, EventKind.APPROVAL_PASSED_ON)
    assert (told["former"], told["note"]) == ([us.boss.pk, us.second_boss.pk], Note.LATE)
    assert sweep(after(72)) == sweep(after(95)) == 0
    assert sweep(after(96)) == 1  # the leaders' reminder
    assert sweep(after(500)) == 0
    advance.act(ticket, "approve", by=us.leader)
    assert ticket.status == Status.UNDER_REVIEW


def test_a_yes_given_before_stays_when_the_rest_is_passed_on(us):
    ticket = us.asks(MANAGERS | TIMED | {"when_late": "leader", "needs": "all"})
    advance.act(ticket, "approve", by=us.boss)
    sweep(after(72))
    assert decisions(ticket) == ["approved", "expired", ""]
    advance.act(ticket, "approve", by=us.leader)
    assert ticket.status == Status.UNDER_REVIEW


def test_leaders_who_are_late_stay_asked(us):
    ticket = us.asks({"who": "group_leader", "when_late": "leader", "expire_hours": 2})
    sweep(after(2))
    assert asked(ticket) == [us.leader]
    assert sweep(after(3)) == 0


def test_without_leaders_it_is_passed_on_to_the_group(us):
    GroupMembership.objects.filter(user=us.leader).update(is_leader=False)
    ticket = us.asks(ACCOUNT | {"when_late": "leader", "expire_hours": 2})
    sweep(after(2))
    assert (asked(ticket), row(ticket, approver=None).note) == ([None], Note.LATE)
    advance.act(ticket, "approve", by=us.leader)
    assert ticket.status == Status.UNDER_REVIEW


def test_the_group_is_reminded_too(us):
    leaves(us.account_manager)
    GroupMembership.objects.filter(user=us.leader).update(is_leader=False)
    ticket = us.asks(ACCOUNT | TIMED)
    sweep(after(24))
    assert details(ticket, EventKind.APPROVAL_REMINDED)["approvers"] == []


def test_whoever_leaves_while_asked_is_replaced_by_the_leaders(us):
    ticket = us.asks(ACCOUNT)
    leaves(us.account_manager)
    assert sweep(after(1)) == 1
    assert (asked(ticket), row(ticket, approver=us.leader).note) == ([us.leader], Note.LEFT)
    assert sweep(after(1)) == 0


def test_whoever_leaves_is_not_waited_for_while_others_are_asked(us):
    ticket = us.asks(MANAGERS | {"needs": "all"})
    leaves(us.boss)
    sweep(after(1))
    assert asked(ticket) == [us.second_boss]
    advance.act(ticket, "approve", by=us.second_boss)
    assert ticket.status == Status.UNDER_REVIEW


def test_a_request_that_ended_is_left_alone(us):
    ticket = us.asks(MANAGERS | TIMED | {"when_late": "approve"})
    advance.withdraw(ticket, by=us.anna)
    assert sweep(after(500)) == 0
    assert ticket.status == Status.CANCELLED


def test_a_broken_ticket_blocks_no_other(us, monkeypatch):
    first, second = (us.asks(MANAGERS | TIMED) for _ in range(2))

    def fail_for_the_first(ticket, *args, **more):
        if ticket.pk == first.pk:
            raise ValueError("broken")
        return record(ticket, *args, **more)

    monkeypatch.setattr("workflows.approvals.reminders.record", fail_for_the_first)
    assert sweep(after(24)) == 1
    assert [one.approvals.filter(remind_at=None).count() for one in (first, second)] == [0, 2]


def test_nothing_due_costs_one_statement(us, django_assert_num_queries):
    for _ in range(5):
        us.asks(MANAGERS | TIMED)
    with django_assert_num_queries(1):
        sweep(after(1))


def test_a_reminder_costs_the_same_whoever_is_asked(us, django_assert_max_num_queries):
    us.asks(MANAGERS | TIMED)
    us.asks({"who": "person", "people": [us.boss.pk, us.second_boss.pk, us.leader.pk]} | TIMED)
    with django_assert_max_num_queries(1 + 2 * 10):
        assert sweep(after(24)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_it_once():
    us = firm()
    tickets = [us.asks(MANAGERS | TIMED | {"when_late": "leader"}) for _ in range(3)]
    start = Barrier(2)

    def work(_worker: int) -> int:
        try:
            start.wait(timeout=PATIENCE)
            return sweep(after(72))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, range(2))) == 3
    for ticket in tickets:
        assert asked(ticket) == [us.leader]
        assert ticket.events.filter(kind=EventKind.APPROVAL_PASSED_ON).count() == 1


def test_a_manager_who_has_left_the_company_is_not_waited_for(us):
    ticket = us.asks(MANAGERS)
    Membership.objects.filter(user__in=[us.boss, us.second_boss]).update(is_active=False)
    assert sweep(after(1)) == 1
    assert asked(ticket) == [us.leader]


def test_when_a_deputy_has_left_the_one_they_stand_in_for_is_reminded(us):
    deputy = UserFactory(is_superuser=True)
    away(us.account_manager, deputy)
    ticket = us.asks(ACCOUNT | TIMED)
    assert asked(ticket) == [deputy]
    leaves(deputy)
    sweep(after(24))
    assert details(ticket, EventKind.APPROVAL_REMINDED)["approvers"] == [us.account_manager.pk]
