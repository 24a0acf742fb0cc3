"""Clocks: the targets of a ticket, and the facts from which they are calculated."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from servicedesk.tickets.models import DueKind, Ticket
from sla.engine import facts
from sla.models.calendars import CalendarVersion
from sla.models.policies import PolicyCell, PolicyVersion


class TicketTerms(models.Model):
    """By which versions a ticket is measured, clock or no clock (R7)."""

    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="terms")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("terms of a ticket")
        verbose_name_plural = _("terms of tickets")

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.policy_version_id}"


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> ClockQuerySet:
        return self.filter(state=Clock.State.RUNNING)

    def to_look_at(self, at: datetime) -> ClockQuerySet:
        """Those about which something must be said by now."""
        return self.filter(wake_at__lte=at).order_by("wake_at", "pk")


class Clock(models.Model):
    """One target of one ticket.

    The facts are in `ClockEvent`; all else here is what `sla.engine.evaluation` makes of them, kept so that
    lists and the sweep need no arithmetic. `manage.py sla_rebuild` makes it anew.
    """

    class State(models.TextChoices):
        RUNNING = facts.State.RUNNING.value, _("running")
        PAUSED = facts.State.PAUSED.value, _("paused")
        MET = facts.State.MET.value, _("met")
        BREACHED = facts.State.BREACHED.value, _("breached")
        CANCELLED = facts.State.CANCELLED.value, _("cancelled")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="clocks", db_index=False)
    kind = models.CharField(max_length=20, choices=DueKind)
    cell = models.ForeignKey(PolicyCell, models.PROTECT, null=True, related_name="clocks")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="clocks")
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="clocks")
    target = models.DurationField(help_text=_("Working time."))
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    cycle = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    counted_from = models.DateTimeField(
        null=True, help_text=_("Running since; what was before is in elapsed.")
    )
    elapsed = models.DurationField(help_text=_("Working time used before counted_from."))
    due_at = models.DateTimeField(null=True, help_text=_("None while paused."))
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(
        null=True, help_text=_("The first breach of this cycle, never erased.")
    )
    breach_cause = models.CharField(max_length=10, blank=True)
    is_waived = models.BooleanField(
        default=False, db_default=False, help_text=_("Cancelled because the breach was forgiven.")
    )
    breached_for = models.PositiveSmallIntegerField(default=0, help_text=_("The terms_number last breached."))
    terms_number = models.PositiveSmallIntegerField(default=1, help_text=_("Grows with target and calendar."))
    breaches = models.PositiveSmallIntegerField(default=0, help_text=_("In all cycles, one per terms."))
    breaches_announced = models.PositiveSmallIntegerField(default=0)
    announced_at = models.DateTimeField(null=True)
    risk_at = models.DateTimeField(null=True, help_text=_("When the share of at_risk_percent is used up."))
    risk_announced_for = models.PositiveSmallIntegerField(default=0, help_text=_("A terms_number."))
    risk_announced_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True, help_text=_("When the next escalation level is reached."))
    escalated_levels = models.PositiveSmallIntegerField(
        default=0, help_text=_("Reached under escalated_for.")
    )
    escalated_for = models.PositiveSmallIntegerField(default=0, help_text=_("A terms_number."))
    wake_at = models.DateTimeField(null=True, help_text=_("When the sweep must look; None: never."))

    objects = ClockQuerySet.as_manager()
    read_with: int | None = None  # the policy version that the database names
    read_cycle: int | None = None  # the cycle that it names
    former: tuple[facts.Cycle, ...] = ()  # those before, since the columns were last reckoned

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["ticket", "kind"]
        indexes = [
            # the sweep: still to announce
            models.Index(fields=["wake_at"], name="clock_to_wake", condition=models.Q(wake_at__isnull=False)),
            # `sla.clocks.compliance`: stopped in a period, broken in it
            models.Index(
                fields=["stopped_at", "state"],
                name="clock_stopped",
                condition=models.Q(stopped_at__isnull=False),
            ),
            models.Index(
                fields=["breached_at"], name="clock_broken", condition=models.Q(breached_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind"], name="one_clock_per_promise"),
            models.CheckConstraint(condition=models.Q(kind__in=DueKind.values), name="clock_kind_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=["running", "paused", "met", "breached", "cancelled"]),
                name="clock_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="paused") | models.Q(due_at=None), name="clock_paused_has_no_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"

    @classmethod
    def from_db(cls, *args: Any, **options: Any) -> Self:
        clock = super().from_db(*args, **options)
        clock.read_with = clock.__dict__.get("policy_version_id")
        clock.read_cycle = clock.__dict__.get("cycle")
        return clock


class FormerCycle(models.Model):
    """How a cycle of a clock ended that is not its last: for counting (R13). Reckoned, as `Clock` is."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="former_cycles", db_index=False)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=Clock.State)
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    is_waived = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("former cycle")
        verbose_name_plural = _("former cycles")
        ordering = ["clock", "number"]
        indexes = [
            # `sla.clocks.compliance`: stopped in a period, broken in it
            models.Index(
                fields=["stopped_at", "state"],
                name="cycle_stopped",
                condition=models.Q(stopped_at__isnull=False),
            ),
            models.Index(
                fields=["breached_at"], name="cycle_broken", condition=models.Q(breached_at__isnull=False)
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["clock", "number"], name="former_cycle_once")]

    def __str__(self) -> str:
        return f"{self.clock_id} #{self.number}"


class ClockEvent(models.Model):
    """A fact about a clock. Only ever added (R1)."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in facts.FactKind])
    at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    details: Any = models.JSONField(default=dict, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("clock event")
        verbose_name_plural = _("clock events")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["clock", "at"], name="clock_history")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"


class StepClock(models.Model):
    """A step's own target inside the process: for agents only, never a target agreed with the client.

    It neither pauses nor changes: a step begins and ends. Parallel steps have a clock each.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="step_clocks")
    step = models.CharField(max_length=40, help_text=_("The node's name in its flow."))
    task = models.PositiveBigIntegerField(help_text=_("The key of the process task."))
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="+")
    target = models.DurationField(help_text=_("Working time."))
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("step clock")
        verbose_name_plural = _("step clocks")
        ordering = ["ticket", "started_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["task"], name="one_clock_per_step")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.step}"
