"""What a clock bar says. The clock itself is made above; here only its words and its icon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.lib import appearance, formatting

# Other words for the states that the design knows: ok, risk, breach, paused, met, none.
STATES = {"running": "ok", "at_risk": "risk", "breached": "breach", "overdue": "breach", "cancelled": "none"}
SIGNS = {"breach": "alert", "paused": "pause", "met": "check"}


class Clock(Protocol):
    """The part of a clock that is shown; `percent` of the target used may pass 100."""

    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def percent(self) -> int: ...
    @property
    def remaining(self) -> timedelta | None: ...
    @property
    def elapsed(self) -> timedelta: ...
    @property
    def target(self) -> timedelta: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def stopped_at(self) -> datetime | None: ...


def state(clock: Clock) -> str:
    return STATES.get(str(clock.state), str(clock.state))


def icon(clock: Clock) -> str:
    return SIGNS.get(state(clock)) or appearance.CLOCK_ICON.get(str(clock.kind), "clock")


def figure(clock: Clock) -> str:
    """Time left, with a minus sign when it is over; for a kept promise the time it took."""
    if state(clock) == "met":
        return formatting.duration(clock.elapsed)
    if state(clock) == "breach":
        return formatting.duration(-overrun(clock))
    return formatting.duration(clock.remaining)


def overrun(clock: Clock) -> timedelta:
    """By how much a broken promise is late: working time, or by the clock where none has passed since."""
    worked = abs(clock.elapsed - clock.target if clock.remaining is None else clock.remaining)
    return formatting.lateness(worked, clock.due_at, clock.stopped_at or timezone.now())


def word(clock: Clock) -> str:
    """What is promised, in one word for lists."""
    words = {"first_response": _("reply"), "next_response": _("update"), "resolution": _("resolve")}
    return words.get(str(clock.kind), "")


def title(clock: Clock) -> str:
    return title_of(str(clock.kind))


def title_of(kind: str) -> str:
    titles = {
        "first_response": _("First response"),
        "next_response": _("Next response"),
        "resolution": _("Resolution"),
    }
    return titles.get(kind, "")


def note(clock: Clock) -> str:
    """What the figure is measured against: “left of 8h”."""
    target = {"target": formatting.duration(clock.target)}
    match state(clock):
        case "met":
            return _("of %(target)s") % target
        case "breach":
            return _("over %(target)s") % target
        case _other:
            return _("left of %(target)s") % target


def due(clock: Clock) -> str:
    """When it fell or falls due, or what became of it."""
    moment = clock.due_at
    match state(clock):
        case "none":
            return _("Cancelled")
        case "paused":
            return _("Paused, this time does not count")
        case "met":
            sentence, moment = _("Done %(moment)s"), clock.stopped_at
        case "breach" if clock.stopped_at:
            sentence, moment = _("Done late, %(moment)s"), clock.stopped_at
        case "breach":
            sentence = _("Was due %(moment)s")
        case _other:
            sentence = _("Due %(moment)s")
    return sentence % {"moment": formatting.when(moment)} if moment else ""
