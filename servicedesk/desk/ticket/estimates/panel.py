"""Estimates of the ticket, and the form for a new one while it is open."""

from __future__ import annotations

from typing import Any

from contracts.hours import estimates
from servicedesk.desk.ticket.estimates.form import EstimateForm
from servicedesk.desk.ticket.shown import Shown


def fill(shown: Shown) -> dict[str, Any]:
    may_offer = shown.may_work and shown.ticket.is_open
    form = shown.sent.get("estimate_form") or (EstimateForm(ticket=shown.ticket) if may_offer else None)
    return {"estimates": estimates.overview(shown.ticket), "estimate_form": form}
