"""What a report is about: whose tickets, which days, in which language."""

from __future__ import annotations

from dataclasses import dataclass

from reports.periods import Period
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Ticket, TicketQuerySet


@dataclass(frozen=True)
class Scope:
    """Without a client: all that `viewer` may see. Without a viewer: nothing is hidden (the house itself)."""

    period: Period
    language: str = "en"
    client: Client | None = None
    viewer: User | None = None

    def tickets(self) -> TicketQuerySet:
        tickets = Ticket.objects.all() if self.viewer is None else Ticket.objects.visible_to(self.viewer)
        return tickets if self.client is None else tickets.filter(client=self.client)
