"""Short words for scenarios, played by the command as a script would; all moments are Moscow time."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command

from tests.sla.example_calendars import C1, moscow

Event = dict[str, Any]
FOUR = {"resolution": "4h"}


def at(moment: str, do: str, **details: Any) -> Event:
    return {"at": moscow(moment).isoformat(), "do": do, **details}


def to(moment: str, status: str) -> Event:
    return at(moment, "status", to=status)


def says(moment: str, who: str, *, public: bool = True) -> Event:
    return at(moment, "message", **{"from": who, "public": public})


def written(cells: Any, *events: Event, now: str = "", calendars: Any = None) -> dict[str, Any]:
    """A scenario; a single cell may stand for the matrix."""
    data = {
        "calendars": calendars or {"c1": C1},
        "cells": cells if isinstance(cells, list) else [cells],
        "events": list(events),
    }
    return data | ({"now": moscow(now).isoformat()} if now else {})


def play_file(data: Any) -> dict[str, Any]:
    """Write the scenario to a file, have it played, and read what was printed."""
    out = StringIO()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        call_command("sla_play", str(path), stdout=out)
    clocks: dict[str, Any] = json.loads(out.getvalue())["clocks"]
    return clocks


def played(*args: Any, **kwargs: Any) -> dict[str, Any]:
    """The clocks of a ticket."""
    return play_file(written(*args, **kwargs))


def resolution(*args: Any, **kwargs: Any) -> dict[str, Any]:
    clock: dict[str, Any] = played(*args, **kwargs)["resolution"]
    return clock


def msk(moment: str) -> str:
    return moscow(moment).isoformat()
