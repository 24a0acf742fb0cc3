"""The clocks of the ticket, and which of them can be explained."""

from __future__ import annotations

from typing import Any

from servicedesk.desk.ticket.shown import Shown
from sla.clocks import display
from sla.clocks.compliance import is_overdue


def fill(shown: Shown) -> dict[str, Any]:
    clocks = display.for_tickets([shown.ticket], shown.at).get(shown.ticket.pk, [])
    return {
        "clocks": clocks,
        "is_late_now": is_overdue(shown.ticket, shown.at),
        "explained": [clock for clock in clocks if clock.remaining is not None] or clocks[-1:],
    }
