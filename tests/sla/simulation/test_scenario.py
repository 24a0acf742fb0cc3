"""A scenario that cannot be played names the fault and its place."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.simulation.scenario import ScenarioError, read
from sla.simulation.simulate import play
from tests.profiles import examples
from tests.sla.example_calendars import C1
from tests.sla.simulation.playing import FOUR, at, says, to

CREATED = at("03-02 09:00", "create")
WHOLE: dict[str, Any] = {
    "calendars": {"c1": C1 | {"days": {"2026-03-09": []}, "yearly": {"12-31..01-08": []}, "country": "DE"}},
    "cells": [FOUR | {"calendar": "c1", "pause_in": ["waiting_client"], "rank": 1, "reopen": "cycle"}],
    "events": [
        CREATED | {"type": "incident", "priority": "P3", "service": "mail"},
        at("03-02 10:00", "set", priority="P1"),
        to("03-02 11:00", "waiting_client"),
        says("03-02 12:00", "client"),
        at("03-02 13:00", "calendar", name="c1", replace=C1),
        at("03-02 14:00", "cancel"),
    ],
    "now": "2026-03-02T18:00:00+03:00",
}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"events": [to("03-02 09:00", "in_progress")]}, "events: "),
        ({"events": [to("03-02 08:00", "in_progress"), at("03-02 09:00", "create")]}, r"events\[0\]\.at: "),
        ({"events": [at("03-02 09:00", "create"), to("03-02 10:00", "asleep")]}, r"events\[1\]\.to: "),
        (
            {
                "events": [
                    at("03-02 09:00", "create"),
                    to("03-02 10:00", "waiting_client"),
                    to("03-02 11:00", "waiting_client"),
                ]
            },
            r"events\[2\]: ",
        ),
        ({"events": [{"at": "2026-03-02T09:00", "do": "create"}]}, r"events\[0\]\.at: "),
        ({"cells": [{"resolution": "1 day"}]}, r"cells\[0\]\.resolution: "),
        ({"cells": [{"resolution": "-2h"}]}, r"cells\[0\]\.resolution: "),
        ({"cells": [{"resolution": "0h"}]}, r"cells\[0\]\.resolution: "),
        ({"cells": [{"calendar": "c9", "resolution": "1h"}]}, r"cells\[0\]\.calendar: "),
        ({"cells": [{"priority": "P7", "resolution": "1h"}]}, r"cells\[0\]\.priority: "),
        ({"cells": [{"target": "1h"}]}, r"cells\[0\]\.target: "),
        ({"calendars": {"c1": {**C1, "tz": "Mars/Base"}}}, r"calendars\.c1\.tz: "),
        ({"calendars": {"c1": {"tz": "UTC"}}}, r"calendars\.c1\.week: "),
        ({"now": "2026-03-01T00:00:00Z"}, "now: "),
        ({"now": "today"}, "now: "),
        ({"events": [CREATED, CREATED]}, "events: There must be exactly one"),
        ({"events": []}, "events: "),
        ({"events": None}, "events: "),
        ({"events": [CREATED, "resolved"]}, r"events\[1\]: "),
        ({"events": [CREATED, at("03-02 10:00", "sleep")]}, r"events\[1\]\.do: "),
        ({"events": [CREATED, at("03-02 10:00", "status")]}, r"events\[1\]\.to: "),
        ({"events": [CREATED, at("03-02 10:00", "set", prio="P1")]}, r"events\[1\]\.prio: Unknown key"),
        ({"events": [CREATED, at("03-02 10:00", "set", priority=1)]}, r"events\[1\]\.priority: "),
        ({"events": [CREATED, at("03-02 10:00", "set", priority=["P1"])]}, r"events\[1\]\.priority: "),
        ({"events": [CREATED, at("03-02 10:00", "message", public=True)]}, r"events\[1\]\.from: "),
        (
            {"events": [CREATED, at("03-02 10:00", "message", **{"from": "staff", "public": "no"})]},
            r"events\[1\]\.public: ",
        ),
        ({"events": [CREATED, at("03-02 10:00", "calendar", name="c2", replace=C1)]}, r"events\[1\]\.name: "),
        (
            {"events": [CREATED, at("03-02 10:00", "calendar", name="c1", replace=C1 | {"tz": "Mars"})]},
            r"events\[1\]\.replace\.tz: ",
        ),
        ({"events": [{"at": "0001-01-01T00:00:00+14:00", "do": "create"}]}, r"events\[0\]\.at: "),
        ({"events": [{"at": 5, "do": "create"}]}, r"events\[0\]\.at: "),
        ({"cells": {}}, "cells: "),
        ({"cells": [{"resolution": "1.5h"}]}, r"cells\[0\]\.resolution: "),
        ({"cells": [{"resolution": 4}]}, r"cells\[0\]\.resolution: "),
        ({"cells": [{"resolution": "900000h"}]}, r"cells\[0\]\.resolution: .*never"),
        ({"cells": [{"rank": "first", "resolution": "1h"}]}, r"cells\[0\]\.rank: "),
        ({"cells": [{"retarget": "forget", "resolution": "1h"}]}, r"cells\[0\]\.retarget: "),
        ({"cells": [{"reopen": "keep", "resolution": "1h"}]}, r"cells\[0\]\.reopen: "),
        ({"cells": [{"pause_in": "waiting_client", "resolution": "1h"}]}, r"cells\[0\]\.pause_in: "),
        ({"cells": [{"pause_in": ["asleep"], "resolution": "1h"}]}, r"cells\[0\]\.pause_in\[0\]: "),
        ({"calendars": {"c1": C1, "c2": C1}}, r"cells\[0\]\.calendar: "),
        ({"calendars": {"c1": C1 | {"hours": {}}}}, r"calendars\.c1\.hours: "),
        ({"calendars": {"c1": C1 | {"country": "XX"}}}, r"calendars\.c1\.country: "),
        ({"calendars": {"c1": C1 | {"country": "DE", "subdivision": "XX"}}}, r"calendars\.c1\.subdivision: "),
        ({"calendars": {"c1": C1 | {"days": {"2026-02-30": []}}}}, r"calendars\.c1\.days\.2026-02-30: "),
        (
            {"calendars": {"c1": C1 | {"week": {"mon": ["09:00-13:00", "12:00-18:00"]}}}},
            r"calendars\.c1\.week\.mon\[1\]: .*overlaps",
        ),
        ({"calendars": {"c1": C1 | {"week": {"mon": ["09:00-09:00"]}}}}, r"calendars\.c1\.week\.mon\[0\]: "),
        ({"calendars": {"c1": C1 | {"week": {"mon": "09:00-18:00"}}}}, r"calendars\.c1\.week\.mon: "),
        ({"title": "A ticket"}, "title: Unknown key"),
    ],
)
def test_a_fault_is_named_with_its_place(change: dict[str, Any], place: str) -> None:
    data = {"calendars": {"c1": C1}, "cells": [FOUR], "events": [at("03-02 09:00", "create")]}
    with pytest.raises(ScenarioError, match=place):
        play(read(data | change))


@pytest.mark.parametrize("data", [None, [], "scenario", 7])
def test_what_is_no_scenario_at_all_is_refused(data: Any) -> None:
    with pytest.raises(ScenarioError, match="must be an object"):
        read(data)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["*", "P1", "1h", "c1", "09:00-18:00", "2026-03-02T10:00:00+03:00", "resolved"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)  # fmt: skip


@given(st.sampled_from(sorted(places(WHOLE), key=str)), junk, st.booleans())
@settings(max_examples=examples(300), deadline=None)
def test_whatever_stands_in_a_file_it_is_played_or_the_fault_is_named(
    path: tuple[Any, ...], value: Any, is_left_out: bool
) -> None:
    data: Any = {"file": copy.deepcopy(WHOLE)}
    *above, last = ("file", *path)
    holder = data
    for key in above:
        holder = holder[key]
    holder[last] = value
    if is_left_out and path:
        del holder[last]
    with suppress(ScenarioError):
        play(read(data["file"]))
