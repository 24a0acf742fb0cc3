"""Undoing gives what would be had the change never been made, whatever happened since (R7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from servicedesk.people.models import User
from servicedesk.tickets import conversation, lifecycle
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Message, Ticket
from sla.changes import rollout
from sla.clocks import lifecycle as clocks
from sla.models import Calendar, Policy
from sla.sweep import clock_sweep
from sla.versions import publishing
from tests.factories import ServiceFactory, TicketFactory, UserFactory
from tests.profiles import examples
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import C1, HOUR, moscow

pytestmark = pytest.mark.django_db
START = moscow("03-13 10:00")
GOLD: dict[str, Any] = {"first_response": 2 * HOUR, "next_response": HOUR, "resolution": 20 * HOUR}
OTHER = C1 | {
    "week": {day: ["10:00-12:00", "13:00-20:00"] for day in C1["week"]},
    "days": {"2026-03-16": [], "2026-03-14": ["09:00-12:00"]},
}
SEEN = (
    "kind", "state", "cycle", "target", "elapsed", "started_at", "counted_from", "due_at", "paused_at",
    "stopped_at", "breached_at", "breach_cause", "breaches", "terms_number", "risk_at", "cell",
    "policy_version", "calendar_version",
)  # fmt: skip

Deed = tuple[int, str]
MOVES = ("accept", "ask", "answer", "resolve", "reopen", "staff", "client")
TERMS = ("priority", "type")


def lives(*deeds: str) -> st.SearchStrategy[list[Deed]]:
    """Minutes after the one before, and what is done."""
    return st.lists(st.tuples(st.integers(1, 900), st.sampled_from(deeds)), max_size=6)


@pytest.fixture
def ground(policy: Policy, calendar: Calendar, admin: User) -> tuple[Policy, Calendar, User]:
    publishing.publish_policy(
        policy, [GOLD, GOLD | {"priority": 1, "resolution": 5 * HOUR}], moscow("01-02 00:00")
    )
    return policy, calendar, admin


KINDS = {
    "accept": EventKind.ACCEPTED,
    "ask": EventKind.CLIENT_ASKED,
    "answer": EventKind.CLIENT_ANSWERED,
    "resolve": EventKind.RESOLVED,
    "reopen": EventKind.REOPENED,
}


def do(ticket: Ticket, deed: str, at: datetime) -> None:
    """What is not possible now is not done."""
    if deed in KINDS:
        sources, _ = lifecycle.MOVES[KINDS[deed]]
        if ticket.status in sources:
            lifecycle.move(ticket, KINDS[deed], by=None, at=at)
    elif deed in {"staff", "client"}:
        side = Message.Side.STAFF if deed == "staff" else Message.Side.CLIENT
        conversation.post(
            ticket, author=UserFactory(), body="x", side=side, visibility=Message.Visibility.PUBLIC, at=at
        )
    else:
        field = "priority" if deed == "priority" else "kind"
        other = {"priority": 4 - ticket.priority, "kind": "consultation"}[field]
        details = {field: [getattr(ticket, field), other]}
        setattr(ticket, field, other)
        ticket.save(update_fields=[field])
        record(ticket, EventKind.CLASSIFIED, by=None, at=at, **details)


def live(ticket: Ticket, life: list[Deed], since: datetime) -> datetime:
    at = since
    for minutes, deed in life:
        at += timedelta(minutes=minutes)
        do(ticket, deed, at)
    return at


def opened(policy: Policy, calendar: Calendar) -> Ticket:
    ticket = TicketFactory(opened_at=START, priority=3, service=ServiceFactory())
    clocks.start(ticket, policy=policy, calendar=calendar, at=START)
    return ticket


def seen(ticket: Ticket) -> tuple[Any, ...]:
    ticket.refresh_from_db()
    terms = ticket.terms
    terms.refresh_from_db()
    found = list(ticket.clocks.exclude(state="cancelled").order_by("kind").values_list(*SEEN))
    return found, terms.policy_version_id, terms.calendar_version_id, ticket.due_at, ticket.is_overdue


def told_twice(
    version: Any, ground: tuple[Policy, Calendar, User], before: list[Deed], since: list[Deed]
) -> None:
    """The same life with the change made and undone, and without it."""
    policy, calendar, admin = ground
    plain, changed = opened(policy, calendar), opened(policy, calendar)
    at = START
    for ticket in (plain, changed):
        at = live(ticket, before, START)
    moment = at + timedelta(minutes=7)
    Ticket.objects.filter(pk=plain.pk).update(opened_at=START - timedelta(days=1))  # out of scope
    with time_machine.travel(moment, tick=False):
        change = rollout.order(version, scope="since", opened_from=START, by=admin, at=moment)
        rollout.run(change.pk)
    for ticket in (plain, changed):
        ticket.refresh_from_db()
        at = live(ticket, since, moment)
    end = at + timedelta(minutes=3)
    with time_machine.travel(end, tick=False):
        rollout.undo(change, by=admin, at=end)
        rollout.run(change.pk)
        clock_sweep.sweep(end)
    change.refresh_from_db()
    assert (change.state, change.reason) == ("undone", "")
    assert seen(changed) == seen(plain)


def undone_examples(number: int) -> Any:
    return settings(
        max_examples=examples(number),
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


@contextmanager
def rolled_back() -> Iterator[None]:
    """Each example begins with the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@undone_examples(60)
@given(before=lives(*MOVES, *TERMS), since=lives(*MOVES, *TERMS))
def test_a_calendar_undone_was_never_changed(
    ground: tuple[Policy, Calendar, User], before: list[Deed], since: list[Deed]
) -> None:
    with rolled_back():
        version = publishing.publish_calendar(ground[1], OTHER, LONG_AGO + timedelta(days=1))
        told_twice(version, ground, before, since)


@undone_examples(60)
@given(before=lives(*MOVES, *TERMS), since=lives(*MOVES, "priority"))
def test_a_matrix_undone_was_never_changed(
    ground: tuple[Policy, Calendar, User], before: list[Deed], since: list[Deed]
) -> None:
    with rolled_back():
        row = GOLD | {"resolution": 7 * HOUR, "first_response": HOUR, "next_response": 3 * HOUR}
        rows = [row, row | {"priority": 1, "resolution": 3 * HOUR}]
        version = publishing.publish_policy(ground[0], rows, LONG_AGO + timedelta(days=1))
        told_twice(version, ground, before, since)
