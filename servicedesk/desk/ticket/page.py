"""The page of one ticket: a list of panels, each filled by the room it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from servicedesk.desk.ticket import answers_panel, time_panel
from servicedesk.desk.ticket.access_data import panel as access_data
from servicedesk.desk.ticket.conversation import panel as conversation
from servicedesk.desk.ticket.deadline import panel as deadline
from servicedesk.desk.ticket.estimates import panel as estimates
from servicedesk.desk.ticket.links import panel as links
from servicedesk.desk.ticket.process import panel as process
from servicedesk.desk.ticket.shown import Shown
from servicedesk.desk.ticket.steps import panel as steps
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket

PANELS: tuple[Callable[[Shown], dict[str, Any]], ...] = (
    deadline.fill,
    steps.fill,
    process.fill,
    conversation.fill,
    answers_panel.fill,
    access_data.fill,
    time_panel.fill,
    estimates.fill,
    links.fill,
)


def gather(ticket: Ticket, user: User, at: datetime, query: Mapping[str, str], **sent: Any) -> dict[str, Any]:
    """The context of the page; `sent` are forms that came back and a `refusal`."""
    shown = Shown(ticket, user, at, query, sent)
    context = {"ticket": ticket, "may_work": shown.may_work, "refusal": sent.get("refusal", "")}
    for fill in PANELS:
        context |= fill(shown)
    return context
