"""From a draft to a version: what changes, whom it concerns, from when."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from servicedesk.lib import days, formatting
from servicedesk.once.acting import acts_once
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.calendars import discarded_draft, drafts, publish_effect, shown_state, wording
from sla.calendars.page import Screen, problem_words
from sla.calendars.views.year import editing, told
from sla.changes.forms import ApplyForm
from sla.engine.compiled_calendars import worktime_of
from sla.engine.worktime import CalendarError, require_working_time
from sla.models import Calendar, CalendarDraft, CalendarVersion
from sla.versions import publishing


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def publish(request: UserRequest, pk: int) -> HttpResponse:
    """GET shows the effect on open tickets; POST publishes."""
    screen, draft = editing(pk, request)
    if request.method != "POST":
        return _page(request, screen, ApplyForm(initial=_asked(request.GET.get("effective_from", ""))))
    form = ApplyForm(request.POST)
    if not form.is_valid() or not _fits(screen, form):
        return _page(request, screen, form, status=422)
    try:
        version = _published(draft, form, request)
    except drafts.Conflict as conflict:
        newer, more = told(request, screen, conflict)
        return _page(request, newer, form, status=409, **more)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, screen, form, status=422)
    discarded_draft.forget(request, screen.calendar)
    _say(request, version)
    return redirect(shown_state.address(pk, screen.year))


@transaction.atomic
def _published(draft: CalendarDraft, form: ApplyForm, request: UserRequest) -> CalendarVersion:
    """All or nothing: the version, its coming to open tickets, the end of the draft."""
    # Two versions never get one number.
    calendar = Calendar.objects.select_for_update().get(pk=draft.calendar_id)
    stored = drafts.locked(draft, revision=shown_state.revision(request))
    version = publishing.publish_calendar(
        calendar, stored.definition, form.cleaned_data["effective_from"], by=request.user
    )
    form.order(version, by=request.user)
    stored.delete()
    return version


def _fits(screen: Screen, form: ApplyForm) -> bool:
    """Versions follow each other, and in each of them somebody works; else the form says what is wrong."""
    last, begins = drafts.latest(screen.calendar), form.cleaned_data["effective_from"]
    if last and begins <= last.effective_from:
        sentence = _("Version %(number)s is valid from %(moment)s. Choose a later time.")
        moment = formatting.in_full(last.effective_from)
        form.add_error("effective_from", sentence % {"number": last.number, "moment": moment})
        return False
    try:
        require_working_time(worktime_of(screen.definition), begins)
    except CalendarError as error:
        form.add_error(None, problem_words(error))
        return False
    return True


def _page(
    request: UserRequest, screen: Screen, form: ApplyForm, status: int = 200, **more: Any
) -> HttpResponse:
    is_sound = screen.draft is not None and screen.problem is None
    context = {
        **screen.bar(),
        "form": form,
        "lines": wording.told(screen.changes, most=100),
        "preview": publish_effect.of(screen) if is_sound and screen.version else None,
        **more,
    }
    return render(request, "sla/calendars/publish.html", context, status=status)


def _asked(day: str) -> dict[str, datetime]:
    """The day chosen below the year; today and earlier mean now, which is what an empty field says."""
    first = days.read(day)
    if first is None:
        return {}
    begins = timezone.make_aware(datetime.combine(first, time()))
    return {"effective_from": begins} if begins > timezone.now() else {}


def _say(request: UserRequest, version: CalendarVersion) -> None:
    said = _("Version %(number)s is published. It is valid from %(moment)s.")
    moment = formatting.in_full(version.effective_from)
    messages.success(request, said % {"number": version.number, "moment": moment})
