"""How long the steps of a ticket may take by its policy, in words; for the desk only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from servicedesk.lib.formatting import duration, lateness
from servicedesk.tickets.models import Ticket
from sla.clocks import step_clocks
from sla.clocks.step_clocks import StepClockView
from workflows.engine.labels import STEPS


@dataclass(frozen=True)
class StepTime:
    """One step that has a target, open or done."""

    label: Promise | str
    clock: StepClockView
    at: datetime

    @property
    def words(self) -> str:
        """“12m left of 30m”; of a step that is done, the time it took."""
        given = {"time": duration(self._shown), "target": duration(self.clock.target)}
        match self.clock.state:
            case "met":
                return _("%(time)s of %(target)s") % given
            case "missed":
                return _("%(time)s of %(target)s, overdue") % given
            case "breach":
                return _("%(time)s over %(target)s") % given
            case _other:
                return _("%(time)s left of %(target)s") % given

    @property
    def short(self) -> str:
        """Without the target, for the picture of the process."""
        time = {"time": duration(self._shown)}
        if self.clock.state != "breach":
            return _("%(time)s left") % time
        return _("%(time)s overdue") % time

    @property
    def is_late(self) -> bool:
        return self.clock.state in {"breach", "missed"}

    @property
    def _shown(self) -> timedelta:
        clock = self.clock
        if clock.remaining is None:
            return clock.elapsed
        if clock.state == "breach":
            return lateness(-clock.remaining, clock.due_at, self.at)
        return clock.remaining


def of_ticket(ticket: Ticket, at: datetime) -> list[StepTime]:
    """The steps that have or had a target, oldest first; one statement."""
    return [
        StepTime(STEPS[clock.step].label if clock.step in STEPS else clock.step, clock, at)
        for clock in step_clocks.of_ticket(ticket, at)
    ]


def current(times: list[StepTime]) -> list[StepTime]:
    """The open steps; of parallel tasks of one step that which is due first."""
    nearest: dict[str, StepTime] = {}
    for one in sorted(times, key=lambda time: time.clock.due_at):
        if one.clock.is_open:
            nearest.setdefault(one.clock.step, one)
    return list(nearest.values())
