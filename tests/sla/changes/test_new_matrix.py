"""A new matrix brought to open tickets: clocks get other terms, begin and end, and go back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Message, Ticket, TicketEvent
from sla.changes import preview
from sla.models import Policy, TicketTerms
from tests.sla.changes.applying import applied, new_policy, undone
from tests.sla.example_calendars import HOUR, moscow
from tests.sla.life import ask_client, client_answers, clock_of, reclassify, say, work

pytestmark = pytest.mark.django_db
Opener = Callable[..., Ticket]
GOLD: dict[str, Any] = {"first_response": HOUR, "next_response": HOUR, "resolution": 4 * HOUR}


def test_a_new_matrix_keeps_the_time_used(opened: Opener, policy: Policy, admin: User) -> None:
    ticket = opened("03-02 10:00")
    version = new_policy(policy, "03-02 12:00", GOLD | {"resolution": 6 * HOUR})
    change = applied(version, admin, "03-02 12:00")
    clock = clock_of(ticket)
    assert (change.changed, clock.due_at, clock.policy_version) == (1, moscow("03-02 16:00"), version)
    assert TicketTerms.objects.get(ticket=ticket).policy_version == version


@pytest.mark.parametrize(
    ("rule", "due"), [("keep", "03-02 16:00"), ("change", "03-02 18:00"), ("recompute", "03-02 16:00")]
)
def test_a_new_matrix_counts_by_its_own_rule(
    opened: Opener, policy: Policy, admin: User, rule: str, due: str
) -> None:
    ticket = opened("03-02 10:00")
    row = GOLD | {"resolution": 6 * HOUR, "retarget": rule}
    applied(new_policy(policy, "03-02 12:00", row), admin, "03-02 12:00")
    assert clock_of(ticket).due_at == moscow(due)


def test_a_row_that_has_the_same_target_starts_nothing_anew(
    opened: Opener, policy: Policy, admin: User
) -> None:
    ticket = opened("03-02 10:00")
    row = GOLD | {"retarget": "change", "at_risk_percent": 50}
    change = applied(new_policy(policy, "03-02 12:00", row, row | {"priority": 1}), admin, "03-02 12:00")
    clock = clock_of(ticket)
    assert (change.changed, clock.due_at, clock.risk_at) == (0, moscow("03-02 14:00"), moscow("03-02 12:00"))
    assert clock.cell is not None
    assert clock.cell.version_id == change.policy_version_id


def test_a_new_matrix_starts_and_ends_clocks(opened: Opener, policy: Policy, admin: User) -> None:
    ticket = opened("03-02 10:00")
    ended = applied(new_policy(policy, "03-02 10:10", {"resolution": 4 * HOUR}), admin, "03-02 10:10")
    assert clock_of(ticket, "first_response").state == "cancelled"
    started = applied(new_policy(policy, "03-02 10:20", GOLD), admin, "03-02 10:20")
    assert clock_of(ticket, "first_response").state == "running"
    effects = [
        [one["effect"] for one in line.details["clocks"].values()]
        for line in TicketEvent.objects.filter(ticket=ticket, kind=EventKind.SLA_TERMS_CHANGED)
    ]
    assert effects == [["ended"], ["started"]]
    undone(started, admin, "03-02 10:25")
    undone(ended, admin, "03-02 10:30")
    assert clock_of(ticket, "first_response").due_at == moscow("03-02 11:00")


def test_a_clock_never_begins_for_what_was_answered(opened: Opener, admin: User) -> None:
    policy = Policy.objects.create(name="Late")
    new_policy(policy, "01-01 00:00", {"resolution": 4 * HOUR})
    answered, waiting = opened("03-02 10:00", policy=policy), opened("03-02 10:00", policy=policy)
    say(answered, Message.Side.STAFF, "03-02 10:10")
    version = new_policy(policy, "03-02 10:20", GOLD)
    seen = preview.of_policy(policy, list(version.cells.all()), moscow("03-02 10:20"))
    assert seen.changed == 1
    change = applied(version, admin, "03-02 10:20")
    assert clock_of(waiting, "first_response").due_at == moscow("03-02 11:20")
    assert not answered.clocks.filter(kind="first_response").exists()
    undone(change, admin, "03-02 10:30")
    assert clock_of(waiting, "first_response").state == "cancelled"
    say(waiting, Message.Side.STAFF, "03-02 10:40")
    assert clock_of(waiting, "first_response").state == "cancelled"
    reclassify(waiting, "03-02 10:50", priority=1)


def test_other_pauses_hold_at_once(opened: Opener, policy: Policy, admin: User) -> None:
    ticket = opened("03-02 10:00")
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 11:00")
    change = applied(new_policy(policy, "03-02 12:00", GOLD | {"pause_in": []}), admin, "03-02 12:00")
    assert (clock_of(ticket).state, clock_of(ticket).due_at) == ("running", moscow("03-02 15:00"))
    client_answers(ticket, "03-02 12:30")
    ask_client(ticket, "03-02 13:00")
    undone(change, admin, "03-02 13:30")
    clock = clock_of(ticket)
    assert (clock.state, clock.due_at) == ("paused", None)
    client_answers(ticket, "03-02 14:00")
    assert clock_of(ticket).state == "running"


def test_what_was_ended_by_mistake_and_done_meanwhile_is_done(
    opened: Opener, policy: Policy, admin: User
) -> None:
    ticket = opened("03-02 10:00")
    change = applied(new_policy(policy, "03-02 10:10", {"resolution": 4 * HOUR}), admin, "03-02 10:10")
    say(ticket, Message.Side.STAFF, "03-02 10:40")
    undone(change, admin, "03-02 10:50")
    clock = clock_of(ticket, "first_response")
    assert (clock.state, clock.stopped_at, clock.elapsed) == (
        "met", moscow("03-02 10:40"), timedelta(minutes=40),
    )  # fmt: skip
