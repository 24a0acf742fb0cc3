"""Compiled calendars, kept in this process by what they say. Pure."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from sla.engine.worktime import WorkTime, compiled


def worktime_of(definition: Any) -> WorkTime:
    """Return the compiled calendar; the same definition is compiled once."""
    return _compiled(json.dumps(definition, sort_keys=True))


@lru_cache(maxsize=256)
def _compiled(text: str) -> WorkTime:
    return compiled(json.loads(text))


def forget() -> None:
    """Compile anew what is asked for next: the rules of the time zones are others now."""
    _compiled.cache_clear()
