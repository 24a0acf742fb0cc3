"""What the steps of the processes are called on the diagram, and where side steps stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.process_steps import PEOPLE_STEPS


@dataclass(frozen=True)
class Step:
    """A step's name. `under` names the step of the main row below which a side step stands."""

    label: Promise
    under: str = ""


PROCESSES: dict[str, Promise] = {
    "IncidentFlow": _("Incident process"),
    "ConsultationFlow": _("Consultation process"),
    "ServiceRequestFlow": _("Service request process"),
}

STEPS: dict[str, Step] = {
    "start": Step(_("New")),
    "classify": Step(PEOPLE_STEPS["classify"]),
    "approve": Step(PEOPLE_STEPS["approve"]),
    "accept": Step(PEOPLE_STEPS["accept"]),
    "work": Step(PEOPLE_STEPS["work"]),
    "verification": Step(PEOPLE_STEPS["verification"]),
    "confirm": Step(_("Resolved")),
    "end": Step(_("Closed")),
    "fulfil": Step(PEOPLE_STEPS["fulfil"], under="approve"),
    "wait_third_party": Step(_("Waiting for third party"), under="accept"),
    "review": Step(PEOPLE_STEPS["review"], under="work"),
    "wait_client": Step(_("Waiting for client"), under="verification"),
}

# What may be true of a step in the picture of one ticket.
STATES: dict[str, Promise] = {
    "done": _("done"),
    "now": _("current"),
    "ended": _("ended here"),
    "skipped": _("skipped"),
    "next": _("possible next"),
}

# What is said on a way that leads past a step or back.
TRANSITIONS: dict[tuple[str, str], Promise] = {
    ("work", "accept"): _("reassigned"),
    ("work", "confirm"): _("solved"),
    ("confirm", "verification"): _("re-opened"),
}
