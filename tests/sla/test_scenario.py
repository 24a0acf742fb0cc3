"""A scenario that cannot be played names the fault and its place."""

from __future__ import annotations

from typing import Any

import pytest

from sla.playing import play
from sla.scenario import ScenarioError, read
from tests.sla.calendars import C1
from tests.sla.test_playing import FOUR, at, to


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
    ],
)
def test_a_fault_is_named_with_its_place(change: dict[str, Any], place: str) -> None:
    data = {"calendars": {"c1": C1}, "cells": [FOUR], "events": [at("03-02 09:00", "create")]}
    with pytest.raises(ScenarioError, match=place):
        play(read(data | change))
