"""Calendars and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.unique_names import KeyField, OneName
from servicedesk.people.models import User
from sla.engine.compiled_calendars import worktime_of
from sla.engine.worktime import CalendarError, WorkTime, compiled, require_working_time
from sla.models.published import PublishedQuerySet


class Calendar(models.Model):
    """Working hours with a name; what they are is in the versions."""

    name = models.CharField(_("name"), max_length=120)
    name_key = KeyField(of="name")
    is_archived = models.BooleanField(_("archived"), default=False)

    objects = PublishedQuerySet["Calendar"].as_manager()

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["name"]
        constraints = [OneName(fields=["name_key"], name="calendar_name_once")]

    def __str__(self) -> str:
        return self.name

    def version_at(self, moment: datetime) -> CalendarVersion | None:
        """The version valid at `moment`, the first one for moments before it; None without versions."""
        versions = self.versions.order_by("-effective_from", "-number")
        return versions.filter(effective_from__lte=moment).first() or versions.last()


class CalendarVersion(models.Model):
    """What a calendar says from a date on. Never changed once clocks run by it."""

    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        related_name="versions",
        verbose_name=_("calendar"),
        db_index=False,
    )
    number = models.PositiveIntegerField(_("version"))
    effective_from = models.DateTimeField(_("valid from"), default=timezone.now)
    definition: Any = models.JSONField(_("hours"), help_text=_("Time zone, week, days."))
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        ordering = ["calendar", "number"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once"),
            models.UniqueConstraint(
                fields=["calendar", "effective_from"], name="calendar_one_version_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"

    def clean(self) -> None:
        """Refuse hours that cannot be read, or in which nobody ever works (R12)."""
        try:
            require_working_time(compiled(self.definition), self.effective_from)
        except CalendarError as error:
            text = gettext(error.template) % error.params
            raise ValidationError({"definition": f"{error.path}: {text}" if error.path else text}) from error

    def worktime(self) -> WorkTime:
        """Compiled once for the row in hand, as long as it says the same."""
        kept: tuple[Any, WorkTime] | None = self.__dict__.get("_compiled")
        if kept is None or kept[0] is not self.definition:
            kept = self.__dict__["_compiled"] = (self.definition, worktime_of(self.definition))
        return kept[1]
