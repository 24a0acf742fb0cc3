"""New versions brought to open tickets: ordered, carried out by a job, and taken back if need be (R7)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from sla.models.calendars import CalendarVersion
from sla.models.policies import PolicyVersion


class TermsChange(models.Model):
    """One version applied to open tickets. Written with the version; a worker carries it out."""

    class Scope(models.TextChoices):
        OPEN = "open", _("all open tickets")
        SINCE = "since", _("open tickets created from a date on")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    calendar_version = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, blank=True, related_name="changes"
    )
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, null=True, blank=True, related_name="changes"
    )
    scope = models.CharField(max_length=10, choices=Scope)
    opened_from = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(
        help_text=_("The time from which the change applies to every ticket, however long the run takes.")
    )
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why it failed."))
    ordered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ordered_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True, help_text=_("Last sign of life of a worker."))

    class Meta:
        verbose_name = _("change of terms")
        verbose_name_plural = _("changes of terms")
        ordering = ["-ordered_at", "-pk"]
        indexes = [
            models.Index(
                fields=["state"],
                name="terms_change_to_do",
                condition=models.Q(state__in=["waiting", "running", "undoing"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(calendar_version=None, policy_version__isnull=False)
                | models.Q(calendar_version__isnull=False, policy_version=None),
                name="terms_change_has_one_cause",
            ),
            models.CheckConstraint(
                condition=models.Q(scope__in=["open", "since"]), name="terms_change_scope_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running", "done", "failed", "undoing", "undone"]),
                name="terms_change_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.state}"

    @property
    def version(self) -> CalendarVersion | PolicyVersion:
        found = self.calendar_version or self.policy_version
        assert found is not None  # a constraint
        return found

    @property
    def is_going_on(self) -> bool:
        """A worker is at it, or will be."""
        return self.state in {self.State.WAITING, self.State.RUNNING, self.State.UNDOING}

    @property
    def is_at_work(self) -> bool:
        """It is going on, and does not wait for a later day."""
        return self.is_going_on and self.at <= timezone.now()

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


class TermsChangeItem(models.Model):
    """What a change did to one ticket: the audit of it, and what undoing needs."""

    change = models.ForeignKey(TermsChange, models.CASCADE, related_name="items", db_index=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    before: Any = models.JSONField(help_text=_("Clock kind → due, state, breach, row and calendar version."))
    after: Any = models.JSONField()
    events: Any = models.JSONField(default=list, help_text=_("Keys of the clock events it added."))
    is_undone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("changed ticket")
        verbose_name_plural = _("changed tickets")
        ordering = ["change", "ticket"]
        constraints = [models.UniqueConstraint(fields=["change", "ticket"], name="terms_change_ticket_once")]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.ticket_id}"
