"""Hours of the ticket, and the form for time: after its end too, for those who had part in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from contracts.time import booking_rules, ticket_hours
from servicedesk.desk.ticket.shown import Shown
from servicedesk.desk.time.entry_form import Measured, TimeForm


def fill(shown: Shown) -> dict[str, Any]:
    hours = ticket_hours.of_ticket(shown.ticket)
    return {
        "hours": hours,
        "spent": timedelta(minutes=hours.spent.minutes),
        "time_form": shown.sent.get("time_form") or _form(shown),
    }


def _form(shown: Shown) -> TimeForm | None:
    if not booking_rules.may_log(shown.user, shown.ticket):
        return None
    return TimeForm(ticket=shown.ticket, person=shown.user, measured=Measured.read(shown.query))
