"""By which versions a ticket is measured, read once and remembered with the ticket."""

from __future__ import annotations

from servicedesk.tickets.models import Ticket
from sla.models import TicketTerms
from sla.versions import published

_KEPT = "terms"  # where Django keeps the other end of `TicketTerms.ticket`


def read(ticket: Ticket) -> TicketTerms | None:
    """The terms with both versions, as they are now: one statement. `known` has them from here on."""
    terms = published.terms_of(ticket.pk)
    ticket._state.fields_cache[_KEPT] = terms
    return terms


def known(ticket: Ticket) -> TicketTerms | None:
    """The terms that were read or agreed upon since the ticket was locked; else they are read."""
    if _KEPT in ticket._state.fields_cache:
        terms: TicketTerms | None = ticket._state.fields_cache[_KEPT]
        return terms
    return read(ticket)


def forget(ticket: Ticket) -> None:
    """What was known before the lock does not count."""
    ticket._state.fields_cache.pop(_KEPT, None)
