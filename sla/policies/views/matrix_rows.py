"""Rows of the draft: add, options, remove; and what replaces all of them at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.models import Policy, PolicyDraft
from sla.policies import drafts, matrix_table
from sla.policies.forms import CopyFromForm, NewRowForm, RowForm
from sla.policies.matrix import grid
from sla.policies.page import Screen
from sla.version_pages import discarded_draft
from sla.version_pages.shown_revision import revision as shown_revision

_FORM_METHODS = ["GET", "HEAD", "POST"]

# For each form: in a dialog over the matrix, and on a page of its own with its heading and button.
_TEMPLATES = {
    "add": ("sla/policies/add_dialog.html", "setup/form_page.html"),
    "options": ("sla/policies/options_dialog.html", "sla/policies/options_page.html"),
    "copy": ("sla/policies/copy_dialog.html", "sla/policies/copy_page.html"),
}
_WORDS = {
    "add": (gettext_lazy("Add a row"), gettext_lazy("Add the row")),
    "options": (gettext_lazy("Options of a row"), gettext_lazy("Save")),
    "copy": (gettext_lazy("Copy from another policy"), gettext_lazy("Copy the matrix")),
}


@require_http_methods(_FORM_METHODS)
@for_administrators
@acts_once
def add(request: UserRequest, pk: int) -> HttpResponse:
    screen, draft = _editing(pk)
    initial = {"revision": draft.revision, "kind": request.GET.get("kind", "incident")}
    form = NewRowForm(request.POST or None, rows=draft.rows, initial=initial)
    if not form.is_bound or not form.is_valid():
        return _dialog(request, screen, form, "add")
    rows = grid.ordered([*draft.rows, form.row()])
    drafts.save(draft, revision=form.cleaned_data["revision"], by=request.user, rows=rows)
    messages.success(request, _("The row is added. Write its own values; empty cells inherit."))
    return redirect("sla:policy", pk)


@require_http_methods(_FORM_METHODS)
@for_administrators
@repeatable("the draft’s revision has moved on by then")
def options(request: UserRequest, pk: int, row: str) -> HttpResponse:
    """Calendar, pauses, risk and the rest of one row; `row` is its name on the page."""
    screen, draft = _editing(pk)
    number = _number_of(draft, row)
    initial = RowForm.initial_of(draft.rows[number]) | {"revision": draft.revision}
    form = RowForm(request.POST or None, rows=draft.rows, number=number, initial=initial)
    if not form.is_bound or not form.is_valid():
        more = {"row": draft.rows[number], "slug": row, "name": screen.names.row(draft.rows[number])}
        return _dialog(request, screen, form, "options", **more)
    rows = [form.row() if place == number else one for place, one in enumerate(draft.rows)]
    drafts.save(draft, revision=form.cleaned_data["revision"], by=request.user, rows=rows)
    messages.success(request, _("The options of the row are saved."))
    return redirect("sla:policy", pk)


@require_POST
@for_administrators
@repeatable("the draft’s revision has moved on by then")
def remove(request: UserRequest, pk: int, row: str) -> HttpResponse:
    screen, draft = _editing(pk)
    number = _number_of(draft, row)
    rows = [one for place, one in enumerate(draft.rows) if place != number]
    drafts.save(draft, revision=shown_revision(request), by=request.user, rows=rows)
    name = screen.names.row(draft.rows[number])
    discarded_draft.keep(request, draft, _("The row “%(row)s” is removed.") % {"row": name})
    return redirect("sla:policy", pk)


@require_http_methods(_FORM_METHODS)
@for_administrators
@acts_once
def copy_from(request: UserRequest, pk: int) -> HttpResponse:
    """Put the latest matrix of another policy in place of this draft's."""
    screen, draft = _editing(pk)
    form = CopyFromForm(request.POST or None, policy=screen.policy, initial={"revision": draft.revision})
    if not form.is_bound or not form.is_valid():
        return _dialog(request, screen, form, "copy")
    source: Policy = form.cleaned_data["source"]
    parts = drafts.parts_of(drafts.latest(source))
    if not form.cleaned_data["with_rest"]:
        parts = {"rows": parts["rows"]}
    drafts.save(draft, revision=form.cleaned_data["revision"], by=request.user, **parts)
    discarded_draft.keep(request, draft, _("The matrix of “%(policy)s” is copied.") % {"policy": source})
    return redirect("sla:policy", pk)


def _editing(pk: int) -> tuple[Screen, PolicyDraft]:
    """Raises `drafts.Conflict` when there is no draft any more."""
    screen = Screen.read(pk)
    if screen.draft is None:
        raise drafts.Conflict(None)
    return screen, screen.draft


def _number_of(draft: PolicyDraft, row: str) -> int:
    found = [number for number, slug in matrix_table.slugs(draft.rows).items() if slug == row]
    if not found:
        raise Http404
    return found[0]


def _dialog(request: UserRequest, screen: Screen, form: Any, part: str, **more: Any) -> HttpResponse:
    """The form in a dialog over the matrix, or on a page of its own for browsers without scripts."""
    dialog, page = _TEMPLATES[part]
    heading, button = _WORDS[part]
    words = {"heading": heading, "button": button, "back": reverse("sla:policy", args=[screen.policy.pk])}
    context = {"policy": screen.policy, "form": form, **words, **more}
    status = 422 if form.is_bound else 200
    return render(request, dialog if request.htmx else page, context, status=status)
