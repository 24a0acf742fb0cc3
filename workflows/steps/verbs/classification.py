"""What a ticket is, as said at its first step."""

from __future__ import annotations

from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.priority import priority_of

Data = dict[str, Any]


def classify(ticket: Ticket, _task: Any, _by: User, data: Data) -> Data:
    """Urgency and impact make the priority; a new service brings its group unless one is named."""
    chosen = {name: value for name, value in data.items() if value not in (None, "")}
    urgency = int(chosen.get("urgency", ticket.urgency))
    impact = int(chosen.get("impact", ticket.impact))
    chosen |= {"urgency": urgency, "impact": impact, "priority": int(priority_of(urgency, impact))}
    service = chosen.get("service")
    if service is not None and service != ticket.service and "group" not in chosen:
        chosen["group"] = service.group
    return chosen
