"""The runs of a ticket: which process, and why it was started."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket


@dataclass
class Acting:
    """Who takes the step now, and with what. Lives as long as the transaction, never stored,
    so no old outcome can route a later loop."""

    by: User | None = None
    outcome: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


class TicketProcess(Process):
    """A viewflow process that knows its ticket; no table of its own."""

    acting = Acting()

    class Meta:
        proxy = True

    @cached_property
    def ticket(self) -> Ticket:
        return Ticket.objects.select_related("group", "client", "assignee").get(runs__process_id=self.pk)


class TicketRun(models.Model):
    """One run of a process on a ticket. The newest is the current one."""

    class Reason(models.TextChoices):
        OPENED = "opened", _("opened")
        REOPENED = "reopened", _("re-opened")
        CONVERTED = "converted", _("type corrected")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="runs")
    process = models.OneToOneField(TicketProcess, models.CASCADE, related_name="run")
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.OPENED)
    started_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("process run")
        verbose_name_plural = _("process runs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.process_id}"
