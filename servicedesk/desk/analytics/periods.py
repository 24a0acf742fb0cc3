"""The days a run may have finished on, in the reader's time zone. Pure: no database, no clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

ONE_DAY = timedelta(days=1)


class Period(models.TextChoices):
    """Periods that people ask for by name."""

    DAYS_30 = "30", _("Last 30 days")
    DAYS_90 = "90", _("Last 90 days")
    THIS_MONTH = "month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    THIS_YEAR = "year", _("This year")
    YEAR = "365", _("Last 365 days")
    ALL = "all", _("All time")
    DAYS = "days", _("Custom period")


class Days(NamedTuple):
    """From the first to the last day, both included; None is open."""

    first: date | None = None
    last: date | None = None

    def instants(self, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
        """The first instant of the days, and the first after them."""
        start = datetime.combine(self.first, time.min, zone) if self.first else None
        end = datetime.combine(self.last + ONE_DAY, time.min, zone) if self.last else None
        return start, end


def days_of(period: str, today: date) -> Days:
    """The days that a name stands for; the last ones include today."""
    match period:
        case Period.DAYS_30 | Period.DAYS_90 | Period.YEAR:
            return Days(today - (int(period) - 1) * ONE_DAY, today)
        case Period.THIS_MONTH:
            return Days(today.replace(day=1), today)
        case Period.LAST_MONTH:
            last = today.replace(day=1) - ONE_DAY
            return Days(last.replace(day=1), last)
        case Period.THIS_YEAR:
            return Days(today.replace(month=1, day=1), today)
    return Days()
