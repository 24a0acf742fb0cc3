"""The clock rows of the contract's table, each played as a scenario; then what the rules say besides."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.sla.example_calendars import C1
from tests.sla.simulation.playing import FOUR, at, msk, played, resolution, says, to

BY_PRIORITY = [{"priority": "P3", "resolution": "16h"}, {"priority": "P1", "resolution": "4h"}]


def with_rule(**rule: str) -> list[dict[str, str]]:
    return [cell | rule for cell in BY_PRIORITY]


def test_paused_time_does_not_count() -> None:
    clock = resolution(
        FOUR,
        at("03-02 10:00", "create"),
        to("03-02 11:00", "waiting_client"),
        to("03-02 15:00", "in_progress"),
    )
    assert (clock["state"], clock["due_at"]) == ("running", msk("03-02 18:00"))


def test_pauses_of_seconds_never_merge() -> None:
    pauses = [("11:00:05", "11:00:25"), ("11:00:30", "11:00:50"), ("11:30:10", "11:30:30")]
    events = [
        step
        for begin, end in pauses
        for step in (to(f"03-02 {begin}", "waiting_client"), to(f"03-02 {end}", "in_progress"))
    ]
    assert resolution(FOUR, at("03-02 10:00", "create"), *events)["due_at"] == msk("03-02 14:01:00")


PAUSED = [at("03-02 10:00", "create"), to("03-02 13:00", "waiting_client"), to("03-03 16:00", "in_progress")]


def test_a_paused_clock_cannot_breach_and_has_no_deadline() -> None:
    clock = resolution(FOUR, *PAUSED, now="03-03 10:00")
    assert (clock["state"], clock["due_at"], clock["breached_at"]) == ("paused", None, None)
    assert clock["remaining_s"] == 3600


def test_after_the_pause_the_rest_is_left() -> None:
    assert resolution(FOUR, *PAUSED)["due_at"] == msk("03-03 17:00")


def test_resolved_straight_from_the_pause() -> None:
    clock = resolution(
        FOUR, at("03-02 09:00", "create"), to("03-02 10:00", "waiting_client"), to("03-03 10:00", "resolved")
    )
    assert (clock["state"], clock["elapsed_s"]) == ("met", 3600)


@pytest.mark.parametrize(
    ("rule", "due"), [("keep", "03-02 13:00"), ("recompute", "03-02 13:00"), ("change", "03-02 16:00")]
)
def test_a_higher_priority_by_each_rule(rule: str, due: str) -> None:
    cells = with_rule(retarget=rule)
    clock = resolution(cells, at("03-02 09:00", "create"), at("03-02 12:00", "set", priority="P1"))
    assert clock["due_at"] == msk(due)


LOWERED = [at("03-02 09:00", "create", priority="P1"), at("03-02 14:00", "set", priority="P3")]


def test_a_breach_stays_when_the_priority_is_lowered() -> None:
    clock = resolution(BY_PRIORITY, *LOWERED)
    assert (clock["state"], clock["due_at"]) == ("running", msk("03-03 16:00"))
    assert (clock["breached_at"], clock["breach_cause"]) == (msk("03-02 13:00"), "time")


def test_resolved_in_time_as_classified_at_close_but_ever_breached() -> None:
    clock = resolution(BY_PRIORITY, *LOWERED, to("03-03 10:00", "resolved"))
    assert (clock["state"], clock["breached_at"]) == ("met", msk("03-02 13:00"))


def test_a_breach_caused_only_by_a_new_target_says_so() -> None:
    clock = resolution(BY_PRIORITY, at("03-02 09:00", "create"), at("03-02 14:00", "set", priority="P1"))
    assert (clock["state"], clock["due_at"]) == ("breached", msk("03-02 13:00"))
    assert (clock["breached_at"], clock["breach_cause"]) == (msk("03-02 14:00"), "retarget")


@pytest.mark.parametrize("rule", ["keep", "recompute", "change"])
def test_a_new_target_in_a_pause_waits_for_its_end(rule: str) -> None:
    clock = resolution(
        with_rule(retarget=rule),
        at("03-02 09:00", "create"),
        to("03-02 10:00", "waiting_client"),
        at("03-02 12:00", "set", priority="P1"),
        to("03-02 13:00", "in_progress"),
    )
    assert clock["due_at"] == msk("03-02 17:00" if rule == "change" else "03-02 16:00")


def test_another_type_cancels_the_clock_and_carries_its_time() -> None:
    cells = [{"type": "incident", "resolution": "4h"}, {"type": "service_request", "resolution": "8h"}]
    clock = resolution(cells, at("03-02 09:00", "create"), at("03-02 12:00", "set", type="service_request"))
    assert clock["due_at"] == msk("03-02 17:00")
    assert [cycle["state"] for cycle in clock["cycles"]] == ["cancelled", "running"]


REOPENED = [at("03-02 09:00", "create"), to("03-02 13:00", "resolved"), to("03-03 10:00", "in_progress")]


def test_a_reopened_ticket_continues() -> None:
    clock = resolution({"resolution": "8h"}, *REOPENED)
    assert (clock["due_at"], len(clock["cycles"])) == (msk("03-03 14:00"), 1)


def test_a_reopened_ticket_starts_a_new_cycle_and_the_first_stays_met() -> None:
    clock = resolution({"resolution": "8h", "reopen": "cycle"}, *REOPENED)
    assert clock["due_at"] == msk("03-03 18:00")
    assert [cycle["state"] for cycle in clock["cycles"]] == ["met", "running"]


@pytest.mark.parametrize("status", ["in_progress", "waiting_client"])
def test_only_a_public_word_of_the_staff_is_a_first_response(status: str) -> None:
    clock = played(
        {"first_response": "1h"},
        at("03-02 09:00", "create"),
        says("03-02 09:00:05", "auto"),
        says("03-02 09:20", "staff", public=False),
        to("03-02 09:30", status),
        says("03-02 10:30", "staff"),
    )["first_response"]
    assert (clock["state"], clock["elapsed_s"], clock["remaining_s"]) == ("breached", 5400, -1800)


CONVERSATION = [
    at("03-02 09:00", "create"),
    says("03-02 10:00", "client"),
    says("03-02 10:20", "client"),
    says("03-02 10:50", "staff"),
    says("03-02 11:30", "staff"),
    says("03-02 12:00", "client"),
]


@pytest.mark.parametrize(
    ("now", "state", "due", "elapsed"),
    [
        ("03-02 10:30", "running", "03-02 11:00", 1800),
        ("03-02 11:45", "met", "03-02 11:00", 3000),
        ("03-02 12:00", "running", "03-02 13:00", 0),
    ],
)
def test_the_next_response_runs_from_the_first_unanswered_message(
    now: str, state: str, due: str, elapsed: int
) -> None:
    clock = played({"next_response": "1h"}, *CONVERSATION, now=now)["next_response"]
    assert (clock["state"], clock["due_at"], clock["elapsed_s"]) == (state, msk(due), elapsed)


def test_before_the_first_response_only_its_clock_runs() -> None:
    clocks = played({"first_response": "4h", "next_response": "1h"}, *CONVERSATION[:3])
    assert (clocks["first_response"]["state"], clocks["next_response"]["state"]) == ("running", "none")


HOLIDAY = {**C1, "days": {"2026-03-16": []}}
ADDED = [at("03-13 17:00", "create"), at("03-16 15:00", "calendar", name="c1", replace=HOLIDAY)]


def test_a_holiday_added_afterwards_revokes_the_breach() -> None:
    assert resolution(FOUR, *ADDED, now="03-16 14:59")["breached_at"] == msk("03-16 12:00")
    clock = resolution(FOUR, *ADDED)
    assert (clock["state"], clock["due_at"], clock["breached_at"]) == ("running", msk("03-17 12:00"), None)


def test_a_holiday_added_afterwards_changes_no_closed_ticket() -> None:
    closed = to("03-16 13:00", "resolved")
    clock = resolution(FOUR, *ADDED, closed)
    assert (clock["state"], clock["due_at"]) == ("breached", msk("03-16 12:00"))


def test_hours_added_afterwards_that_break_a_promise_say_so() -> None:
    longer = {**C1, "week": {day: ["06:00-18:00"] for day in C1["week"]}}
    clock = resolution(
        FOUR, at("03-13 17:00", "create"), at("03-16 10:30", "calendar", name="c1", replace=longer)
    )
    assert (clock["due_at"], clock["breached_at"]) == (msk("03-16 09:00"), msk("03-16 10:30"))
    assert clock["breach_cause"] == "retarget"


@pytest.mark.parametrize(("moment", "state", "left"), [("13:00", "met", 0), ("13:00:01", "breached", -1)])
def test_resolved_at_the_deadline_and_a_second_later(moment: str, state: str, left: int) -> None:
    clock = resolution(FOUR, at("03-02 09:00", "create"), to(f"03-02 {moment}", "resolved"))
    assert (clock["state"], clock["remaining_s"]) == (state, left)


def test_a_clock_that_runs_at_its_very_deadline_is_not_late() -> None:
    events = [at("03-02 09:00", "create")]
    assert resolution(FOUR, *events, now="03-02 13:00")["state"] == "running"
    assert resolution(FOUR, *events, now="03-02 13:00:01")["state"] == "breached"


def test_cancelling_is_neither_met_nor_breached() -> None:
    clock = resolution(FOUR, at("03-02 09:00", "create"), at("03-02 10:00", "cancel"), now="03-05 10:00")
    assert (clock["state"], clock["due_at"], clock["breached_at"]) == ("cancelled", None, None)


def test_a_breach_before_the_pause_is_kept() -> None:
    clock = resolution(
        FOUR, at("03-02 09:00", "create"), to("03-02 14:00", "waiting_client"), now="03-05 10:00"
    )
    assert (clock["state"], clock["breached_at"]) == ("paused", msk("03-02 13:00"))


def test_no_cell_no_clock() -> None:
    clocks = played({"type": "consultation", "resolution": "4h"}, at("03-02 09:00", "create"))
    assert {clock["state"] for clock in clocks.values()} == {"none"}


@pytest.mark.parametrize(
    ("cells", "hours"),
    [
        ([{"resolution": "1h"}, {"priority": "P1", "resolution": "2h"}], 2),
        ([{"priority": "P1", "resolution": "1h"}, {"type": "incident", "resolution": "2h"}], 2),
        (
            [
                {"type": "incident", "priority": "P1", "resolution": "1h"},
                {"service": "mail", "resolution": "2h"},
            ],
            2,
        ),
        ([{"rank": 1, "resolution": "1h"}, {"rank": 0, "resolution": "2h"}], 2),
    ],
)
def test_the_most_specific_row_wins_then_the_rank(cells: list[dict[str, Any]], hours: int) -> None:
    for order in itertools.permutations(cells):
        created = at("03-02 09:00", "create", type="incident", priority="P1", service="mail")
        assert resolution(list(order), created)["remaining_s"] == hours * 3600


def test_the_order_of_the_file_means_nothing() -> None:
    events = [*PAUSED, at("03-03 17:30", "set", priority="P1"), says("03-03 17:40", "staff")]
    cells = [cell | {"first_response": "1h"} for cell in BY_PRIORITY]
    outcomes = {str(played(cells, *order)) for order in itertools.permutations(events)}
    assert len(outcomes) == 1
