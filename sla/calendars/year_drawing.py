"""A year as the template draws it: every day with its mark and the words that say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sla.calendars import wording
from sla.calendars.editing import holiday_countries
from sla.calendars.editing.exceptions import Definition
from sla.calendars.editing.year import YEARS, Day, DayKind, Month, Year, year_of
from sla.engine.calendar_definition import Hours
from sla.engine.compiled_calendars import worktime_of

_CHANGED, _TODAY = ' class="chg"', ' aria-current="date"'


@dataclass(frozen=True)
class Cell:
    """One day, escaped once: `marks` are attributes for its looks, `label` says all that they say."""

    iso: str
    number: str
    marks: SafeString
    label: SafeString


@dataclass(frozen=True)
class Drawing:
    year: Year
    hours: Hours
    is_editable: bool

    @classmethod
    def of(
        cls, definition: Definition, number: int, published: Definition | None, *, is_editable: bool
    ) -> Drawing:
        """Raises `CalendarError` if a definition cannot be read."""
        country, part = definition.get("country") or "", definition.get("subdivision") or ""
        names = holiday_countries.holiday_names(country, part, number, wording.language())
        year = year_of(definition, number, published=published, names=names)
        return cls(year, worktime_of(definition).hours, is_editable)

    @property
    def before(self) -> int | None:
        return self.year.number - 1 if self.year.number - 1 in YEARS else None

    @property
    def after(self) -> int | None:
        return self.year.number + 1 if self.year.number + 1 in YEARS else None

    @property
    def total(self) -> str:
        return wording.total(self.year.working_days, self.year.worked)

    def day(self, wanted: date) -> Day | None:
        """None if it is of another year."""
        days = (day for month in self.year.months for week in month.weeks for day in week if day)
        return next((day for day in days if day.date == wanted), None)

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        return [(str(WEEKDAYS_ABBR[number]), str(WEEKDAYS[number])) for number in range(7)]

    def months(self) -> Iterator[dict[str, Any]]:
        today = timezone.localdate()
        for month in self.year.months:
            yield {
                "name": formats.date_format(month.first, "F"),
                "title": formats.date_format(month.first, "YEAR_MONTH_FORMAT"),
                "number": month.first.month,
                "weeks": self._weeks(month, today),
                "total": wording.total(month.working_days, month.worked),
            }

    def _weeks(self, month: Month, today: date) -> list[list[Cell | None]]:
        return [[self._cell(day, today) if day else None for day in week] for week in month.weeks]

    def _cell(self, day: Day, today: date) -> Cell:
        is_plain = day.kind in {DayKind.WORKING, DayKind.OFF} and not day.is_changed and not day.name
        label = "" if is_plain and not self.is_editable else self.label(day)
        marks = f' data-k="{day.kind.value}"' + _CHANGED * day.is_changed + _TODAY * (day.date == today)
        return Cell(day.date.isoformat(), str(day.date.day), SafeString(marks), conditional_escape(label))

    def label(self, day: Day) -> str:
        """“Monday 9 March 2026: closed”."""
        label = f"{wording.longest(day.date)}: {self.said(day)}"
        return _("%(day)s, changed in this draft") % {"day": label} if day.is_changed else label

    def said(self, day: Day) -> str:
        """“closed”."""
        is_day_off = not self.hours.week[day.date.weekday()]
        return wording.kind(day.kind, day.spans, day.name, is_day_off=is_day_off)
