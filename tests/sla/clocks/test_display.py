"""Clocks as people see them, and the proof behind a deadline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from servicedesk.tickets.models import EventKind, Message, Ticket
from sla.clocks import display
from sla.clocks.display import ClockView
from sla.proof import calculation, wording
from tests.sla.example_calendars import HOUR, moscow
from tests.sla.life import ask_client, client_answers, move, resolve, say, work

pytestmark = pytest.mark.django_db


def seen(ticket: Ticket, moment: str, kind: str = "resolution") -> ClockView:
    [view] = [one for one in display.for_tickets([ticket], moscow(moment))[ticket.pk] if one.kind == kind]
    return view


@pytest.mark.parametrize(
    ("moment", "state", "percent", "minutes"),
    [
        ("03-02 10:00", "ok", 0, 240),
        ("03-02 13:11", "ok", 79, 49),
        ("03-02 13:12", "risk", 80, 48),
        ("03-02 14:00", "risk", 100, 0),
        ("03-02 15:00", "breach", 125, -60),
    ],
)
def test_a_running_clock(ticket: Ticket, moment: str, state: str, percent: int, minutes: int) -> None:
    view = seen(ticket, moment)
    assert (view.state, view.percent, view.met) == (state, percent, None)
    assert view.remaining == timedelta(minutes=minutes)
    assert view.due_at == moscow("03-02 14:00")


def test_a_paused_clock(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 11:00")
    view = seen(ticket, "03-05 11:00")
    assert (view.state, view.due_at, view.remaining) == ("paused", None, 3 * HOUR)


@pytest.mark.parametrize(("moment", "state", "met"), [("14:00", "met", True), ("15:00", "breach", False)])
def test_a_clock_that_has_stopped(ticket: Ticket, moment: str, state: str, met: bool) -> None:
    work(ticket, "03-02 10:30")
    resolve(ticket, f"03-02 {moment}")
    view = seen(ticket, "03-09 10:00")
    assert (view.state, view.met, view.remaining) == (state, met, None)


def test_a_cancelled_clock(ticket: Ticket) -> None:
    move(ticket, EventKind.CANCELLED, "03-02 10:30")
    assert (seen(ticket, "03-02 11:00").state, seen(ticket, "03-02 11:00").met) == ("none", None)


def test_the_promises_come_in_their_order(ticket: Ticket) -> None:
    say(ticket, Message.Side.STAFF, "03-02 10:10")
    say(ticket, Message.Side.CLIENT, "03-02 10:20")
    kinds = [view.kind for view in display.for_tickets([ticket], moscow("03-02 10:30"))[ticket.pk]]
    assert kinds == ["first_response", "next_response", "resolution"]


@pytest.mark.parametrize("count", [1, 6])
def test_the_clocks_of_a_list_cost_one_statement(
    opened: Callable[..., Ticket], count: int, django_assert_num_queries: Any
) -> None:
    tickets = [opened() for _ in range(count)]
    with django_assert_num_queries(1):  # their versions were read before, and are kept
        views = display.for_tickets(tickets, moscow("03-02 11:00"))
    assert [len(views[ticket.pk]) for ticket in tickets] == [2] * count


def test_no_tickets_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert display.for_tickets([], moscow("03-02 11:00")) == {}


def test_the_proof_adds_up(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 11:00")
    client_answers(ticket, "03-02 17:00")
    proof = calculation.explain(ticket, "resolution", moscow("03-03 10:00"))
    assert proof is not None
    assert [(row.kind.value, row.start, row.amount) for row in proof] == [
        ("target", None, 4 * HOUR),
        ("counted", moscow("03-02 10:00"), HOUR),
        ("paused", moscow("03-02 11:00"), None),
        ("counted", moscow("03-02 17:00"), HOUR),
        ("closed", moscow("03-02 18:00"), None),
        ("counted", moscow("03-03 09:00"), HOUR),
        ("left", None, HOUR),
    ]
    assert proof.target - proof.counted == proof.left
    assert proof.due_at == moscow("03-03 11:00")


def test_the_proof_names_the_row_the_versions_and_the_reason(ticket: Ticket) -> None:
    work(ticket, "03-02 10:30")
    ask_client(ticket, "03-02 11:00")
    proof = calculation.explain(ticket, "resolution", moscow("03-02 12:00"))
    assert proof is not None
    rows = list(proof)
    named = (wording.label(rows[0]), wording.text(rows[0]))
    assert named == ("Target", "any type × any priority × any service, Gold v1")
    assert wording.text(rows[2]) == "Waiting for client"
    assert proof.calendar == "Moscow v1"


def test_the_proof_of_a_late_clock_says_by_how_much(ticket: Ticket) -> None:
    proof = calculation.explain(ticket, "resolution", moscow("03-02 15:00"))
    assert proof is not None
    assert (proof.rows[-1].kind.value, proof.rows[-1].amount) == ("over", HOUR)


def test_there_is_no_proof_without_a_clock(ticket: Ticket) -> None:
    assert calculation.explain(ticket, "next_response", moscow("03-02 15:00")) is None
