"""The days a report covers, in the client's time zone. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.lib.refusals import Refusal

ONE_DAY = timedelta(days=1)


class BadPeriod(Refusal):
    """The period ends before it begins."""


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included, as the days of `zone`.

    Raises:
        BadPeriod: `first` is after `last`.
    """

    first: date
    last: date
    zone: str

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise BadPeriod(_("The period ends before it begins."))

    @property
    def start(self) -> datetime:
        """The first instant of the period, UTC; it belongs to the period."""
        return day_begins(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after the period, UTC; it does not belong to the period."""
        return day_begins(self.last + ONE_DAY, self.zone)

    def days(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + number * ONE_DAY

    def __str__(self) -> str:
        first, last = date_format(self.first, "DATE_FORMAT"), date_format(self.last, "DATE_FORMAT")
        if self.first == self.last:
            return first
        return _("%(first)s – %(last)s") % {"first": first, "last": last}


def day_begins(day: date, zone: str) -> datetime:
    """Return the instant (UTC) when `day` begins in `zone`, also where midnight is skipped or doubled."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


class Preset(models.TextChoices):
    """Periods that people ask for by name."""

    TODAY = "today", gettext_lazy("Today")
    THIS_WEEK = "this_week", gettext_lazy("This week")
    LAST_MONTH = "last_month", gettext_lazy("Last month")
    CUSTOM = "custom", gettext_lazy("Custom period")


def preset_period(preset: str, zone: str, at: datetime) -> Period:
    """Return the period that `preset` names when it is `at`; today for an unknown name."""
    today = local_day(at, zone)
    match preset:
        case Preset.THIS_WEEK:
            return Period(Span.WEEK.begins(today), today, zone)
        case Preset.LAST_MONTH:
            return Period(*Span.MONTH.full_before(today), zone)
    return Period(today, today, zone)


class Span(models.TextChoices):
    """The calendar period a schedule reports on."""

    DAY = "day", gettext_lazy("Day")
    WEEK = "week", gettext_lazy("Week")
    MONTH = "month", gettext_lazy("Month")
    QUARTER = "quarter", gettext_lazy("Quarter")

    def begins(self, day: date) -> date:
        """Return the first day of the calendar period that holds `day`; weeks begin on Monday."""
        match self:
            case Span.WEEK:
                return day - day.weekday() * ONE_DAY
            case Span.MONTH:
                return day.replace(day=1)
            case Span.QUARTER:
                return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        return day

    def full_before(self, day: date) -> tuple[date, date]:
        """Return the first and last day of the last whole calendar period before the one of `day`."""
        last = self.begins(day) - ONE_DAY
        return self.begins(last), last

    def begins_next(self, day: date) -> date:
        """Return the first day of the calendar period after the one of `day`."""
        longest = {Span.DAY: 1, Span.WEEK: 7, Span.MONTH: 31, Span.QUARTER: 92}[self]
        return self.begins(self.begins(day) + longest * ONE_DAY)
