"""A ticket as the database has it."""

from __future__ import annotations

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows import advance
from workflows.maintenance import status_check


def settled(ticket: Ticket) -> Ticket:
    """Read anew; and no ticket disagrees with its process."""
    assert list(status_check.disagreements()) == []
    return Ticket.objects.get(pk=ticket.pk)


def held(ticket: Ticket, agent: User) -> Ticket:
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    return ticket
