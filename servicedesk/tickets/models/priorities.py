"""The table urgency × impact → priority, where an administrator has set it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Level
from servicedesk.tickets.models.choices import Priority


class PriorityRule(models.Model):
    """One cell of the table; a cell that is not set keeps the usual value (`tickets.priority`)."""

    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Level)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Level)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority)

    class Meta:
        verbose_name = _("priority rule")
        verbose_name_plural = _("priority rules")
        ordering = ["urgency", "impact"]
        constraints = [
            models.UniqueConstraint(fields=["urgency", "impact"], name="priority_rule_once"),
            models.CheckConstraint(
                condition=models.Q(urgency__range=(1, 3), impact__range=(1, 3), priority__range=(1, 4)),
                name="priority_rule_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.urgency} × {self.impact}: {self.priority}"
