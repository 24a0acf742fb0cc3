"""What an action does besides finishing its step. `workflows.advance` has locked the ticket and asked for
permission; a verb happens whole or raises a `TicketError`.

`OF_TICKET` are possible at any open step: called with (ticket, by, data). `OF_STEP` belong to one open step
and are called with (ticket, task, by, data); they return the data for finishing the step, or None when the
step stays open. The step ends with the action's name, or with the `outcome` that the data names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows.steps.verbs import (
    approval,
    cancellation,
    classification,
    fulfilment_tasks,
    reassignment,
    type_correction,
)

Data = dict[str, Any]

OF_TICKET: Mapping[str, Callable[[Ticket, User, Data], None]] = {
    "cancel": cancellation.cancel,
    "correct_type": type_correction.correct,
}
OF_STEP: Mapping[str, Callable[[Ticket, Any, User, Data], Data | None]] = {
    "classify": classification.classify,
    "assign": reassignment.check_assignee,
    "reassign": reassignment.reassign,
    "take": reassignment.take,
    "take_over": reassignment.take_over,
    "approve": approval.approve,
    "reject": approval.reject,
    "fulfil": fulfilment_tasks.fulfil,
    "keep_task": fulfilment_tasks.keep_task,
    "take_task": fulfilment_tasks.take_task,
    "return_task": fulfilment_tasks.return_task,
    "hand_over_task": fulfilment_tasks.hand_over_task,
    "ask_client": fulfilment_tasks.ask_client,
    "resume": fulfilment_tasks.resume,
}
