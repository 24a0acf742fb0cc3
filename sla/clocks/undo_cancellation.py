"""A ticket that comes back after it was cancelled by mistake: its clocks go on as if it had not been."""

from __future__ import annotations

from datetime import datetime

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from sla.clocks import retargeting
from sla.clocks.ticket_clocks import TicketClocks
from sla.engine.facts import FactKind, State


def take_back_cancelling(ticket: Ticket, *, since: datetime, at: datetime, by: User | None) -> None:
    """Take back that clocks were cancelled at `since` or after it; call under the ticket's lock.

    The time between counts. The ticket's status is the new one already: a clock that stood still before
    the cancelling runs from `at` on, unless its row lets it stand still in this status too.
    """
    ticket_clocks = TicketClocks.load(ticket)
    for kind, clock in ticket_clocks.clocks.items():
        keys = [
            event.pk
            for event in ticket_clocks.events[kind]
            if event.kind == FactKind.CANCEL and event.at >= since
        ]
        if keys and clock.state == State.CANCELLED:
            ticket_clocks.revoke(clock, keys, at, by=by)
            retargeting.follow_status(ticket_clocks, clock, at, by)
    ticket_clocks.write()
