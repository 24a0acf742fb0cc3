"""The rows of the queue, grouped by when they are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from sla.clocks.compliance import is_overdue
from sla.clocks.display import ClockView, for_tickets


@dataclass(frozen=True)
class Row:
    ticket: Ticket
    clock: ClockView | None


@dataclass
class RowGroup:
    """Rows under one heading; without a label there is no heading."""

    label: Promise | str
    icon: str = ""
    tone: str = ""
    rows: list[Row] = field(default_factory=list)


def grouped(tickets: Iterable[Ticket], at: datetime, *, by_deadline: bool) -> list[RowGroup]:
    """Return the groups that have rows, in the order overdue to no deadline; two statements."""
    listed = list(tickets)
    clocks = for_tickets(listed, at)
    if not by_deadline:
        rows = [Row(ticket, most_urgent(clocks[ticket.pk])) for ticket in listed]
        return [RowGroup("", rows=rows)] if rows else []
    groups = {
        "overdue": RowGroup(_("Overdue"), "alert", "bad"),
        "today": RowGroup(_("Due today"), "clock", "warn"),
        "week": RowGroup(_("Within a week"), "calendar"),
        "later": RowGroup(_("Later"), "calendar"),
        "paused": RowGroup(_("Paused"), "pause"),
        "none": RowGroup(_("No deadline"), "minus"),
    }
    for ticket in listed:
        groups[_group_of(ticket, at)].rows.append(Row(ticket, most_urgent(clocks[ticket.pk])))
    return [group for group in groups.values() if group.rows]


def most_urgent(clocks: list[ClockView]) -> ClockView | None:
    """What counts now: the running clock due first, else a paused one, else the last result."""
    running = [(clock.due_at, clock) for clock in clocks if clock.remaining is not None and clock.due_at]
    if running:
        return min(running, key=lambda pair: pair[0])[1]
    paused = [clock for clock in clocks if clock.state == "paused"]
    standing = paused or clocks
    return standing[-1] if standing else None


def _group_of(ticket: Ticket, at: datetime) -> str:
    if ticket.due_at is None:
        waits = {Status.WAITING_CLIENT, Status.WAITING_THIRD_PARTY, Status.WAITING_APPROVAL}
        return "paused" if ticket.status in waits else "none"
    if ticket.due_at < at:
        return "overdue" if is_overdue(ticket, at) else "none"  # solved: an answer is owed, and no more
    today = timezone.localtime(at).date()
    due_on = timezone.localtime(ticket.due_at).date()
    if due_on == today:
        return "today"
    return "week" if due_on <= today + timedelta(days=7) else "later"
