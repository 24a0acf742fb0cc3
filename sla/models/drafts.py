"""What an administrator is still writing: one draft per policy and per calendar, shared by all."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from sla.models.calendars import Calendar, CalendarVersion
from sla.models.policies import Policy, PolicyVersion


class Draft(models.Model):
    """`revision` grows with every change; a page that knows an older one is told so."""

    PARTS: ClassVar[tuple[str, ...]]  # the fields of the next version

    revision = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class PolicyDraft(Draft):
    """The next version of a matrix, as typed: durations are text and may be wrong still."""

    PARTS = ("rows", "escalation", "step_targets")
    policy = models.OneToOneField(Policy, models.CASCADE, related_name="draft")
    based_on = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="+")
    rows: Any = models.JSONField(default=list, blank=True)
    escalation: Any = models.JSONField(default=list, blank=True)
    step_targets: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("policy draft")
        verbose_name_plural = _("policy drafts")

    def __str__(self) -> str:
        return f"{self.policy_id}"

    @property
    def owner(self) -> Policy:
        return self.policy


class CalendarDraft(Draft):
    """The next version of a calendar; a definition that may be wrong still."""

    PARTS = ("definition",)
    calendar = models.OneToOneField(Calendar, models.CASCADE, related_name="draft")
    based_on = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, related_name="+")
    definition: Any = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("calendar draft")
        verbose_name_plural = _("calendar drafts")

    def __str__(self) -> str:
        return f"{self.calendar_id}"

    @property
    def owner(self) -> Calendar:
        return self.calendar
