"""What the history says of a step that failed and was tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.desk.history.event_names import Names
from servicedesk.tickets.models import EventKind
from workflows.maintenance import faults

Details = dict[str, Any]


def _retried(details: Details, _names: Names) -> str:
    return _("retried a failed step: %(step)s") % {"step": faults.label(details.get("step", ""))}


WRITERS: dict[str, Callable[[Details, Names], str]] = {EventKind.STEP_RETRIED: _retried}
