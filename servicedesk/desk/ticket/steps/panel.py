"""What can be done next, the plan, the approvals, and steps that failed in the background."""

from __future__ import annotations

from typing import Any

from servicedesk.desk.ticket.shown import Shown
from servicedesk.desk.ticket.steps import fulfilment_plan, step_forms
from workflows.approvals import overview as approvals_overview
from workflows.maintenance import faults


def fill(shown: Shown) -> dict[str, Any]:
    ticket, user = shown.ticket, shown.user
    steps = step_forms.of(ticket, user, shown.sent.get("step_form"))
    failed = faults.of_ticket(ticket)
    return {
        "steps": steps,
        "bar_steps": [step for step in steps if not step.action.is_of_plan],
        "plan": fulfilment_plan.of(ticket, user, shown.step_times, steps),
        "approvals": approvals_overview.of_ticket(ticket),
        "request_size": approvals_overview.size_of(ticket),
        "faults": failed,
        "may_retry": bool(failed) and faults.may_retry(user, ticket),
    }
