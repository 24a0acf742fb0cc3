"""Versions of a calendar: who published what from when, and each to look at; closed days as a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.calendars import shown_state, wording
from sla.calendars.editing import differences, holiday_countries, ics_export
from sla.calendars.page import Screen
from sla.engine.compiled_calendars import worktime_of
from sla.engine.worktime import CalendarError
from sla.models import CalendarVersion
from sla.version_pages.history import lines

_YEARS_AHEAD = 3


@require_safe
@for_administrators
def history(request: UserRequest, pk: int) -> HttpResponse:
    screen = Screen.read(pk, shown_state.year(request))
    context = {
        "calendar": screen.calendar,
        "owner": screen.calendar,
        "lines": lines(screen.calendar, _compared),
        "version_url": "sla:calendar-version",
        "same": _("The calendar is the same."),
    }
    return render(request, "sla/calendars/history.html", context)


@require_safe
@for_administrators
def version(request: UserRequest, pk: int, number: int) -> HttpResponse:
    """One version, for reading only."""
    screen = Screen.read(pk, shown_state.year(request))
    found = get_object_or_404(screen.calendar.versions.select_related("published_by"), number=number)
    reading = Screen(screen.calendar, None, found, screen.year)
    return render(request, "sla/calendars/version.html", reading.context() | {"is_history": True})


@require_safe
@for_administrators
def closed_days(request: UserRequest, pk: int) -> HttpResponse:
    """Three years of closed days, from the year of the page on, for calendars of other programs."""
    screen = Screen.read(pk, shown_state.year(request))
    try:
        hours = worktime_of(screen.definition).hours
    except CalendarError as error:
        raise Http404 from error
    years = range(screen.year, screen.year + _YEARS_AHEAD)
    names: dict[int, str] = {}
    for year in years:
        names |= holiday_countries.holiday_names(hours.country, hours.subdivision, year, wording.language())
    data = ics_export.write(
        screen.calendar.name,
        ics_export.closed(hours, names, years),
        key=f"{pk}@{request.get_host()}",
        usual_name=_("Closed"),
        at=_changed_at(screen),
    )
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    name = slugify(screen.calendar.name) or f"calendar-{pk}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{screen.year}.ics"'
    return response


def _changed_at(screen: Screen) -> Any:
    if screen.draft:
        return screen.draft.changed_at
    return screen.version.published_at if screen.version else timezone.now()


def _compared(before: CalendarVersion | None, version: CalendarVersion) -> tuple[str, list[str]]:
    changed = differences.between(before.definition if before else {}, version.definition)
    summary = wording.summary(changed) if before else wording.whole(version.definition)
    return summary, wording.told(changed, most=60)
