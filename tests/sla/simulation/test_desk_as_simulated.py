"""A ticket of the desk and the same life written as a scenario come to the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.tickets import conversation
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Message, Ticket
from sla.clocks import lifecycle as clocks
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine import durations
from sla.engine.facts import Cycle, State
from sla.models import Calendar, Policy
from sla.simulation.scenario import read
from sla.simulation.simulate import play
from sla.versions import publishing
from tests.factories import ServiceFactory, TicketFactory, UserFactory
from tests.profiles import examples
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import C2, berlin

pytestmark = pytest.mark.django_db
START = berlin("03-26 11:00")
STATUSES = ["in_progress", "waiting_client", "waiting_third_party", "waiting_approval", "resolved", "closed"]
Life = list[tuple[timedelta, tuple[str, Any]]]

acts = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(STATUSES)),
    st.tuples(st.just("status"), st.sampled_from(["in_progress", "resolved"])),
    st.tuples(st.just("message"), st.sampled_from(["client", "staff", "auto"])),
    st.tuples(st.just("priority"), st.integers(1, 3)),
    st.tuples(st.just("kind"), st.sampled_from(["incident", "service_request"])),
    st.tuples(st.just("status"), st.just("cancelled")),
)
minutes = st.integers(1, 5 * 1440).map(lambda count: timedelta(minutes=count))
lives = st.lists(st.tuples(minutes, acts), min_size=1, max_size=9, unique_by=lambda each: each[0]).map(sorted)
rules = {
    "retarget": st.sampled_from(["keep", "change", "recompute"]),
    "reopen": st.sampled_from(["continue", "cycle"]),
    "pause_in": st.lists(st.sampled_from(STATUSES[1:4]), unique=True),
}
TARGETS = ("first_response", "next_response", "resolution")
promised = st.one_of(
    st.integers(1, 20).map("{}h".format), st.sampled_from(["1d", "2d", "1d 2h", "eod", "eod+1"])
)
general = st.fixed_dictionaries(
    {"resolution": promised}, optional=dict.fromkeys(TARGETS[:2], promised) | rules
)
# A row may promise less than the general one, or be the only one: then there are gaps (R9)
special = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(TARGETS, promised)
    | rules
    | {"kind": st.sampled_from(["incident", "service_request"]), "priority": st.integers(1, 3)},
)
matrices = st.builds(
    lambda first, others: [*first, *others],
    st.lists(general, max_size=1),
    st.lists(special, min_size=1, max_size=3),
)


def live(ticket: Ticket, life: Life) -> None:
    """What the processes, people and mails would do."""
    person = UserFactory()
    for after, (what, value) in life:
        at = START + after
        if what == "message":
            side = Message.Side(value)
            conversation.post(ticket, author=person if value == "staff" else None, body="…", side=side, at=at)
            continue
        had = getattr(ticket, what)
        if had == value or (what == "status" and had == "cancelled"):
            continue
        setattr(ticket, what, value)
        ticket.save(update_fields=[what])
        details = {"from": had, "to": value} if what == "status" else {what: [had, value]}
        record(ticket, EventKind.CLASSIFIED, by=person, at=at, **details)


def written(rows: list[dict[str, Any]], life: Life, now: datetime) -> dict[str, Any]:
    events: list[dict[str, Any]] = [{"at": START.isoformat(), "do": "create", "priority": "P3"}]
    status = "new"
    for after, (what, value) in life:
        event = {"at": (START + after).isoformat(), "do": "set"}
        if what == "status":
            if status in (value, "cancelled"):
                continue
            status = value
        match what:
            case "status":
                events.append(event | {"do": "status", "to": value})
            case "message":
                events.append(event | {"do": "message", "from": value})
            case "priority":
                events.append(event | {"priority": f"P{value}"})
            case "kind":
                events.append(event | {"type": value})
    return {
        "calendars": {"c": C2},
        "cells": [as_written(row) for row in rows],
        "events": events,
        "now": now.isoformat(),
    }


def as_written(row: dict[str, Any]) -> dict[str, Any]:
    names = {"kind": "type"}
    cell = {names.get(name, name): value for name, value in row.items()}
    return cell | ({"priority": f"P{row['priority']}"} if "priority" in row else {})


def as_kept(row: dict[str, Any]) -> dict[str, Any]:
    read = {name: durations.read(row[name]) for name in TARGETS if name in row}
    days = {name: one.kept_days for name, one in read.items() if one.needs_start}
    return row | {name: one.rest for name, one in read.items()} | {"days": days}


def told(cycle: Cycle) -> tuple[Any, ...]:
    return cycle.state, cycle.elapsed, cycle.due_at, cycle.breached_at, cycle.breach_cause


def told_in_json(cycle: dict[str, Any]) -> tuple[Any, ...]:
    due, breached = (
        datetime.fromisoformat(text) if text else None for text in (cycle["due_at"], cycle["breached_at"])
    )
    return State(cycle["state"]), timedelta(seconds=cycle["elapsed_s"]), due, breached, cycle["breach_cause"]


@given(matrices, lives, minutes)
@settings(max_examples=examples(60), deadline=None)
def test_the_desk_and_a_scenario_agree(rows: list[dict[str, Any]], life: Life, later: timedelta) -> None:
    now = START + life[-1][0] + later
    with transaction.atomic():
        policy, calendar = Policy.objects.create(name="Gold"), Calendar.objects.create(name="Berlin")
        publishing.publish_calendar(calendar, C2, LONG_AGO)
        publishing.publish_policy(policy, [as_kept(row) for row in rows], LONG_AGO)
        ticket = TicketFactory(opened_at=START, service=ServiceFactory(), priority=3, kind="incident")
        clocks.start(ticket, policy=policy, calendar=calendar, at=START)
        live(ticket, life)
        ticket_clocks = TicketClocks.load(ticket)
        desk = {kind: ticket_clocks.evaluate(kind, now).cycles for kind in ticket_clocks.clocks}
        transaction.set_rollback(True)
    played = play(read(written(rows, life, now)))["clocks"]
    for kind, clock in played.items():
        assert [told(cycle) for cycle in desk.get(kind, ())] == [
            told_in_json(each) for each in clock["cycles"]
        ]
