"""The life of a draft: begun, thrown away, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.calendars import discarded_draft, drafts, shown_state
from sla.models import Calendar


@require_POST
@for_administrators
@acts_once
def edit(request: UserRequest, pk: int) -> HttpResponse:
    """Begin a draft, or join the one that there is."""
    calendar = get_object_or_404(Calendar, pk=pk, is_archived=False)
    drafts.draft_of(calendar, request.user)
    discarded_draft.forget(request, calendar)
    return redirect(shown_state.address(pk, shown_state.year(request)))


@require_POST
@for_administrators
@repeatable("what is gone stays gone")
def discard(request: UserRequest, pk: int) -> HttpResponse:
    draft = drafts.existing(get_object_or_404(Calendar, pk=pk))
    if draft is None:
        raise drafts.Conflict(None)
    drafts.discard(draft, revision=shown_state.revision(request))
    discarded_draft.keep(request, draft, _("The draft is discarded."))
    return redirect(shown_state.address(pk, shown_state.year(request)))


@require_POST
@for_administrators
@acts_once
def put_back(request: UserRequest, pk: int) -> HttpResponse:
    """Undo what this person threw away last."""
    calendar = get_object_or_404(Calendar, pk=pk, is_archived=False)
    before = discarded_draft.find(request, calendar)
    if before is None:
        raise Http404
    draft = drafts.existing(calendar)
    if draft is None:
        draft = drafts.draft_of(calendar, request.user)
        drafts.save(draft, before.definition, revision=draft.revision, by=request.user)
    else:
        drafts.save(draft, before.definition, revision=shown_state.revision(request), by=request.user)
    discarded_draft.forget(request, calendar)
    messages.success(request, _("The draft is restored."))
    return redirect(shown_state.address(pk, shown_state.year(request)))
