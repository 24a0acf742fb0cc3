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
from workflows.verbs import approving, cancelling, classifying, handing_over

Data = dict[str, Any]

OF_TICKET: Mapping[str, Callable[[Ticket, User, Data], None]] = {
    "cancel": cancelling.cancel,
}
OF_STEP: Mapping[str, Callable[[Ticket, Any, User, Data], Data | None]] = {
    "classify": classifying.classify,
    "assign": handing_over.check_assignee,
    "hand_over": handing_over.hand_over,
    "approve": approving.approve,
    "reject": approving.reject,
}
