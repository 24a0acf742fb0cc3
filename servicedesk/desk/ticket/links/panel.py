"""Tickets that belong to this one: links, what it continues, what may be the same matter."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from servicedesk.desk.ticket.links import related, ticket_choice
from servicedesk.desk.ticket.shown import Shown
from servicedesk.tickets.models import Ticket

OTHERS = 5


def fill(shown: Shown) -> dict[str, Any]:
    ticket, user = shown.ticket, shown.user
    others = ticket_choice.likely(ticket, user)
    sent = shown.sent.get("link_form")
    return {
        "related": related.of(ticket, user, shown.query, likely=others, sent=sent),
        "others": others[:OTHERS],
    } | _continued(ticket, shown)


def _continued(ticket: Ticket, shown: Shown) -> dict[str, Any]:
    """What it continues, and what continues it; one statement."""
    visible = Ticket.objects.visible_to(shown.user)
    linked = list(visible.filter(Q(pk=ticket.follows_id) | Q(follows=ticket.pk)).order_by("pk"))
    return {
        "follows": [one for one in linked if one.pk == ticket.follows_id],
        "followed_by": [one for one in linked if one.pk != ticket.follows_id],
    }
