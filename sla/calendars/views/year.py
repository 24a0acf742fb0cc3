"""The page of a calendar: its year, its week, its days."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from servicedesk.once.acting import repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.calendars import drafts, shown_state
from sla.calendars.editing import holiday_countries
from sla.calendars.forms import WeekForm
from sla.calendars.page import Screen
from sla.changes import preview_wording
from sla.models import CalendarDraft
from sla.version_pages import discarded_draft
from sla.version_pages.shown_revision import revision as shown_revision


@require_safe
@for_administrators
def calendar(request: UserRequest, pk: int) -> HttpResponse:
    """The draft if there is one, else the latest version."""
    return page(request, Screen.read(pk, shown_state.year(request)))


@require_POST
@for_administrators
@repeatable("it writes the same week")
def week(request: UserRequest, pk: int) -> HttpResponse:
    """Store hours, zone and public holidays; what is typed stays on the page if anything is wrong."""
    screen, draft = editing(pk, request)
    form = WeekForm(request.POST, definition=draft.definition)
    if "copy_monday" in request.POST:
        form.copy_monday()
    if not form.is_valid():
        return page(request, screen, form=form, status=422)
    try:
        _stored(draft, form, request)
    except drafts.Conflict as conflict:
        return page(request, *screen.after(request, conflict), form=form, status=409)
    messages.success(request, _("Saved in the draft."))
    return redirect(shown_state.address(pk, screen.year))


@require_safe
@for_administrators
def regions(request: UserRequest, pk: int) -> HttpResponse:
    """The field of regions for the country that was chosen."""
    screen = Screen.read(pk, shown_state.year(request))
    country = request.GET.get("country", "")[:3]
    form = WeekForm(definition=screen.definition | {"country": country, "subdivision": ""})
    return render(request, "sla/calendars/_regions.html", {"form": form})


@require_safe
@for_administrators
def effect_sentence(request: UserRequest, pk: int) -> HttpResponse:
    """What publishing would do to open tickets, in a sentence; for the bar below the year."""
    screen = Screen.read(pk, shown_state.year(request))
    return HttpResponse(preview_wording.sentence(screen.preview()), content_type="text/plain; charset=utf-8")


@transaction.atomic
def _stored(draft: CalendarDraft, form: WeekForm, request: UserRequest) -> None:
    revision = shown_revision(request)
    stored = drafts.locked(draft, revision=revision)
    if stored.definition != form.cleaned_data["definition"]:
        drafts.save(stored, form.cleaned_data["definition"], revision=revision, by=request.user)


def editing(pk: int, request: UserRequest) -> tuple[Screen, CalendarDraft]:
    """The screen and its draft.

    Raises:
        Conflict: there is no draft any more.
    """
    screen = Screen.read(pk, shown_state.year(request))
    if screen.draft is None:
        raise drafts.Conflict(None)
    return screen, screen.draft


def page(
    request: UserRequest,
    screen: Screen,
    more: dict[str, Any] | None = None,
    *,
    form: WeekForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = screen.context() | {"kept": discarded_draft.find(request, screen.calendar)} | (more or {})
    if screen.draft:
        context["form"] = form or WeekForm(definition=screen.definition)
        context["zones"] = holiday_countries.time_zones()
    return render(request, "sla/calendars/calendar.html", context, status=status)
