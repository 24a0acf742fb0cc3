"""Policies: their versions and the rows of the matrix."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Kind, Service
from servicedesk.tickets.models import Priority
from servicedesk.tickets.statuses import Status
from sla import facts
from sla.models.calendars import Calendar
from sla.selection import ANY_KIND

# A status in which the desk can be waiting for somebody else; policies choose among them.
PAUSABLE = (Status.WAITING_APPROVAL, Status.WAITING_CLIENT, Status.WAITING_THIRD_PARTY)


def default_pauses() -> list[str]:
    return [Status.WAITING_CLIENT.value]


def known_pauses(value: Any) -> None:
    allowed = [status.value for status in PAUSABLE]
    if not isinstance(value, list) or not set(value) <= set(allowed):
        raise ValidationError(
            _("Clocks can pause in these statuses only: %(statuses)s."),
            params={"statuses": ", ".join(allowed)},
        )


def _positive(field: str) -> models.Q:
    return models.Q(**{field: None}) | models.Q(**{f"{field}__gt": timedelta(0)})


class Policy(models.Model):
    """A service level agreement with a name; its matrix is in the versions."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """The matrix that is valid from a date on. Never changed once published."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions", verbose_name=_("SLA policy"))
    number = models.PositiveIntegerField(_("version"))
    effective_from = models.DateTimeField(_("valid from"), default=timezone.now)

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ["policy", "number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once"),
            models.UniqueConstraint(fields=["policy", "effective_from"], name="policy_one_version_a_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"


class PolicyCell(models.Model):
    """One row of the matrix: for which tickets, what is promised, and how its clocks behave."""

    class Retarget(models.TextChoices):
        KEEP = facts.Rule.KEEP.value, _("keep the time used")
        CHANGE = facts.Rule.CHANGE.value, _("count from the change")
        RECOMPUTE = facts.Rule.RECOMPUTE.value, _("count again from creation")

    class Reopen(models.TextChoices):
        CONTINUE = facts.Rule.CONTINUE.value, _("continue")
        CYCLE = facts.Rule.CYCLE.value, _("start anew")

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="cells")
    kind = models.CharField(
        _("type"), max_length=20, choices=[(ANY_KIND, _("any")), *Kind.choices], default=ANY_KIND
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, null=True, blank=True, help_text=_("Empty: any.")
    )
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", help_text=_("Empty: any.")
    )
    rank = models.IntegerField(_("rank"), default=0, help_text=_("Among equals the smallest wins."))
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: the calendar of the contract."),
    )
    first_response = models.DurationField(_("first response"), null=True, blank=True)
    next_response = models.DurationField(_("next response"), null=True, blank=True)
    resolution = models.DurationField(_("resolution"), null=True, blank=True)
    at_risk_percent = models.PositiveSmallIntegerField(_("at risk from, %"), default=80)
    pause_in: Any = models.JSONField(
        _("pauses in"), default=default_pauses, blank=True, validators=[known_pauses]
    )
    retarget = models.CharField(
        _("when reclassified"), max_length=10, choices=Retarget, default=Retarget.KEEP
    )
    reopen = models.CharField(_("when re-opened"), max_length=10, choices=Reopen, default=Reopen.CONTINUE)

    class Meta:
        verbose_name = _("matrix row")
        verbose_name_plural = _("matrix rows")
        ordering = ["version", "rank", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[ANY_KIND, *Kind.values]), name="cell_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(priority=None) | models.Q(priority__range=(1, 4)),
                name="cell_priority_1_to_4",
            ),
            models.CheckConstraint(
                condition=models.Q(at_risk_percent__range=(1, 100)), name="cell_risk_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=models.Q(retarget__in=["keep", "change", "recompute"]), name="cell_retarget_known"
            ),
            models.CheckConstraint(
                condition=models.Q(reopen__in=["continue", "cycle"]), name="cell_reopen_known"
            ),
            models.CheckConstraint(
                condition=_positive("first_response") & _positive("next_response") & _positive("resolution"),
                name="cell_promises_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} P{self.priority or '*'}"

    def promise(self, kind: str) -> timedelta | None:
        """The target of a clock of this kind (a `DueKind`); None: no such clock."""
        target: timedelta | None = getattr(self, kind)
        return target
