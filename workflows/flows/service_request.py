"""Something is wanted: approve if the catalog says so, fulfil by plan or by hand, let the client confirm."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow

from servicedesk.people.models import User
from workflows import approvals, fulfilment
from workflows.engine.locks import ticket_row_lock
from workflows.flows import parts
from workflows.flows.hooks import Hooks
from workflows.models import TicketProcess

PARTS = (
    parts.beginning(first=this.needs_approval, corrected=this.needs_approval),
    parts.approval(),
    parts.fulfilment(),
    parts.work(),
    parts.ending(),
)


class ServiceRequestFlow(Hooks, flow.Flow, metaclass=parts.FlowOfParts, parts=PARTS):
    """Service request"""

    process_class = TicketProcess
    lock_impl = ticket_row_lock

    def has_next_level(self, activation: Any) -> bool:
        return approvals.next_level(activation.process) is not None

    def on_ask_approval(self, activation: Any) -> None:
        approvals.ask(activation.process)

    def on_approved(self, activation: Any) -> None:
        approvals.approved(activation.process)

    def on_rejected(self, activation: Any) -> None:
        approvals.rejected(activation.process)

    def is_planned(self, activation: Any) -> bool:
        return fulfilment.has_plan(activation.process.ticket)

    def on_next_stage(self, activation: Any) -> None:
        fulfilment.next_stage(activation.process)

    def stage_tasks(self, activation: Any) -> list[dict[str, Any]]:
        return fulfilment.stage_tasks(activation.process)

    def task_keeper(self, activation: Any) -> User | None:
        return fulfilment.keeper(activation.task.data)

    def on_fulfil_done(self, activation: Any) -> None:
        fulfilment.task_done(activation.process)

    def on_fulfil_ask(self, activation: Any) -> None:
        fulfilment.ask_client(activation.process)

    def on_fulfil_answered(self, activation: Any) -> None:
        fulfilment.client_answered(activation.process)

    def on_plan_fulfilled(self, activation: Any) -> None:
        fulfilment.plan_fulfilled(activation.process)
