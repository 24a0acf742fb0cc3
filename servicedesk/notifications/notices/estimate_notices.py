"""Mails about estimates of a request. Called with the recipient's language active."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from servicedesk.lib import formatting
from servicedesk.tickets.models import TicketEvent


def offered(event: TicketEvent) -> list[str]:
    """To whoever decides for the client; what is in it follows as a quotation."""
    return [
        _("%(person)s sent an estimate of %(hours)s hours for your request %(number)s.") % _told(event),
        _("Your approval is needed. You can approve or decline it on the page of the request."),
    ]


def decided(event: TicketEvent) -> list[str]:
    """To whoever made it; the reason, if there is one, follows as a quotation."""
    if event.details.get("approved"):
        return [_("%(person)s has approved your estimate of %(hours)s hours for %(number)s.") % _told(event)]
    return [_("%(person)s has declined your estimate of %(hours)s hours for %(number)s.") % _told(event)]


def _told(event: TicketEvent) -> dict[str, object]:
    hours = formatting.hours(Decimal(event.details.get("hours", 0)))
    return {"person": event.actor, "number": event.ticket.reference, "hours": hours}
