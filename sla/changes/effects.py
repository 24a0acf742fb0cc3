"""What a change does to one clock, in a word. Pure, but for reading the columns of `Clock`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla.engine.facts import LIVE, State
from sla.models import Clock


class Effect(StrEnum):
    """The gravest first."""

    BREACHED = "breached"  # newly late
    DUE = "due"  # will be due today
    RELIEVED = "relieved"  # no longer late
    STARTED = "started"  # gets a clock
    ENDED = "ended"  # loses its clock
    EARLIER = "earlier"
    LATER = "later"

    @property
    def label(self) -> Promise:
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The class of its badge: grey unless somebody has to act, or no longer has."""
        return {Effect.BREACHED: "bad", Effect.DUE: "warn", Effect.RELIEVED: "ok"}.get(self, "line")


_LABELS: dict[Effect, Promise] = {
    Effect.BREACHED: _("newly overdue"),
    Effect.DUE: _("due today"),
    Effect.RELIEVED: _("no longer overdue"),
    Effect.STARTED: _("gets a deadline"),
    Effect.ENDED: _("loses its deadline"),
    Effect.EARLIER: _("sooner"),
    Effect.LATER: _("later"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clock stands: what can be compared before and after. `left` is working time at `due_at` None."""

    state: str
    due_at: datetime | None
    left: timedelta

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def is_late(self, at: datetime) -> bool:
        return self.state == State.RUNNING and self.due_at is not None and self.due_at < at


def standing(clock: Clock) -> Standing:
    return Standing(clock.state, clock.due_at, clock.target - clock.elapsed)


def effect(
    before: Standing | None, after: Standing | None, at: datetime, end_of_day: datetime
) -> Effect | None:
    """Compare; None: nothing that anybody would feel. `end_of_day` ends what is “today” at `at`."""
    was_live, is_live = before is not None and before.is_live, after is not None and after.is_live
    if before is None or after is None or was_live != is_live:
        if was_live == is_live:
            return None
        return Effect.STARTED if is_live else Effect.ENDED
    if not is_live or before == after:
        return None
    if before.is_late(at) != after.is_late(at):
        return Effect.BREACHED if after.is_late(at) else Effect.RELIEVED
    return _moved(before, after, end_of_day)


def _moved(before: Standing, after: Standing, end_of_day: datetime) -> Effect | None:
    """Neither newly late nor relieved: sooner or later than before."""
    if before.due_at and after.due_at:
        if before.due_at == after.due_at:
            return None
        if after.due_at < end_of_day <= before.due_at:
            return Effect.DUE
        return Effect.EARLIER if after.due_at < before.due_at else Effect.LATER
    if before.left == after.left:
        return None
    return Effect.EARLIER if after.left < before.left else Effect.LATER
