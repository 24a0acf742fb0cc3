"""What the inner nodes of the processes are called in a BPMN file; people's steps:
`workflows.engine.labels`.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NODES: dict[str, Promise] = {
    # the ways in
    "start": _("A new ticket"),
    "start_again": _("A closed ticket is re-opened"),
    "start_corrected": _("The type was corrected"),
    "start_resolved": _("Resolved together with another ticket"),
    # questions
    "is_known": _("Is it assigned?"),
    "is_held": _("Is it assigned?"),
    "needs_approval": _("Is an approval needed?"),
    "is_approved": _("Approved?"),
    "has_more_levels": _("Is there a next level?"),
    "has_plan": _("Is there a plan of tasks?"),
    "fan_out": _("For each task of the stage"),
    "fulfil_route": _("How did the task end?"),
    "stage_done": _("All tasks of the stage are done"),
    "is_plan_checked": _("Is verification needed?"),
    "route": _("How did the step end?"),
    "answered": _("Did the client answer?"),
    "is_silent": _("Must the client confirm?"),
    "confirmed": _("Re-open?"),
    # what the system does
    "classified": _("Set priority, service and group"),
    "ask_approval": _("Ask the approvers of the level"),
    "approved": _("Put under review"),
    "reject": _("Cancel the request with a reason"),
    "next_stage": _("Go to the next stage"),
    "fulfil_ask": _("Send the question, pause the clocks"),
    "fulfil_wait": _("Wait for the client"),
    "fulfil_answered": _("Record the answer"),
    "fulfil_done": _("Save the result of the task"),
    "plan_fulfilled": _("Write the solution"),
    "accepted": _("Assign the ticket"),
    "release": _("Reassign to the queue"),
    "escalate": _("Reassign to another group"),
    "ask_client": _("Send the question, pause the clocks"),
    "client_answered": _("Record the answer, resume the clocks"),
    "ask_third_party": _("Record the third party, pause the clocks"),
    "resumed": _("Continue the work"),
    "ask_verification": _("Ask for verification of the solution"),
    "resolution": _("Send the solution, stop the clocks"),
    "confirm__timeout": _("No answer in time"),
    "reopen": _("Re-open, resume the clocks"),
    "close": _("Close the ticket"),
    # the ways out
    "end": _("Closed"),
    "end_rejected": _("Rejected"),
}

# What is said on a way that is neither “yes” nor “no”.
TRANSITIONS: dict[tuple[str, str], Promise] = {
    ("fan_out", "fulfil"): _("each task"),
    ("fan_out", "plan_fulfilled"): _("no stage left"),
    ("fulfil_route", "fulfil_ask"): _("a question to the client"),
    ("fulfil_route", "fulfil_done"): _("done"),
    ("route", "release"): _("back to the queue"),
    ("route", "escalate"): _("to another group"),
    ("route", "ask_client"): _("a question to the client"),
    ("route", "ask_third_party"): _("a third party is needed"),
    ("route", "resumed"): _("work continues"),
    ("route", "ask_verification"): _("solved, needs verification"),
    ("route", "resolution"): _("solved"),
}
YES, NO = _("yes"), _("no")
