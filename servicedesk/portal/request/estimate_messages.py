"""What a client reads of estimates and access data on the page of a request."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from servicedesk.lib import formatting
from servicedesk.tickets import secrets
from servicedesk.tickets.models import EventKind, Ticket, TicketEvent

KINDS = (EventKind.ESTIMATE_OFFERED, EventKind.ESTIMATE_DECIDED)


def said(event: TicketEvent) -> str:
    """To be read after the name of whoever did it."""
    told = {"hours": formatting.hours(Decimal(event.details.get("hours", 0)))}
    if event.kind == EventKind.ESTIMATE_OFFERED:
        return _("sent an estimate of %(hours)s h.") % told
    is_yes = event.details.get("approved")
    what = (
        _("approved the estimate of %(hours)s h.") if is_yes else _("declined the estimate of %(hours)s h.")
    ) % told
    return f"{what} {event.details.get('reason', '')}".strip()


def entrusted(ticket: Ticket) -> list[tuple[str, str]]:
    """(question, how it stands) of access data; the words themselves are never shown here."""
    return [
        (one.question, _("deleted") if one.wiped_at else _("•••• provided"))
        for one in secrets.of_ticket(ticket)
    ]
