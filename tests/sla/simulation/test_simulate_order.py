"""Rows, messages and the order of things: readings of R9, R11 and R1, each played by the command."""

from __future__ import annotations

import itertools

from tests.sla.example_calendars import C1
from tests.sla.simulation.playing import (
    FOUR,
    at,
    msk,
    play_file,
    played,
    resolution,
    says,
    to,
    written,
)

CREATED = at("03-02 09:00", "create")
BY_PRIORITY = [{"priority": "P1", "resolution": "4h"}, {"priority": "P3", "resolution": "16h"}]

# R9: which row


def test_a_service_named_beats_a_type_and_a_priority_named() -> None:
    rows = [
        {"service": "mail", "resolution": "1h"},
        {"type": "incident", "priority": "P1", "resolution": "2h"},
        {"type": "incident", "priority": "P1", "service": "web", "resolution": "3h"},
    ]
    created = at("03-02 09:00", "create", type="incident", priority="P1", service="mail")
    assert resolution(rows, created)["due_at"] == msk("03-02 10:00")


def test_the_winning_row_alone_says_which_clocks_there_are() -> None:
    rows = [{"first_response": "1h", "resolution": "4h"}, {"priority": "P3", "resolution": "2h"}]
    clocks = played(rows, CREATED)
    assert (clocks["first_response"]["state"], clocks["resolution"]["state"]) == ("none", "running")


# R11: messages


def test_resolving_without_a_word_ends_the_first_response() -> None:
    clock = played({"first_response": "1h"}, CREATED, to("03-02 09:30", "resolved"))["first_response"]
    assert (clock["state"], clock["elapsed_s"]) == ("met", 1800)


def test_a_client_who_writes_after_the_resolution_is_owed_an_answer() -> None:
    cell = {"first_response": "1h", "next_response": "1h"}
    events = [CREATED, to("03-02 09:30", "resolved"), says("03-02 10:00", "client")]
    assert played(cell, *events)["next_response"]["due_at"] == msk("03-02 11:00")
    assert played(cell, *events, at("03-02 10:30", "cancel"))["next_response"]["state"] == "cancelled"


def test_each_unanswered_question_is_a_cycle_of_its_own() -> None:
    cell = {"first_response": "1h", "next_response": "1h"}
    events = [
        CREATED,
        says("03-02 09:10", "client"),
        says("03-02 09:20", "staff"),
        says("03-02 10:00", "client"),
        says("03-02 12:00", "auto"),
        says("03-02 12:10", "staff", public=False),
        says("03-02 12:20", "staff"),
        says("03-02 13:00", "client"),
        says("03-02 13:30", "staff"),
    ]
    clocks = played(cell, *events)
    assert (clocks["first_response"]["state"], clocks["first_response"]["elapsed_s"]) == ("met", 1200)
    results = [(cycle["state"], cycle["elapsed_s"]) for cycle in clocks["next_response"]["cycles"]]
    assert results == [("breached", 8400), ("met", 1800)]


# R1 and R3: order, offsets, what is left out


def test_what_happens_at_one_instant_does_not_depend_on_the_file() -> None:
    together = [
        to("03-02 12:00", "in_progress"),
        to("03-02 12:00", "resolved"),
        at("03-02 12:00", "set", priority="P1"),
        says("03-02 12:00", "staff"),
    ]
    events = [CREATED, to("03-02 10:00", "waiting_client"), *together]
    rows = [cell | {"first_response": "1h"} for cell in BY_PRIORITY]
    orders = itertools.islice(itertools.permutations(events), 0, None, 60)
    outcomes = [played(rows, *order) for order in orders]
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert (outcomes[0]["resolution"]["state"], outcomes[0]["resolution"]["elapsed_s"]) == ("met", 3600)


def test_a_ticket_that_waits_again_at_once_does_not_pause_twice() -> None:
    events = [CREATED, to("03-02 10:00", "waiting_client")]
    again = [to("03-02 11:00", "waiting_client"), to("03-02 11:00", "in_progress")]
    for order in (again, again[::-1]):
        assert resolution(FOUR, *events, *order, now="03-02 15:00")["state"] == "paused"


def test_offsets_are_only_another_way_to_write_the_moment() -> None:
    data = written(FOUR, CREATED, to("03-02 13:00", "resolved"))
    data["events"][0]["at"] = "2026-03-02T01:00:00-05:00"
    data["events"][1]["at"] = "2026-03-02T10:00:00Z"
    assert play_file(data)["resolution"]["state"] == "met"


def test_what_comes_after_now_has_not_happened() -> None:
    events = [CREATED, to("03-02 10:00", "waiting_client"), to("03-02 12:00", "resolved")]
    assert resolution(FOUR, *events, now="03-02 11:00")["state"] == "paused"
    assert resolution(FOUR, *events, now="03-02 09:30")["state"] == "running"


def test_what_is_left_out_has_its_usual_meaning() -> None:
    event = {"at": "2026-03-02T09:00:00+03:00", "do": "create", "service": None}
    cell = {"resolution": "4h", "first_response": None, "type": None, "service": None}
    clocks = play_file({"calendars": {"c1": C1}, "cells": [cell], "events": [event], "now": None})
    assert {kind: clock["state"] for kind, clock in clocks.items()} == {
        "first_response": "none",
        "next_response": "none",
        "resolution": "running",
    }
