"""Starting a ticket's process, at first and again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from catalog.models import Kind
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows.engine import locks
from workflows.flows.consultation import ConsultationFlow
from workflows.flows.incident import IncidentFlow
from workflows.flows.service_request import ServiceRequestFlow
from workflows.models import Acting, TicketRun

FLOWS: dict[str, Any] = {
    Kind.INCIDENT: IncidentFlow,
    Kind.SERVICE_REQUEST: ServiceRequestFlow,
    Kind.CONSULTATION: ConsultationFlow,
}


def start(ticket: Ticket, *, by: User | None) -> None:
    """Run the process of the ticket's type up to its first waiting step, in the transaction that
    created the ticket."""
    with locks.held():
        FLOWS[ticket.kind].start.run(ticket=ticket, acting=Acting(by=by))


def start_again(ticket: Ticket, *, by: User | None, at: datetime | None = None, reason: str = "") -> None:
    """A new run for a closed ticket: re-opened, it is checked again. Call under the ticket's lock."""
    acting = Acting(by=by, outcome="reopen", data={"reason": reason}, at=at)
    FLOWS[ticket.kind].start_again.run(ticket=ticket, acting=acting, reason=TicketRun.Reason.REOPENED)


def correct(ticket: Ticket, *, by: User) -> None:
    """Run the process of the type that the ticket has now; whoever holds it goes on with it. Call under the
    ticket's lock, with no other run open."""
    acting = Acting(by=by, outcome="correct_type", data={"assignee": ticket.assignee})
    FLOWS[ticket.kind].start_corrected.run(ticket=ticket, acting=acting, reason=TicketRun.Reason.CONVERTED)
