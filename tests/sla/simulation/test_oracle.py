"""Scenarios made up at random: what is played is what a count of the minutes says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sla.simulation.scenario import ScenarioError, read
from sla.simulation.simulate import play
from tests.profiles import examples
from tests.sla.example_calendars import ALL_DAYS, C1, C2, C3, C4D, NEW_YORK, WEEKDAYS, office
from tests.sla.simulation.oracle import minute_of
from tests.sla.simulation.oracle_ticket import KINDS, expected

CALENDARS: list[dict[str, Any]] = [
    C1,
    C2,
    C3,
    C4D,
    NEW_YORK,
    C1 | {"days": {"2026-03-03": [], "2026-03-07": ["10:00-15:00"]}},
    C2 | {"country": "DE", "yearly": {"10-26": ["11:00-12:30"]}},
    office("Australia/Lord_Howe", "00:00-02:10", "09:00-17:00", days=ALL_DAYS),
    office("Africa/Cairo", "20:00-04:00"),
    {"tz": "Europe/Moscow", "week": {day: ["09:00-18:00"] for day in WEEKDAYS} | {"fri": ["09:00-17:00"]}},
]
# An ordinary Monday, clocks that change, Good Friday
BEGINNINGS = ["2026-03-02T06:00Z", "2026-03-27T15:15Z", "2026-04-02T13:00Z", "2026-04-23T18:30Z",
              "2026-10-23T22:45Z"]  # fmt: skip
STATUSES = ["in_progress", "waiting_client", "waiting_third_party", "waiting_approval", "resolved", "closed"]
durations = st.sampled_from(["15m", "1h", "2h", "4h", "8h", "1d", "1d 1h 30m", "2d", "20h", "eod", "eod+1"])
types, priorities, services = (
    st.sampled_from(["incident", "service_request"]),
    st.sampled_from(["P1", "P2", "P3"]),
    st.sampled_from(["mail", "web"]),
)
any_or = st.just("*").__or__

terms: dict[str, Any] = {"next_response": durations, "resolution": durations}
any_cells = st.fixed_dictionaries(
    {"calendar": st.sampled_from(["one", "two"])} | terms,
    optional={
        "first_response": durations,
        "retarget": st.sampled_from(["keep", "change", "recompute"]),
        "reopen": st.sampled_from(["continue", "cycle"]),
    },
)
cells = st.fixed_dictionaries(
    {"calendar": st.sampled_from(["one", "two"])},
    optional={
        "type": any_or(types),
        "priority": any_or(priorities),
        "service": any_or(services),
        "rank": st.integers(0, 2),
        "first_response": durations,
        "next_response": durations,
        "resolution": durations,
        "pause_in": st.lists(st.sampled_from(STATUSES[1:4]), unique=True),
        "retarget": st.sampled_from(["keep", "change", "recompute"]),
        "reopen": st.sampled_from(["continue", "cycle"]),
    },
)
facts: dict[str, Any] = {"type": types, "priority": priorities, "service": services}
moved = st.builds(lambda to: {"do": "status", "to": to}, st.sampled_from(STATUSES))
reclassified = st.fixed_dictionaries({"do": st.just("set")} | facts)
said = st.builds(
    lambda who, public: {"do": "message", "from": who, "public": public},
    st.sampled_from(["client", "client", "staff", "auto"]),
    st.sampled_from([True, True, False]),
)
changes = st.one_of(
    moved, moved, moved, reclassified, reclassified, said, said,
    st.builds(
        lambda name, hours: {"do": "calendar", "name": name, "replace": hours},
        st.sampled_from(["one", "two"]),
        st.sampled_from(CALENDARS),
    ),
    st.sampled_from([{"do": "cancel"}, *[{"do": "status", "to": "in_progress"}] * 4]),
)  # fmt: skip
quarters = st.integers(0, 4 * 24 * 4).map(lambda count: timedelta(minutes=15 * count))


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    start = datetime.fromisoformat(draw(st.sampled_from(BEGINNINGS)))
    lived = draw(st.lists(st.tuples(quarters, changes), min_size=2, max_size=12))
    # What two equal things at one instant mean is played elsewhere
    events = {(after, change["do"]): change for after, change in lived}
    created = draw(st.fixed_dictionaries({"do": st.just("create")}, optional=facts))
    written = [{"at": (start + after).isoformat(), **change} for (after, _), change in events.items()]
    scenario = {
        "calendars": {name: draw(st.sampled_from(CALENDARS)) for name in ("one", "two")},
        # often with gaps: then nothing is promised to some tickets (R9)
        "cells": [*draw(st.lists(any_cells, max_size=1)), *draw(st.lists(cells, min_size=1, max_size=3))],
        "events": draw(st.permutations([{"at": start.isoformat(), **created}, *written])),
    }
    if draw(st.booleans()):
        scenario["now"] = (start + draw(quarters) + draw(quarters)).astimezone(UTC).isoformat()
    return scenario


def as_minutes(clock: dict[str, Any]) -> dict[str, Any]:
    """What the oracle speaks of, in its words."""
    if clock["state"] == "none":
        return {"state": "none"}
    names = ("state", "due_at", "elapsed_s", "remaining_s", "breached_at", "breach_cause")
    told = {name: clock[name] for name in names}
    for name in ("due_at", "breached_at"):
        told[name] = told[name] and minute_of(told[name])
    return told | ({"cycles": [as_minutes(each) for each in clock["cycles"]]} if "cycles" in clock else {})


@given(scenarios())
@settings(max_examples=examples(150), deadline=None)
def test_what_is_played_is_what_a_count_of_the_minutes_says(scenario: dict[str, Any]) -> None:
    try:
        played = play(read(scenario))["clocks"]
    except ScenarioError as error:
        assume("paused already" not in str(error))
        raise
    told = expected(scenario)
    for kind in KINDS:
        assert as_minutes(played[kind]) == told[kind], kind
