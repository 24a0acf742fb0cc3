"""What an action does besides finishing its step. `workflows.advance` has locked the ticket and asked for
permission; a verb happens whole or raises a `TicketError`.

`OF_TICKET` are possible at any open step: called with (ticket, by, data). `OF_STEP` belong to one open step
and are called with (ticket, task, by, data); they return the data for finishing the step, or None when the
step stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows.verbs import approving, cancelling, classifying, correcting, fulfilling, handing_over

Data = dict[str, Any]

OF_TICKET: Mapping[str, Callable[[Ticket, User, Data], None]] = {
    "cancel": cancelling.cancel,
    "correct_type": correcting.correct,
}
OF_STEP: Mapping[str, Callable[[Ticket, Any, User, Data], Data | None]] = {
    "classify": classifying.classify,
    "assign": handing_over.check_assignee,
    "hand_over": handing_over.hand_over,
    "release": handing_over.release,
    "take": handing_over.take,
    "take_over": handing_over.take_over,
    "approve": approving.approve,
    "reject": approving.reject,
    "fulfil": fulfilling.fulfil,
    "keep_task": fulfilling.keep_task,
    "take_task": fulfilling.take_task,
    "return_task": fulfilling.return_task,
    "hand_over_task": fulfilling.hand_over_task,
    "ask_client": fulfilling.ask_client,
    "resume": fulfilling.resume,
}
