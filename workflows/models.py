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
        RESOLVED_WITH = "resolved_with", _("resolved with its parent")
        UNMERGED = "unmerged", _("merge undone")
        MIGRATED = "migrated", _("moved to a newer process")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="runs")
    process = models.OneToOneField(TicketProcess, models.CASCADE, related_name="run")
    reason = models.CharField(max_length=16, choices=Reason, default=Reason.OPENED)
    started_at = models.DateTimeField(default=timezone.now)
    is_summarised = models.BooleanField(
        default=False, db_default=False, help_text=_("Finished, and its summary is written.")
    )

    class Meta:
        verbose_name = _("process run")
        verbose_name_plural = _("process runs")
        ordering = ["pk"]
        indexes = [
            # what may have to be summarised: few, however many runs there were
            models.Index(
                fields=["id"],
                condition=models.Q(is_summarised=False),
                name="run_to_summarise",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.process_id}"


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def open(self) -> ApprovalQuerySet:
        return self.filter(decided_at=None)


class Approval(models.Model):
    """One person asked on one level of one run; without a person the ticket's group is asked.

    A level is decided when its rule (any of, all of) is met; who had not decided by then is “dropped”.
    """

    class Decision(models.TextChoices):
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Not approved")
        DROPPED = "dropped", _("No longer needed")
        EXPIRED = "expired", _("No answer in time")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="approvals")
    run = models.ForeignKey(TicketRun, models.CASCADE, related_name="approvals", db_index=False)
    level = models.PositiveSmallIntegerField(help_text=_("From 1, in the order they are asked."))
    approver = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="approvals")
    on_behalf_of = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", help_text=_("Who is away.")
    )
    note = models.CharField(max_length=200, blank=True, help_text=_("Why this person, when not by plan."))
    asked_at = models.DateTimeField(default=timezone.now)
    remind_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    reason = models.TextField(blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["level", "pk"]
        indexes = [
            models.Index(fields=["approver"], condition=models.Q(decided_at=None), name="approval_mine"),
            models.Index(
                fields=["remind_at"], condition=models.Q(decided_at=None), name="approval_to_remind"
            ),
            models.Index(
                fields=["expires_at"], condition=models.Q(decided_at=None), name="approval_expiring"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "level", "approver"], name="approval_asked_once"),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decision="")
                | models.Q(decided_at__isnull=False) & ~models.Q(decision=""),
                name="approval_decision_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}.{self.level}: {self.approver_id}"


class RunSummary(models.Model):
    """A finished run in one row, so that insight need not read its tasks; can be made anew at any time.

    `path` names the visible steps in the order they were entered, “classify>accept>work”; `stays` holds the
    seconds spent in each, in the same order, “40>1200>86400”.
    """

    run = models.OneToOneField(TicketRun, models.CASCADE, related_name="summary")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    flow = models.CharField(max_length=40)
    finished_at = models.DateTimeField()
    path = models.TextField()
    stays = models.TextField()

    class Meta:
        verbose_name = _("summary of a run")
        verbose_name_plural = _("summaries of runs")
        indexes = [models.Index(fields=["flow", "finished_at"], name="run_summary_period")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.path[:40]}"
