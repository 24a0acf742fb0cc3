"""Days of their own: one switched by a key, one or several by a form, one taken out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.calendars import drafts, shown_state, wording
from sla.calendars.editing import exceptions, typed_hours
from sla.calendars.editing.year import YEARS
from sla.calendars.forms import DayForm, What
from sla.calendars.page import Screen
from sla.calendars.views.year import editing, page
from sla.version_pages import discarded_draft
from sla.version_pages.shown_revision import revision as shown_revision


@require_POST
@for_administrators
@repeatable("the draft’s revision has moved on by then")
def toggle(request: UserRequest, pk: int) -> HttpResponse:
    """Close a working day, open a closed one; answer with the year as it is now."""
    screen, draft = editing(pk, request)
    day = _day(request.POST.get("day", ""))
    if day is None:
        return redirect(shown_state.address(pk, screen.year))
    try:
        changed = exceptions.toggled(draft.definition, day)
        draft = drafts.save(draft, changed, revision=shown_revision(request), by=request.user)
    except drafts.Conflict as conflict:
        newer, more = screen.after(request, conflict)
        return _drawn(request, newer, more, status=409)
    return _drawn(request, screen.with_draft(draft), {}, day=day)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def day(request: UserRequest, pk: int) -> HttpResponse:
    """One day (`?day=2026-03-09`) or, without it, any; in a dialog or on a page of its own."""
    screen, draft = editing(pk, request)
    asked = _day(request.GET.get("day", ""))
    screen = screen.on(asked.year) if asked else screen
    initial = _initial(draft.definition, asked)
    form = DayForm(request.POST or None, definition=draft.definition, initial=initial)
    if not form.is_bound or not form.is_valid():
        return _form(request, screen, form, 422 if form.is_bound else 200)
    try:
        drafts.save(draft, form.cleaned_data["definition"], revision=shown_revision(request), by=request.user)
    except drafts.Conflict as conflict:
        newer, more = screen.after(request, conflict)
        return _form(request, newer, form, 409, **more)
    messages.success(request, _said(form))
    first: date = form.cleaned_data["first"]
    return redirect(f"{shown_state.address(pk, first.year)}#d-{first}")


@require_POST
@for_administrators
@repeatable("what is gone stays gone")
def remove(request: UserRequest, pk: int) -> HttpResponse:
    """Take a line out: `line` is its section and key, “days:2026-03-09”."""
    screen, draft = editing(pk, request)
    section, _colon, key = request.POST.get("line", "").partition(":")
    if section not in {"days", "yearly"} or key not in draft.definition.get(section, {}):
        return redirect(shown_state.address(pk, screen.year))
    changed = exceptions.without(draft.definition, section, [key])
    try:
        drafts.save(draft, changed, revision=shown_revision(request), by=request.user)
    except drafts.Conflict as conflict:
        return page(request, *screen.after(request, conflict), status=409)
    line = wording.entry(exceptions.entry_of(section, key, draft.definition[section][key]))
    discarded_draft.keep(request, draft, _("“%(line)s” is removed.") % {"line": line})
    return redirect(shown_state.address(pk, screen.year))


def _drawn(
    request: UserRequest, screen: Screen, more: dict[str, Any], *, day: date | None = None, status: int = 200
) -> HttpResponse:
    if not request.htmx:
        return page(request, screen, more, status=status)
    context = screen.context() | {"is_part": True} | more
    return render(request, "sla/calendars/_drawn.html", context, status=status)


def _form(request: UserRequest, screen: Screen, form: DayForm, status: int, **more: Any) -> HttpResponse:
    template = "sla/calendars/day_dialog.html" if request.htmx else "sla/calendars/day_page.html"
    context = {**screen.bar(), "form": form, "title": _title(form), "now": _now(screen, form), **more}
    return render(request, template, context, status=status)


def _title(form: DayForm) -> str:
    first = form.initial.get("first")
    return wording.longest(first) if first else _("Exceptions")


def _now(screen: Screen, form: DayForm) -> str:
    """What the day is in the draft: “public holiday, Christmas Day”."""
    first = form.initial.get("first")
    drawing = screen.drawing if first else None
    day = drawing.day(first) if drawing and first else None
    return drawing.said(day) if drawing and day else ""


def _initial(definition: exceptions.Definition, day: date | None) -> dict[str, Any]:
    """What the day is now, and the hours it would have."""
    if day is None:
        return {}
    source = exceptions.source_of(definition, day)
    lines = source.lines if source else exceptions.usual_lines(definition, day)
    what = What.CLOSED if source is None or not source.lines else What.HOURS
    hours = lines or exceptions.usual_lines(definition, day)
    return {"first": day, "what": what, "hours": typed_hours.write(hours)}


def _said(form: DayForm) -> str:
    entry: exceptions.Entry = form.cleaned_data["entry"]
    if form.cleaned_data["what"] == What.USUAL:
        return _("%(days)s: as usual again.") % {"days": wording.days(entry)}
    return _("%(line)s. Saved in the draft.") % {"line": wording.entry(entry)}


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None
