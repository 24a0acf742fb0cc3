"""Many days at once: pasted, or out of a calendar file. Looked at first, then added."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from servicedesk.once.acting import acts_once
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.calendars import drafts, shown_state, wording
from sla.calendars.editing import ics_import, many_exceptions, pasted_text
from sla.calendars.editing.many_exceptions import Result
from sla.calendars.forms import PasteForm
from sla.calendars.page import Screen
from sla.calendars.views.year import editing
from sla.models import CalendarDraft
from sla.version_pages.shown_revision import revision as shown_revision


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def paste(request: UserRequest, pk: int) -> HttpResponse:
    screen, draft = editing(pk, request)
    if request.method != "POST":
        return _page(request, screen, PasteForm())
    form = PasteForm(request.POST, request.FILES)
    left_out = _with_file(form) if form.is_valid() else []
    if form.errors:
        return _page(request, screen, form, status=422)
    looked = _looked_at(form.data.get("text", ""), draft)
    if "add" in request.POST and looked["can_add"]:
        return _added(request, screen, draft, form, looked)
    return _page(request, screen, form, left_out=left_out, **looked, status=422 if looked["faults"] else 200)


def _with_file(form: PasteForm) -> list[ics_import.LeftOut]:
    """Put what a file says below what is typed; return what could not be taken from it."""
    data = form.cleaned_data["file"]
    if data is None:
        return []
    try:
        contents = ics_import.read(data)
    except ics_import.IcsError as error:
        form.add_error("file", wording.problem(error))
        return []
    typed = str(form.cleaned_data["text"]).rstrip()
    lines = pasted_text.lines_of(iter(contents.events))
    form.data = {"text": f"{typed}\n{lines}".strip("\n")}
    return contents.left_out


def _looked_at(text: str, draft: CalendarDraft) -> dict[str, Any]:
    """What each line would do. Nothing can be added while one of them is wrong."""
    lines, unread = pasted_text.read(text)
    definition, added, refused = many_exceptions.add(draft.definition, lines)
    faults = sorted([*unread, *refused], key=lambda fault: fault.number)
    return {
        "definition": definition,
        "added": [_row(one) for one in added],
        "faults": [{"fault": fault, "reason": wording.problem(fault)} for fault in faults],
        "new_count": sum(one.result != Result.KNOWN for one in added),
        "can_add": bool(added) and not faults,
        "is_looked_at": True,
    }


def _row(one: many_exceptions.Added) -> dict[str, Any]:
    line = one.line
    return {
        "number": line.number,
        "days": wording.days(line.entry),
        "hours": wording.hours(line.entry.lines),
        "name": line.name,
        "result": wording.result(one),
        "is_known": one.result == Result.KNOWN,
    }


def _added(
    request: UserRequest, screen: Screen, draft: CalendarDraft, form: PasteForm, looked: dict[str, Any]
) -> HttpResponse:
    try:
        drafts.save(draft, looked["definition"], revision=shown_revision(request), by=request.user)
    except drafts.Conflict as conflict:
        newer, more = screen.after(request, conflict)
        assert newer.draft is not None
        again = _looked_at(form.data.get("text", ""), newer.draft)
        return _page(request, newer, form, **again, **more, status=409)
    count = looked["new_count"]
    said = ngettext("%(n)s line is added to the draft.", "%(n)s lines are added to the draft.", count)
    messages.success(
        request, said % {"n": count} if count else _("All of them were in the calendar already.")
    )
    return redirect(shown_state.address(screen.calendar.pk, screen.year))


def _page(
    request: UserRequest, screen: Screen, form: PasteForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {**screen.bar(), "form": form, **more}
    return render(request, "sla/calendars/paste.html", context, status=status)
