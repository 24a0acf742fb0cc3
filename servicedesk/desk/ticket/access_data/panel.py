"""Access data of the ticket, still sealed."""

from __future__ import annotations

from typing import Any

from servicedesk.desk.ticket.shown import Shown
from servicedesk.tickets import secrets


def fill(shown: Shown) -> dict[str, Any]:
    return {"secrets": secrets.of_ticket(shown.ticket)}
