"""The list of calendars; a new one, a copy, another name, the archive."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.lib.folding import contains
from servicedesk.lib.refusals import Refusal
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.calendars import drafts, wording
from sla.calendars.editing import holiday_countries
from sla.calendars.forms import CalendarForm, NewCalendarForm
from sla.calendars.listing import listed, used
from sla.models import Calendar, CalendarVersion

_PAGE = 50


class StillUsed(Refusal):
    """Somebody is measured by this calendar."""

    def __init__(self, calendar: Any) -> None:
        sentence = _("“%(calendar)s” cannot go into the archive: it is used by %(users)s.")
        super().__init__(sentence % {"calendar": calendar, "users": wording.users(calendar)})


@require_safe
@for_administrators
def calendars(request: UserRequest) -> HttpResponse:
    search, is_archive = request.GET.get("q", "").strip(), request.GET.get("state") == "archived"
    every = Calendar.objects.all()
    found = listed(timezone.now()).filter(contains("name", search), is_archived=is_archive)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _rows(page),
        "search": search,
        "is_archive": is_archive,
        "has_archive": is_archive or every.filter(is_archived=True).exists(),
        "exist": every.exists(),
    }
    return render(request, "sla/calendars/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def new(request: UserRequest) -> HttpResponse:
    form = NewCalendarForm(request.POST or None, initial={"tz": timezone.get_current_timezone_name()})
    if form.is_bound and form.is_valid():
        calendar = _begun(form.save(), form.definition(), request)
        return redirect("sla:calendar", calendar.pk)
    words = {"heading": _("New calendar"), "button": _("Create the draft"), "back": reverse("sla:calendars")}
    context = {"form": form, "zones": holiday_countries.time_zones(), **words}
    return render(request, "sla/calendars/new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def copy(request: UserRequest, pk: int) -> HttpResponse:
    """Another calendar that begins with what this one says: its latest version, else its draft."""
    source = get_object_or_404(Calendar, pk=pk)
    suggested = {"name": _("%(calendar)s (copy)") % {"calendar": source}}
    form = CalendarForm(request.POST or None, initial=suggested)
    if form.is_bound and form.is_valid():
        version = drafts.latest(source)
        draft = None if version else drafts.existing(source)
        definition = version.definition if version else draft.definition if draft else {"tz": "UTC"}
        calendar = _begun(form.save(), definition, request)
        return redirect("sla:calendar", calendar.pk)
    back = reverse("sla:calendar", args=[pk])
    words = {"heading": _("Copy the calendar"), "button": _("Create the draft"), "back": back}
    return render(
        request, "setup/form_page.html", {"form": form, **words}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("it writes the same name")
def rename(request: UserRequest, pk: int) -> HttpResponse:
    calendar = get_object_or_404(Calendar, pk=pk)
    form = CalendarForm(request.POST or None, instance=calendar)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("The name is saved."))
        return redirect("sla:calendar", pk)
    back = reverse("sla:calendar", args=[pk])
    words = {"heading": _("Rename the calendar"), "button": _("Save"), "back": back}
    return render(
        request, "setup/form_page.html", {"form": form, **words}, status=422 if form.is_bound else 200
    )


@require_POST
@for_administrators
@transaction.atomic
@acts_once
def archive(request: UserRequest, pk: int) -> HttpResponse:
    """Put a calendar into the archive, or take it out again."""
    get_object_or_404(Calendar.objects.select_for_update(), pk=pk)
    calendar: Any = used(timezone.now()).get(pk=pk)
    if not calendar.is_archived and wording.users(calendar):
        raise StillUsed(calendar)
    calendar.is_archived = not calendar.is_archived
    calendar.save(update_fields=["is_archived"])
    said = (
        _("“%(calendar)s” is in the archive.")
        if calendar.is_archived
        else _("“%(calendar)s” is in use again.")
    )
    messages.success(request, said % {"calendar": calendar})
    return redirect("sla:calendars")


@transaction.atomic
def _begun(calendar: Calendar, definition: dict[str, Any], request: UserRequest) -> Calendar:
    """A calendar begins as a draft; nobody is measured by it before it is published."""
    drafts.begin(calendar, by=request.user, definition=definition)
    messages.success(request, _("The calendar is created as a draft. It is not used until it is published."))
    return calendar


def _rows(page: Page[Any]) -> list[dict[str, Any]]:
    """With zone and hours in words: one statement more."""
    versions = CalendarVersion.objects.in_bulk([calendar.version_pk for calendar in page])
    rows = []
    for calendar in page:
        version = versions.get(calendar.version_pk)
        definition = version.definition if version else {}
        rows.append(
            {
                "calendar": calendar,
                "zone": definition.get("tz", ""),
                "hours": wording.week(definition.get("week", {})) if version else "",
                "users": wording.users(calendar),
            }
        )
    return rows
