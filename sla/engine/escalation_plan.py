"""The levels of one clock in the order in which it reaches them. Pure, and kept by what they say."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sla.engine.escalation_levels import Level, LevelError, parse

Plan = tuple[tuple[timedelta, Level], ...]
"""Working time after which each level is reached, earliest first."""


def plan_of(escalation: Any, kind: str, target: timedelta, day: timedelta) -> Plan:
    """What the levels of a policy version mean for a clock of this kind and target.

    `day` is the length of a working day. Levels that could not be read (none can be saved) are none.
    """
    if not escalation:
        return ()
    return _plan(json.dumps(escalation), kind, target, day)


@lru_cache(maxsize=1024)
def _plan(text: str, kind: str, target: timedelta, day: timedelta) -> Plan:
    found = [
        (amount, level)
        for level in _levels(text)
        if level.is_for(kind) and (amount := level.amount(target, day)) is not None
    ]
    return tuple(sorted(found, key=lambda each: each[0]))


@lru_cache(maxsize=256)
def _levels(text: str) -> tuple[Level, ...]:
    try:
        return parse(json.loads(text))
    except LevelError:
        return ()
