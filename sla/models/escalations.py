"""What was raised to whom, when a clock reached a level; written once each (R10)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from sla.models.clocks import Clock


class Escalation(models.Model):
    """A level that a clock reached under its terms."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="escalations", db_index=False)
    level = models.CharField(max_length=40, help_text=_("The key of the level in its policy version."))
    threshold = models.CharField(max_length=20, help_text=_("“80%”, “-1h” or “+2h”."))
    terms_number = models.PositiveSmallIntegerField()
    reached_at = models.DateTimeField(help_text=_("The time of the threshold, not of the background check."))
    escalated_at = models.DateTimeField()
    actions: Any = models.JSONField(default=dict, blank=True, help_text=_("What was done besides notifying."))

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["escalated_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["clock", "level", "terms_number"], name="escalation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.threshold}"


class EscalationNotice(models.Model):
    """Somebody who must be told; several that wait for one person go out as one digest."""

    escalation = models.ForeignKey(Escalation, models.CASCADE, related_name="notices", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    not_before = models.DateTimeField(help_text=_("Later than the escalation in quiet hours."))
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("escalation notice")
        verbose_name_plural = _("escalation notices")
        ordering = ["not_before", "pk"]
        indexes = [
            models.Index(
                fields=["not_before"], name="escalation_to_tell", condition=models.Q(sent_at__isnull=True)
            )
        ]
        constraints = [models.UniqueConstraint(fields=["escalation", "user"], name="escalation_told_once")]

    def __str__(self) -> str:
        return f"{self.escalation_id}: {self.user_id}"
