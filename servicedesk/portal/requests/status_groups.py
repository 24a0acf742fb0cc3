"""How a request stands, in the groups and five steps that clients know."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status


class StatusGroup(models.TextChoices):
    """“Answer received” means: we have answered, the next move is the client's."""

    ANSWERED = "answered", _("Answer received")
    IN_PROGRESS = "in_progress", _("In progress")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged into others")

    @property
    def statuses(self) -> list[Status]:
        return [status for status in Status if status_group_of(status) == self]

    @property
    def condition(self) -> Q:
        """Which requests are in the group. Merged ones go on in others and are counted there."""
        if self is StatusGroup.MERGED:
            return Q(merged_into__isnull=False)
        return Q(merged_into=None, status__in=self.statuses)


def status_group_of(status: str) -> StatusGroup:
    """By the status alone; a merged request is told by its own column."""
    if status in Status.finished():
        return StatusGroup.CLOSED
    return (
        StatusGroup.ANSWERED
        if status in (Status.WAITING_CLIENT, Status.RESOLVED)
        else StatusGroup.IN_PROGRESS
    )


STEPS = 5  # received, looked at, worked on, checked by the client, done
_REACHED = {
    Status.NEW: 0,
    Status.UNDER_REVIEW: 1,
    Status.WAITING_APPROVAL: 0,
    Status.IN_PROGRESS: 2,
    Status.WAITING_CLIENT: 2,
    Status.WAITING_THIRD_PARTY: 2,
    Status.VERIFICATION: 2,
    Status.RESOLVED: 3,
    Status.CLOSED: STEPS,
    Status.CANCELLED: STEPS,
}


def progress(ticket: Ticket) -> list[dict[str, str]]:
    """The steps of `workflows.diagram.client_steps` for a list, without its history: done, now or next."""
    reached = _REACHED[Status(ticket.status)]
    if reached == 1 and ticket.assignee_id:  # an answer is read: for its client that is still work
        reached = 2
    states = ["done"] * reached + ["now"] + ["next"] * STEPS
    return [{"state": state} for state in states[:STEPS]]
