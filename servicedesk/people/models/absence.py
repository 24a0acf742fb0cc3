"""Who is away, and who stands in."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models.person import User


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> AbsenceQuerySet:
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def covered_by(self, deputy: User) -> AbsenceQuerySet:
        """Keys of the people this person stands in for today, as part of another statement."""
        return self.on(timezone.localdate()).filter(deputy=deputy).order_by().values("user")  # type: ignore[return-value]


class Absence(models.Model):
    """Whole days on which a person is away, the last one included; the deputy decides for them meanwhile."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="absences", verbose_name=_("person"), db_index=False
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    deputy = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="deputises", verbose_name=_("deputy")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["user", "ends_on"], name="absence_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_start"
            ),
            models.CheckConstraint(condition=~models.Q(deputy=models.F("user")), name="absence_other_deputy"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.starts_on} – {self.ends_on}"
