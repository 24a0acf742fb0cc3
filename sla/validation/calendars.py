"""Checks of a calendar: does it last, and does it know the holidays to come?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from sla.engine.calendar_definition import DAY, Hours
from sla.engine.compiled_calendars import worktime_of
from sla.engine.worktime import CalendarError, WorkTime, require_working_time
from sla.validation.findings import Finding, Place, Severity

_AUTUMN = 10  # from October on next year's holidays should be known


def check(definition: Mapping[str, Any], at: datetime, where: Place) -> Iterator[Finding]:
    """All that is wrong with these hours, which hold from `at` on."""
    try:
        worktime = worktime_of(definition)
    except CalendarError as error:
        why = f"{error.path}: {_(error.template) % error.params}"
        text = _("The hours cannot be read. %(why)s") % {"why": why}
        yield Finding(Severity.ERROR, "calendar.unreadable", where, text)
        return
    yield from _lasts(worktime, at, where)
    for year in (at.year, at.year + 1):
        if not _knows_holidays(worktime.hours, year):
            is_urgent = year == at.year or at.month >= _AUTUMN
            text = _("No holidays are known for %(year)s: every weekday counts as usual.") % {"year": year}
            severity = Severity.WARNING if is_urgent else Severity.NOTE
            yield Finding(severity, "calendar.no_holidays", where, text)
            return  # one of the two is enough to send somebody there


def _lasts(worktime: WorkTime, at: datetime, where: Place) -> Iterator[Finding]:
    try:
        require_working_time(worktime, at)
    except CalendarError as error:
        text = _(error.template) % error.params
        yield Finding(Severity.ERROR, "calendar.ends", where, text)


def _knows_holidays(hours: Hours, year: int) -> bool:
    """A country, days of every year, or days of this very year; who works day and night needs none."""
    if hours.country or hours.yearly or hours.week == (((0, DAY),),) * 7:
        return True
    return any(date.fromordinal(day).year == year for day in hours.dates)
