"""Signs of life of what works in the background. Small tables, written once a run or each half minute."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScheduleRun(models.Model):
    """How the runs of one entry of the schedule went: its last good one and its last failure."""

    entry = models.CharField(max_length=80, primary_key=True)
    known_since = models.DateTimeField(help_text=_("When it was added to the schedule."))
    started_at = models.DateTimeField(null=True, help_text=_("Of the last run that ended."))
    finished_at = models.DateTimeField(null=True, help_text=_("The last run without an error."))
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, help_text=_("Of the last failure."))

    class Meta:
        verbose_name = _("scheduled run")
        verbose_name_plural = _("scheduled runs")
        ordering = ["entry"]

    def __str__(self) -> str:
        return self.entry

    @property
    def is_failing(self) -> bool:
        """The last run ended in an error."""
        return bool(self.failed_at and (self.finished_at is None or self.failed_at > self.finished_at))


class Heartbeat(models.Model):
    """A process of the background work; its row goes with an orderly end, or soon after its death."""

    class Kind(models.TextChoices):
        WORKER = "worker", _("worker")
        BEAT = "beat", _("schedule")

    name = models.CharField(
        max_length=200, primary_key=True, help_text=_("“celery@host”; a restart keeps it.")
    )
    kind = models.CharField(max_length=6, choices=Kind)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        ordering = ["kind", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["worker", "beat"]), name="heartbeat_kind_known"
            )
        ]

    def __str__(self) -> str:
        return self.name
