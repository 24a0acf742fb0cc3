"""Readings of R4 to R7 on which programs differ, each played by the command."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sla.example_calendars import C1, office
from tests.sla.simulation.playing import FOUR, at, msk, played, resolution, says, to

EIGHT_CYCLES = {"resolution": "8h", "reopen": "cycle"}
CREATED = at("03-02 09:00", "create")


def cells(**rule: Any) -> list[dict[str, Any]]:
    return [
        {"priority": "P1", "resolution": "4h"} | rule,
        {"priority": "P3", "resolution": "16h"} | rule,
    ]


# R4: pauses


def test_paused_at_the_very_deadline_is_in_time_and_due_when_work_goes_on() -> None:
    events = [CREATED, to("03-02 13:00", "waiting_client")]
    paused = resolution(FOUR, *events, now="03-05 10:00")
    assert (paused["state"], paused["remaining_s"], paused["breached_at"]) == ("paused", 0, None)
    resumed = resolution(FOUR, *events, to("03-03 07:00", "in_progress"))
    assert (resumed["state"], resumed["due_at"]) == ("running", msk("03-03 09:00"))
    solved = resolution(FOUR, *events, to("03-03 07:00", "in_progress"), to("03-03 09:00", "resolved"))
    assert (solved["state"], solved["elapsed_s"]) == ("met", 4 * 3600)


def test_a_higher_priority_in_the_evening_does_not_move_a_deadline_to_the_night() -> None:
    events = [
        CREATED,
        to("03-02 13:00", "waiting_client"),
        to("03-03 07:00", "in_progress"),
        at("03-03 08:00", "set", priority="P1"),
    ]
    assert resolution(cells(), *events)["due_at"] == msk("03-03 09:00")


def test_a_paused_clock_cannot_breach_by_a_new_target_either() -> None:
    events = [CREATED, to("03-02 15:00", "waiting_client"), at("03-02 16:00", "set", priority="P1")]
    paused = resolution(cells(), *events, now="03-04 10:00")
    assert (paused["state"], paused["due_at"], paused["breached_at"]) == ("paused", None, None)
    assert paused["remaining_s"] == -2 * 3600
    resumed = resolution(cells(), *events, to("03-03 10:00", "in_progress"))
    assert (resumed["state"], resumed["due_at"]) == ("breached", msk("03-02 13:00"))
    assert (resumed["breached_at"], resumed["breach_cause"]) == (msk("03-03 10:00"), "retarget")


def test_what_a_pause_forgave_is_forgiven() -> None:
    events = [CREATED, to("03-02 15:00", "waiting_client")]
    changes = [at("03-02 16:00", "set", priority="P1"), at("03-02 17:00", "set", priority="P3")]
    clock = resolution(cells(), *events, *changes, to("03-03 10:00", "in_progress"))
    assert (clock["state"], clock["due_at"], clock["breached_at"]) == ("running", msk("03-04 11:00"), None)


def test_one_waiting_after_another_is_two_pauses_and_no_gap() -> None:
    cell = FOUR | {"pause_in": ["waiting_client", "waiting_third_party"]}
    events = [CREATED, to("03-02 10:00", "waiting_client"), to("03-02 11:00", "waiting_third_party")]
    assert resolution(cell, *events, now="03-02 15:00")["elapsed_s"] == 3600


def test_a_waiting_that_the_row_does_not_name_counts() -> None:
    events = [CREATED, to("03-02 10:00", "waiting_third_party")]
    assert resolution(FOUR, *events, now="03-02 12:00")["elapsed_s"] == 3 * 3600
    assert resolution(FOUR | {"pause_in": []}, CREATED, to("03-02 10:00", "waiting_client"))["due_at"]


def test_cancelling_a_paused_clock() -> None:
    clock = resolution(FOUR, CREATED, to("03-02 10:00", "waiting_client"), at("03-02 12:00", "cancel"))
    assert (clock["state"], clock["elapsed_s"], clock["breached_at"]) == ("cancelled", 3600, None)


# R5: other terms


def test_recompute_after_from_change_goes_back_to_the_creation() -> None:
    rows = [
        {"priority": "P1", "resolution": "16h", "retarget": "recompute"},
        {"priority": "P2", "resolution": "8h", "retarget": "change"},
        {"priority": "P3", "resolution": "4h"},
    ]
    events = [CREATED, at("03-02 11:00", "set", priority="P2"), at("03-02 12:00", "set", priority="P1")]
    assert resolution(rows, *events[:2])["elapsed_s"] == 0
    clock = resolution(rows, *events)
    assert (clock["elapsed_s"], clock["due_at"]) == (3 * 3600, msk("03-03 16:00"))


@pytest.mark.parametrize(("rule", "due"), [("continue", "03-03 10:00"), ("cycle", "03-03 13:00")])
def test_the_priority_of_a_resolved_ticket_counts_from_the_reopening(rule: str, due: str) -> None:
    events = [CREATED, to("03-02 12:00", "resolved"), at("03-02 15:00", "set", priority="P1")]
    resolved = resolution(cells(reopen=rule), *events)
    assert (resolved["state"], resolved["remaining_s"]) == ("met", 13 * 3600)
    clock = resolution(cells(reopen=rule), *events, to("03-03 09:00", "in_progress"))
    assert clock["due_at"] == msk(due)


def test_a_clock_ends_with_its_promise_and_goes_on_where_it_was() -> None:
    rows = [{"priority": "P1", "resolution": "4h"}]
    events = [
        at("03-02 09:00", "create", priority="P1"),
        at("03-02 10:00", "set", priority="P3"),
        at("03-02 15:00", "set", priority="P1"),
    ]
    assert resolution(rows, *events[:2])["state"] == "cancelled"
    clock = resolution(rows, *events)
    assert (clock["state"], clock["elapsed_s"], clock["due_at"]) == ("running", 3600, msk("03-02 18:00"))


@pytest.mark.parametrize("end", [at("03-02 11:00", "cancel"), to("03-02 11:00", "resolved")])
def test_no_change_of_priority_wakes_a_clock_of_a_finished_ticket(end: dict[str, Any]) -> None:
    rows = [{"priority": "P1", "resolution": "4h"}]
    changes = [at("03-02 10:00", "set", priority="P3"), at("03-02 12:00", "set", priority="P1")]
    created = at("03-02 09:00", "create", priority="P1")
    assert resolution(rows, created, *changes, end)["state"] == "cancelled"
    assert resolution(rows, created, changes[1], end)["state"] != "running"


def test_an_answer_given_meanwhile_is_not_owed_again() -> None:
    rows = [{"priority": "P1", "first_response": "4h"}]
    events = [
        at("03-02 09:00", "create", priority="P1"),
        at("03-02 10:00", "set", priority="P3"),
        says("03-02 11:00", "staff"),
        at("03-02 12:00", "set", priority="P1"),
    ]
    assert played(rows, *events)["first_response"]["state"] == "cancelled"


def test_a_clock_that_begins_late_by_recompute_knows_the_pauses_before() -> None:
    rows = [{"priority": "P1", "resolution": "8h", "retarget": "recompute"}]
    events = [
        CREATED,
        to("03-02 10:00", "waiting_client"),
        to("03-02 12:00", "in_progress"),
        at("03-02 15:00", "set", priority="P1"),
    ]
    assert resolution(rows, *events)["elapsed_s"] == 4 * 3600


def test_another_type_leaves_an_answer_that_was_given() -> None:
    rows = [{"type": kind, "first_response": "1h", "resolution": "8h"} for kind in ("incident", "request")]
    events = [CREATED, says("03-02 09:30", "staff"), at("03-02 10:00", "set", type="request")]
    clocks = played(rows, *events)
    assert [cycle["state"] for cycle in clocks["first_response"]["cycles"]] == ["met"]
    assert [cycle["state"] for cycle in clocks["resolution"]["cycles"]] == ["cancelled", "running"]


def test_another_service_may_bring_another_calendar() -> None:
    calendars = {"c1": C1, "short": office("Europe/Moscow", "09:00-13:00")}
    rows = [
        {"calendar": "c1", "resolution": "8h"},
        {"service": "mail", "calendar": "short", "resolution": "8h"},
    ]
    clock = resolution(rows, CREATED, at("03-02 12:00", "set", service="mail"), calendars=calendars)
    assert clock["due_at"] == msk("03-03 13:00")  # 3 hours of the first, 1 and 4 of the second


# R6: re-opening


def test_a_late_cycle_stays_late_and_the_next_one_starts_clean() -> None:
    events = [CREATED, to("03-02 18:00", "resolved"), to("03-03 09:00", "in_progress")]
    clock = resolution(EIGHT_CYCLES | {"resolution": "4h"}, *events)
    assert [cycle["state"] for cycle in clock["cycles"]] == ["breached", "running"]
    assert (clock["breached_at"], clock["cycles"][0]["breached_at"]) == (None, msk("03-02 13:00"))
    assert clock["due_at"] == msk("03-03 13:00")


def test_a_late_clock_that_continues_is_still_late() -> None:
    clock = resolution(FOUR, CREATED, to("03-02 18:00", "resolved"), to("03-03 09:00", "in_progress"))
    assert (clock["state"], clock["breached_at"], clock["breach_cause"]) == (
        "breached",
        msk("03-02 13:00"),
        "time",
    )


def test_a_ticket_reopened_to_wait_is_paused() -> None:
    events = [CREATED, to("03-02 11:00", "resolved"), to("03-03 10:00", "waiting_client")]
    clock = resolution(FOUR, *events, now="03-03 17:00")
    assert (clock["state"], clock["elapsed_s"], clock["remaining_s"]) == ("paused", 7200, 7200)


def test_closed_directly_and_closed_after_resolved_are_the_same() -> None:
    directly = resolution(FOUR, CREATED, to("03-02 11:00", "closed"))
    later = resolution(FOUR, CREATED, to("03-02 11:00", "resolved"), to("03-04 11:00", "closed"))
    assert (directly["state"], directly["elapsed_s"]) == ("met", 7200)
    assert directly == later


# R7: a corrected calendar


def test_a_calendar_corrected_in_a_pause() -> None:
    shorter = C1 | {"days": {"2026-03-02": ["12:00-18:00"]}}
    replaced = at("03-02 15:00", "calendar", name="c1", replace=shorter)
    events = [CREATED, to("03-02 13:00", "waiting_client"), replaced]
    assert resolution(FOUR, *events)["remaining_s"] == 3 * 3600


def test_a_working_day_is_as_long_as_the_corrected_calendar_says() -> None:
    shorter = office("Europe/Moscow", "09:00-15:00")
    events = [CREATED, at("03-02 10:00", "calendar", name="c1", replace=shorter)]
    assert resolution({"resolution": "1d 1h"}, *events)["due_at"] == msk("03-03 10:00")
