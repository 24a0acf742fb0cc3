"""Policies: their versions and the rows of the matrix."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Kind, Service
from servicedesk.lib.unique_names import KeyField, OneName
from servicedesk.people.models import User
from servicedesk.tickets.models import DueKind, Priority
from servicedesk.tickets.statuses import Status
from sla.engine import durations, escalation_levels, facts
from sla.engine.durations import Duration
from sla.engine.selection import ANY_KIND
from sla.engine.worktime import WorkTime
from sla.models import step_targets
from sla.models.calendars import Calendar
from sla.models.published import PublishedQuerySet

MOST_DAYS = 1000
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


def known_days(value: Any) -> None:
    """`{"resolution": 2}`: whole working days of the target besides the hours; or `"eod+1"` (R8)."""
    is_right = isinstance(value, dict) and all(
        name in DueKind.values and _is_some_days(days) for name, days in value.items()
    )
    if not is_right:
        raise ValidationError(
            _("Working days are whole numbers from 1 to %(most)s, or “eod”, “eod+1”."),
            params={"most": MOST_DAYS},
        )


def _is_some_days(days: Any) -> bool:
    if isinstance(days, str):
        try:
            closing = durations.read(days)
        except durations.DurationError:
            return False
        return closing.to_closing and closing.days <= MOST_DAYS
    return isinstance(days, int) and not isinstance(days, bool) and 0 < days <= MOST_DAYS


def _some_time(field: str) -> models.Q:
    """No target, or hours, or no hours but days."""
    by_days = models.Q(**{f"{field}__gte": timedelta(0), "days__has_key": field})
    return models.Q(**{field: None}) | models.Q(**{f"{field}__gt": timedelta(0)}) | by_days


class Policy(models.Model):
    """A service level agreement with a name; its matrix is in the versions."""

    name = models.CharField(_("name"), max_length=120)
    name_key = KeyField(of="name")
    is_archived = models.BooleanField(_("archived"), default=False)

    objects = PublishedQuerySet["Policy"].as_manager()

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        ordering = ["name"]
        constraints = [OneName(fields=["name_key"], name="policy_name_once")]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """The matrix that is valid from a date on. Never changed once published."""

    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="versions", verbose_name=_("SLA policy"), db_index=False
    )
    number = models.PositiveIntegerField(_("version"))
    effective_from = models.DateTimeField(_("valid from"), default=timezone.now)
    escalation: Any = models.JSONField(_("escalation levels"), default=list, blank=True)
    step_targets: Any = models.JSONField(
        _("targets of steps"), default=dict, blank=True, help_text=_("Step → working time, for agents only.")
    )
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)

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

    def clean(self) -> None:
        step_targets.check(self.step_targets)
        try:
            escalation_levels.parse(self.escalation)
        except escalation_levels.LevelError as error:
            raise ValidationError({"escalation": gettext(error.template) % error.params}) from error


class PolicyCell(models.Model):
    """One row of the matrix: for which tickets, which targets, and how its clocks behave."""

    class Retarget(models.TextChoices):
        KEEP = facts.Rule.KEEP.value, _("keep the time used")
        CHANGE = facts.Rule.CHANGE.value, _("count from the change")
        RECOMPUTE = facts.Rule.RECOMPUTE.value, _("count again from creation")

    class Reopen(models.TextChoices):
        CONTINUE = facts.Rule.CONTINUE.value, _("continue")
        CYCLE = facts.Rule.CYCLE.value, _("start again")

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
    days: Any = models.JSONField(
        _("working days"),
        default=dict,
        blank=True,
        validators=[known_days],
        help_text=_("Target → working days besides the hours; the calendar sets the length of a day."),
    )
    inherited: Any = models.JSONField(
        _("inherited"),
        default=list,
        blank=True,
        help_text=_("Targets inherited from a less specific row when this one was published."),
    )
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
                condition=_some_time("first_response")
                & _some_time("next_response")
                & _some_time("resolution"),
                name="cell_promises_some_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} P{self.priority or '*'}"

    def clean(self) -> None:
        for kind in DueKind:
            hours, days = getattr(self, kind), (self.days or {}).get(kind)
            if hours is None and days:
                raise ValidationError({"days": _("Working days belong to a target; this row has none.")})
            if hours is not None and not hours and not days:
                raise ValidationError(
                    {kind: _("A target must be longer than zero. Leave it out for no clock.")}
                )
            if hours and isinstance(days, str):
                raise ValidationError({"days": _("The end of a day takes no hours besides.")})

    def has_target(self, kind: str) -> bool:
        """Is there a clock of this kind (a `DueKind`) at all (R9)?"""
        return getattr(self, kind) is not None

    def target_of(self, kind: str) -> Duration | None:
        """The target, as it was written; None: nothing (R9)."""
        hours: timedelta | None = getattr(self, kind)
        if hours is None:
            return None
        days = (self.days or {}).get(kind, 0)
        return durations.read(days) if isinstance(days, str) else Duration(days, hours)

    def working_target(self, kind: str, calendar: WorkTime, since: datetime) -> timedelta | None:
        """The target in working time of the calendar, counted from `since` (R8)."""
        promised = self.target_of(kind)
        return promised.working_time(calendar, since) if promised else None

    def usual(self, kind: str, day: timedelta) -> timedelta | None:
        """About the same, whenever the clock starts, where a day is as long as `day`."""
        promised = self.target_of(kind)
        return promised.usual(day) if promised else None
