"""The matrix of a policy: looking at it, starting a draft, writing into its cells."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from servicedesk.once.acting import repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.changes import preview_wording
from sla.models import PolicyDraft
from sla.policies import drafts, matrix_table, wording
from sla.policies.matrix import differences, target_text
from sla.policies.matrix.inheritance import Lineage, Place, Rows, text_at
from sla.policies.page import Screen
from sla.version_pages import discarded_draft
from sla.version_pages.shown_revision import revision as shown_revision


@require_safe
@for_administrators
def policy(request: UserRequest, pk: int) -> HttpResponse:
    """The draft if there is one, else the latest version."""
    return _page(request, Screen.read(pk))


@require_POST
@for_administrators
@repeatable("the draft’s revision has moved on by then")
def cell(request: UserRequest, pk: int) -> HttpResponse:
    """Store one text, right or wrong; answer with the cells that show it or inherit from it."""
    screen, text = Screen.read(pk), request.POST.get("text", "")
    name = request.POST.get("field", "")
    try:
        draft = _written(screen, request, {name: text})
    except drafts.Conflict as conflict:
        return _cell_conflict(request, screen, conflict, {name: text})
    before, after = screen.rows, draft.rows
    changed = screen.with_draft(draft)
    place = matrix_table.places(after)[name]
    shown = {(number, column) for number, column, _target in [place, *_heirs(before, after)]}
    cells = [changed.drawing.cell(*one) for one in sorted(shown) if one[1] in changed.drawing.columns]
    return render(request, "sla/policies/_saved.html", {"cells": cells, **changed.bar()})


@require_POST
@for_administrators
@repeatable("the draft’s revision has moved on by then")
def save(request: UserRequest, pk: int) -> HttpResponse:
    """The whole form, for browsers without scripts. Fields that were not sent stay as they are."""
    screen = Screen.read(pk)
    known = set(matrix_table.places(screen.rows))
    sent = {name: str(text) for name, text in request.POST.items() if name in known}
    try:
        draft = _written(screen, request, sent)
    except drafts.Conflict as conflict:
        return _page(request, *_told(request, screen, conflict, sent), status=409)
    if wrong := len(screen.with_draft(draft).errors):
        messages.warning(request, _("Saved in the draft. Cells to fix: %(n)s.") % {"n": wrong})
    else:
        messages.success(request, _("Saved in the draft."))
    return redirect("sla:policy", pk)


@require_GET
@for_administrators
def effect_sentence(request: UserRequest, pk: int) -> HttpResponse:
    """What publishing would do to open tickets, in a sentence; for the bar below the matrix."""
    screen = Screen.read(pk)
    return HttpResponse(preview_wording.sentence(screen.preview()), content_type="text/plain; charset=utf-8")


@transaction.atomic
def _written(screen: Screen, request: UserRequest, sent: dict[str, str]) -> PolicyDraft:
    """Raises `drafts.Conflict`: the page is older than the draft, or a row is gone."""
    if screen.draft is None:
        raise drafts.Conflict(None)
    revision = shown_revision(request)
    stored = drafts.locked(screen.draft, revision=revision)
    rows, by_name = stored.rows, matrix_table.places(stored.rows)
    for name, text in sent.items():
        if name not in by_name:
            raise drafts.Conflict(stored)
        if target_text.neat(text) != text_at(rows, by_name[name]):
            rows = matrix_table.written(rows, by_name[name], text)
    if rows == stored.rows:
        return stored
    return drafts.save(stored, revision=revision, by=request.user, rows=rows)


def _heirs(before: Rows, after: Rows) -> Collection[Place]:
    """Fields that inherit another value than a moment ago."""
    old, new = Lineage(before).all_inherited(), Lineage(after).all_inherited()
    return [place for place, text in new.items() if old.get(place) != text]


def _cell_conflict(
    request: UserRequest, screen: Screen, conflict: drafts.Conflict, sent: dict[str, str]
) -> HttpResponse:
    """The page as it is now, the typed text in its place; and what the other changed."""
    newer, told = _told(request, screen, conflict, sent)
    template = "sla/policies/_conflict.html" if conflict.draft else "sla/policies/_conflict_banner.html"
    context = newer.context() if conflict.draft else {"policy": screen.policy}
    return render(request, template, {**context, **told, "is_part": True}, status=409)


def _told(
    request: UserRequest, screen: Screen, conflict: drafts.Conflict, sent: dict[str, str]
) -> tuple[Screen, dict[str, object]]:
    """What the other person changed since this page was made, and the screen with what was typed."""
    newer = Screen.read(screen.policy.pk)
    seen = differences.unstamped(request.POST.get("seen", ""))
    by_name, old = matrix_table.places(newer.rows), matrix_table.places(seen)
    typed = {
        by_name[name]: text
        for name, text in sent.items()
        if name in by_name
        and target_text.neat(text) != text_at(newer.rows, by_name[name])
        and (name not in old or target_text.neat(text) != text_at(seen, old[name]))
    }
    lines = (
        wording.told(differences.between(seen, newer.rows), newer.names) if seen and conflict.draft else []
    )
    lost = [text for name, text in sent.items() if name not in by_name and text]
    told: dict[str, object] = {
        "conflict": str(conflict),
        "changes": lines,
        "lost": lost if len(sent) == 1 else [],
    }
    return (newer.with_typed(typed) if newer.draft else newer), told


def _page(
    request: UserRequest, screen: Screen, told: dict[str, object] | None = None, status: int = 200
) -> HttpResponse:
    context = screen.context() | {"kept": discarded_draft.find(request, screen.policy)} | (told or {})
    return render(request, "sla/policies/policy.html", context, status=status)
