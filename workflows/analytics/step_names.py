"""The steps of a summary by name: what people call them, and whom each waits for."""

from __future__ import annotations

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflows.engine.labels import STEPS

# How a run ended that did not come to its usual end: the last word of its path, of no length.
ENDINGS: dict[str, Promise] = {
    "cancelled": _("Cancelled"),
    "rejected": _("Not approved"),
    "converted": _("Type corrected"),
    "resolved_with": _("Resolved with its parent"),
}
# Nodes whose time counts as that of another step: nobody works, whatever the reason for the question.
COUNTED_AS = {"fulfil_wait": "wait_client"}


class Party(models.TextChoices):
    """Whose move it is while a ticket stands at a step."""

    US = "us", _("Us")
    CLIENT = "client", _("Client")
    THIRD_PARTY = "third_party", _("Third party")
    APPROVAL = "approval", _("Approval")


_WAITS_FOR = {
    "wait_client": Party.CLIENT,
    "confirm": Party.CLIENT,
    "wait_third_party": Party.THIRD_PARTY,
    "approve": Party.APPROVAL,
}


def waits_for(step: str) -> Party:
    return _WAITS_FOR.get(step, Party.US)


def label(step: str) -> str:
    """In the active language; a step that is gone from the flows keeps the name of its node."""
    if step in ENDINGS:
        return str(ENDINGS[step])
    return str(STEPS[step].label) if step in STEPS else step
