"""Kinds of time that cost more or less of the plan: nights, weekends, urgent work."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from servicedesk.lib.unique_names import KeyField, OneName


class RateClass(models.Model):
    """What an hour of such work takes from the plan, and what it costs when it is billed.

    The first class that fits holds, by position; none: an hour is an hour.
    """

    class When(models.TextChoices):
        OUTSIDE_HOURS = "outside_hours", _("Outside the intake hours")
        NIGHT = "night", _("At night, 22:00 to 6:00")
        WEEKEND = "weekend", _("On Saturdays and Sundays")
        HOLIDAY = "holiday", _("On holidays of the calendar")
        URGENT = "urgent", _("For tickets of priority P1")
        WORK_KIND = "work_kind", _("For a kind of work")

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="rate_classes")
    name = models.CharField(_("name"), max_length=60)
    name_key = KeyField(of="name")
    when = models.CharField(_("when"), max_length=14, choices=When)
    work_kind = models.CharField(_("kind of work"), max_length=20, blank=True)
    factor = models.DecimalField(
        _("factor"), max_digits=4, decimal_places=2, default=1, validators=[MinValueValidator(0)],
        help_text=_("1.5: an hour takes one hour and a half. 0: it takes nothing."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("rate class")
        verbose_name_plural = _("rate classes")
        ordering = ["position", "pk"]
        constraints = [
            OneName(fields=["contract", "name_key"], name="rate_class_name_once"),
            models.CheckConstraint(condition=models.Q(factor__gte=0), name="rate_class_factor_not_negative"),
            models.CheckConstraint(
                condition=~models.Q(when="work_kind") | ~models.Q(work_kind=""),
                name="rate_class_names_work_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name
