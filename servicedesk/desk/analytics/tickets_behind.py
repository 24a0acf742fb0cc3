"""The words over the tickets behind a figure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from servicedesk.desk.analytics import wording
from workflows.analytics.step_names import Party, label
from workflows.analytics.tickets_behind import Behind


@dataclass(frozen=True)
class About:
    """The title, the column of times, and how many tickets there are."""

    title: str
    time: str
    count: str


def about(found: Behind) -> About:
    time = _("Time in the step") if found.sort == "step" else _("Time to close")
    if found.sort == "party":
        time = _("Waiting time")
    return About(_title(found), time, wording.tickets(len(found.tickets)))


def _title(found: Behind) -> str:
    match found.sort, found.names:
        case "reopened", _names:
            return _("Re-opened tickets")
        case "cancelled", _names:
            return _("Cancelled tickets")
        case "path", _names:
            return wording.way(found.steps)
        case "step", (step,):
            return label(step)
        case "party", (party,):
            return _("Waiting on: %(party)s") % {"party": Party(party).label}
        case "way", (source, target):
            return f"{label(source)} → {label(target)}"
    return _("Finished tickets")
