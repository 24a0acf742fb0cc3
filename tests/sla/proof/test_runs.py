"""The proof of one clock: intervals, pauses with their people, changes, re-openings, and what lies ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from servicedesk.people.models import User
from servicedesk.tickets import lifecycle
from servicedesk.tickets.models import EventKind, Ticket
from sla.clocks import lifecycle as clocks
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine.facts import FactKind, Rule
from sla.models import Calendar, Policy, PolicyCell
from sla.proof import wording
from sla.proof.calculation import explain
from sla.proof.rows import Proof, RowKind
from sla.versions import publishing
from tests.factories import TicketFactory, UserFactory
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import C1, C4D, HOUR, berlin, moscow
from tests.sla.life import ask_client, client_answers, clock_of, move, reclassify, resolve, work

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
Opener = Callable[..., Ticket]


def proof_of(ticket: Ticket, moment: str, kind: str = "resolution") -> Proof:
    proof = explain(ticket, kind, moscow(moment))
    assert proof is not None
    assert proof.adds_up()
    return proof


def of_kind(proof: Proof, kind: RowKind) -> list[Any]:
    return [row for row in [*proof.rows, *proof.current.ahead] if row.kind is kind]


def move_by(ticket: Ticket, kind: EventKind, moment: str, by: User) -> None:
    lifecycle.move(ticket, kind, by=by, at=moscow(moment))


def opened_under(policy: Policy, definition: dict[str, Any], at: datetime) -> Ticket:
    calendar = Calendar.objects.create(name="Berlin")
    publishing.publish_calendar(calendar, definition, LONG_AGO)
    ticket = TicketFactory(opened_at=at)
    clocks.start(ticket, policy=policy, calendar=calendar, at=at)
    return ticket


def test_three_pauses_each_with_its_person(ticket: Ticket) -> None:
    marta, helen = UserFactory(full_name="Marta Vidal"), UserFactory(full_name="Helen Marsh")
    work(ticket, "03-02 10:05")
    for hour in (11, 13, 15):
        move_by(ticket, EventKind.CLIENT_ASKED, f"03-02 {hour}:00", marta)
        move_by(ticket, EventKind.CLIENT_ANSWERED, f"03-02 {hour}:30", helen)
    proof = proof_of(ticket, "03-02 16:00")
    pauses = of_kind(proof, RowKind.PAUSED)
    assert [(row.by, row.ended_by, row.passed) for row in pauses] == [(marta, helen, 30 * MINUTE)] * 3
    assert wording.notes(pauses[0])[:2] == ["Paused by Marta Vidal.", "Resumed by Helen Marsh."]
    assert sum((row.amount for row in of_kind(proof, RowKind.COUNTED)), timedelta()) == proof.counted
    assert proof.counted == 4 * HOUR + 30 * MINUTE


def test_what_lies_ahead_leads_to_the_deadline(ticket: Ticket) -> None:
    work(ticket, "03-02 10:05")
    ask_client(ticket, "03-02 11:00")
    client_answers(ticket, "03-02 17:00")
    proof = proof_of(ticket, "03-02 17:30")
    assert [(row.kind, row.start, row.end) for row in proof.current.ahead] == [
        (RowKind.AHEAD, moscow("03-02 17:30"), moscow("03-02 18:00")),
        (RowKind.CLOSED, moscow("03-02 18:00"), moscow("03-03 09:00")),
        (RowKind.AHEAD, moscow("03-03 09:00"), moscow("03-03 11:00")),
    ]
    assert proof.due_at == moscow("03-03 11:00")


def test_a_paused_clock_says_when_it_would_be_due(ticket: Ticket) -> None:
    work(ticket, "03-02 10:05")
    ask_client(ticket, "03-02 13:00")
    proof = proof_of(ticket, "03-02 17:30")
    assert (proof.due_at, proof.current.due_if_resumed) == (None, moscow("03-03 09:30"))
    assert wording.ahead(proof.current) == "Up to the deadline, if the pause ended now"
    assert of_kind(proof, RowKind.PAUSED)[0].goes_on


def test_a_late_clock_is_cut_at_the_deadline(ticket: Ticket) -> None:
    proof = proof_of(ticket, "03-02 15:00")
    rows = [(row.start, row.end, row.is_over) for row in of_kind(proof, RowKind.COUNTED)]
    due = moscow("03-02 14:00")
    assert rows == [(moscow("03-02 10:00"), due, False), (due, moscow("03-02 15:00"), True)]
    [late] = of_kind(proof, RowKind.LATE)
    assert (late.start, wording.text(late)) == (due, "The target was used up")
    assert proof.current.ahead == ()


def test_a_clock_late_by_a_moment_is_late_by_a_second(ticket: Ticket) -> None:
    proof = explain(ticket, "resolution", moscow("03-02 14:00") + timedelta(milliseconds=400))
    assert proof is not None
    assert proof.adds_up()
    assert (proof.rows[-1].kind, proof.rows[-1].shown) == (RowKind.OVER, timedelta(seconds=1))


def test_seconds_as_shown_add_up_when_microseconds_do_not(ticket: Ticket) -> None:
    work(ticket, "03-02 10:05")
    for minute in range(10, 50, 10):
        ask_client(ticket, f"03-02 11:{minute}:00.700000")
        client_answers(ticket, f"03-02 11:{minute + 5}:00.300000")
    proof = proof_of(ticket, "03-02 12:00:00.500000")
    shown = [row.shown for row in of_kind(proof, RowKind.COUNTED)]
    assert sum(shown, timedelta()) == proof.current.counted_shown
    assert proof.rows[-1].shown == proof.target - proof.current.counted_shown
    ahead = [row.shown for row in of_kind(proof, RowKind.AHEAD)]
    assert sum([*shown, *ahead], timedelta()) == proof.target


def test_resolved_and_re_opened_the_clock_goes_on(ticket: Ticket) -> None:
    marta = UserFactory(full_name="Marta Vidal")
    work(ticket, "03-02 10:05")
    move_by(ticket, EventKind.RESOLVED, "03-02 12:00", marta)
    move(ticket, EventKind.REOPENED, "03-03 10:00")
    proof = proof_of(ticket, "03-03 11:00")
    [stood] = of_kind(proof, RowKind.STOOD)
    assert (stood.start, stood.end, stood.by) == (moscow("03-02 12:00"), moscow("03-03 10:00"), marta)
    assert (len(proof.runs), proof.counted, proof.due_at) == (1, 3 * HOUR, moscow("03-03 12:00"))


def test_a_new_cycle_leaves_the_result_of_the_earlier_one(opened: Opener, policy: Policy) -> None:
    PolicyCell.objects.update(reopen="cycle")
    ticket = opened()
    work(ticket, "03-02 10:05")
    resolve(ticket, "03-02 13:00")
    move(ticket, EventKind.REOPENED, "03-03 10:00")
    proof = proof_of(ticket, "03-03 11:00")
    [first] = proof.earlier
    assert (wording.result(first), first.counted, first.due_at) == ("Met", 3 * HOUR, moscow("03-02 14:00"))
    assert (proof.counted, proof.due_at) == (HOUR, moscow("03-03 14:00"))
    assert wording.beginning(proof.current).startswith("Re-opened Tue 3 Mar")


@pytest.mark.parametrize(
    ("rule", "counted", "due"),
    [("keep", 2, "03-02 12:00"), ("change", 1, "03-02 13:00"), ("recompute", 2, "03-02 12:00")],
)
def test_a_new_target_says_by_whom_from_what_to_what_and_by_which_rule(
    opened: Opener, rule: str, counted: int, due: str
) -> None:
    PolicyCell.objects.update(retarget=rule)
    ticket = opened()
    reclassify(ticket, "03-02 11:00", priority=1)
    proof = proof_of(ticket, "03-02 11:59:59")
    [row] = of_kind(proof, RowKind.RETARGETED)
    assert wording.text(row) == "4h → 2h"
    assert "any type × Critical × any service, Gold v1" in wording.notes(row)[0]
    assert str(wording.RULES[Rule(rule)])[:12] in wording.notes(row)[-1]
    assert proof.counted == counted * HOUR - timedelta(seconds=1)
    assert proof.due_at == moscow(due)
    dropped = [(one.start, one.end, one.passed) for one in of_kind(proof, RowKind.DROPPED)]
    assert dropped == ([(moscow("03-02 10:00"), moscow("03-02 11:00"), HOUR)] if rule == "change" else [])


def test_a_breach_by_new_terms_alone_says_so(opened: Opener) -> None:
    ticket = opened()
    reclassify(ticket, "03-02 13:00", priority=1)
    proof = proof_of(ticket, "03-02 13:30")
    [late] = of_kind(proof, RowKind.LATE)
    assert (late.start, wording.text(late)[:20]) == (moscow("03-02 13:00"), "Breached by the new ")


def test_another_type_ends_the_run_and_the_next_inherits_its_time(opened: Opener) -> None:
    ticket = opened()
    reclassify(ticket, "03-02 11:00", kind="service_request")
    proof = proof_of(ticket, "03-02 12:00")
    assert [(run.state.value, run.counted) for run in proof.runs] == [
        ("cancelled", HOUR),
        ("running", 2 * HOUR),
    ]
    assert wording.beginning(proof.current).startswith("Type changed")


def test_a_corrected_calendar_is_told_with_its_person(ticket: Ticket, calendar: Calendar) -> None:
    admin = UserFactory(full_name="Ada Min")
    corrected = C1 | {"days": {"2026-03-02": ["09:00-12:00"], "2026-03-03": []}}
    version = publishing.publish_calendar(calendar, corrected, moscow("03-02 15:00"))
    ticket_clocks = TicketClocks.load(ticket)
    clock = ticket_clocks.clocks["resolution"]
    clock.calendar_version = version
    ticket_clocks.add(clock, FactKind.CALENDAR, moscow("03-02 15:00"), by=admin, calendar_version=version)
    ticket_clocks.write()
    proof = proof_of(ticket, "03-02 16:00")
    [row] = of_kind(proof, RowKind.CORRECTED)
    assert (wording.text(row), wording.notes(row)[0]) == ("Moscow v2", "By Ada Min.")
    assert (proof.counted, proof.due_at, proof.calendar) == (2 * HOUR, moscow("03-04 11:00"), "Moscow v2")
    closed = [note for row in proof.current.ahead for note in wording.notes(row)]
    assert closed == ["Tue 3 Mar: closed all day."]
    before = proof_of(ticket, "03-02 14:30")
    assert (before.calendar, before.due_at) == ("Moscow v1", moscow("03-02 14:00"))


def test_what_was_put_back_is_told_and_does_not_count(ticket: Ticket) -> None:
    admin = UserFactory(full_name="Ada Min")
    reclassify(ticket, "03-02 11:00", priority=1)
    clock = clock_of(ticket)
    event = clock.events.get(kind=FactKind.RETARGET)
    ticket_clocks = TicketClocks.load(ticket)
    ticket_clocks.revoke(ticket_clocks.clocks["resolution"], [event.pk], moscow("03-02 11:30"), by=admin)
    ticket_clocks.write()
    proof = proof_of(ticket, "03-02 12:00")
    [row] = of_kind(proof, RowKind.PUT_BACK)
    assert wording.notes(row) == ["By Ada Min.", "Not counted: New target, Mon 2 Mar 08:00."]
    assert of_kind(proof, RowKind.RETARGETED) == []
    assert proof.target == 4 * HOUR
    assert proof_of(ticket, "03-02 11:15").target == 2 * HOUR  # as it stood before


def test_a_public_holiday_in_between_is_named(policy: Policy) -> None:
    german = C1 | {"tz": "Europe/Berlin", "country": "DE"}
    ticket = opened_under(policy, german, berlin("04-02 17:00"))  # the Thursday before Easter
    proof = explain(ticket, "resolution", berlin("04-07 10:00"))
    assert proof is not None
    notes = [note for row in proof.rows for note in wording.notes(row)]
    assert [note for note in notes if "holiday" in note] == [
        "Fri 3 Apr: public holiday.",
        "Mon 6 Apr: public holiday.",
    ]


def test_a_night_in_which_the_clocks_change_counts_its_seven_hours(policy: Policy) -> None:
    ticket = opened_under(policy, C4D, berlin("03-28 22:00"))
    proof = explain(ticket, "resolution", berlin("03-29 05:00"))
    assert proof is not None
    assert proof.adds_up()
    # four hours of target end at three in the morning of the new time: an hour is missing on the wall
    rows = of_kind(proof, RowKind.COUNTED)
    assert [row.amount for row in rows] == [4 * HOUR, 2 * HOUR]
    assert wording.notes(rows[0]) == ["Summer time begins or ends in between."]


def test_days_are_expanded_by_the_calendar_and_inherited_values_name_their_row(
    opened: Opener, policy: Policy
) -> None:
    days: dict[str, Any] = {"resolution": 4 * HOUR, "days": {"resolution": 2}}
    special = days | {"priority": 1, "inherited": ["resolution"]}
    publishing.publish_policy(policy, [days, special], LONG_AGO + timedelta(days=1))
    proof = proof_of(opened(priority=1), "03-02 10:00")
    assert wording.notes(proof.rows[0]) == [
        "2d 4h = 22h, a day is 9h.",
        "Inherited from any type × any priority × any service.",
        "Version valid from 1 January 2025, 21:00.",
    ]
    assert proof.target == 22 * HOUR


def test_a_stored_deadline_that_the_facts_do_not_bear_out_is_found(ticket: Ticket) -> None:
    ticket.clocks.filter(kind="resolution").update(due_at=moscow("03-02 15:00"))
    proof = explain(ticket, "resolution", moscow("03-02 11:00"))
    assert proof is not None
    assert (proof.adds_up(), list(proof.stored)) == (False, ["due_at"])


@pytest.mark.parametrize("pauses", [1, 8])
def test_a_long_life_costs_no_more_statements(
    ticket: Ticket, pauses: int, django_assert_max_num_queries: Any
) -> None:
    work(ticket, "03-02 10:05")
    for hour in range(pauses):
        ask_client(ticket, f"03-02 10:{hour + 10}:00")
        client_answers(ticket, f"03-02 10:{hour + 10}:30")
    reclassify(ticket, "03-02 11:00", priority=1)
    with django_assert_max_num_queries(5):
        explain(ticket, "resolution", moscow("03-02 12:00"))


def test_a_cancelled_clock_ends_its_proof(ticket: Ticket) -> None:
    move(ticket, EventKind.CANCELLED, "03-02 10:30")
    proof = proof_of(ticket, "03-02 11:00")
    assert [wording.label(row) for row in proof] == ["Target", "Counted", "Stopped", "Left"]
    assert wording.text(proof.rows[2]) == "Cancelled, not counted"


def test_terms_of_another_contract_are_told_with_both_names(ticket: Ticket, calendar: Calendar) -> None:
    silver = Policy.objects.create(name="Silver")
    publishing.publish_policy(silver, [{"resolution": 8 * HOUR}], LONG_AGO)
    clocks.change_terms(ticket, policy=silver, calendar=calendar, at=moscow("03-02 11:00"))
    [row] = of_kind(proof_of(ticket, "03-02 12:00"), RowKind.RETARGETED)
    assert wording.text(row) == "4h → 8h"
    assert wording.notes(row)[0].endswith("Gold v1 → any type × any priority × any service, Silver v1.")
