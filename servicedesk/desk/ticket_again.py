"""The page of a ticket as the answer to a form that was sent from it.

A part of the page (its conversation, its steps, its time) knows what came back and not how the page is
drawn; `with_page` of the page's own views draws it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from servicedesk.tickets.models import Ticket


class TicketAgain(HttpResponse):
    """Empty until the page is drawn into it; `sent` are forms that came back and a `refusal`."""

    def __init__(self, ticket: Ticket, *, status: int, **sent: Any) -> None:
        super().__init__(status=status)
        self.ticket, self.sent = ticket, sent
