"""Facts as they lie in the database, read as the arithmetic takes them. Pure: knows no model."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from sla.engine.durations import Duration
from sla.engine.facts import Fact, FactKind, Rule
from sla.engine.worktime import WorkTime

UNSAVED = 2**62  # such facts were told after all that have a key
Hours = Callable[[int], tuple[WorkTime, Hashable]]
"""The compiled hours of a calendar version, and which calendar it is of."""


class Stored(Protocol):
    """A row of `ClockEvent`."""

    pk: Any
    kind: Any
    at: datetime
    reason: str
    details: Any


S = TypeVar("S", bound=Stored)


def fact(event: Stored, place: int, hours: Hours) -> Fact:
    """The fact; `place` orders those that are not saved yet."""
    details = event.details
    key = details.get("calendar_version")
    target = details.get("target")
    calendar, calendar_key = hours(key) if key else (None, None)
    return Fact(
        at=event.at,
        kind=FactKind(event.kind),
        seq=event.pk or UNSAVED + place,
        reason=event.reason,
        target=None if target is None else timedelta(seconds=target),
        days=details.get("days", 0),
        promise=_promise(details),
        calendar=calendar,
        calendar_key=calendar_key,
        rule=Rule(details.get("rule", Rule.KEEP)),
        restart=details.get("restart", False),
    )


def counting(events: list[S]) -> list[S]:
    """The facts that count: without those that others take back, and without these others."""
    revoking = [event for event in events if event.kind == FactKind.REVOKE.value]
    if not revoking:
        return events
    gone = {key for event in revoking for key in event.details["events"]}
    instead = {key: new for event in revoking for key, new in event.details.get("instead", {}).items()}
    left = [event for event in events if event.pk not in gone and event.kind != FactKind.REVOKE]
    for event in left:
        event.details = event.details | instead.get(str(event.pk), {})
    return left


def written(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details of a fact as JSON."""
    return {name: _as_json(value) for name, value in details.items()}


def _promise(details: Mapping[str, Any]) -> Duration | None:
    """What was promised in days or to the end of one; None: working time, or an old fact."""
    promise = details.get("promise")
    return Duration(promise["days"], timedelta(seconds=promise["rest"]), promise["eod"]) if promise else None


def _as_json(value: Any) -> Any:
    """Durations in seconds, rows as their keys."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Duration):
        return {"days": value.days, "rest": value.rest.total_seconds(), "eod": value.to_closing}
    return getattr(value, "pk", value)
