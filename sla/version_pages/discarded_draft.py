"""A draft thrown away, or its part: kept in the person's session a while, so that it can be put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from servicedesk.people.http import UserRequest
from sla.models import Calendar, CalendarDraft, Policy, PolicyDraft
from sla.version_pages.shown_revision import revision
from sla.versions import drafts
from sla.versions.drafts import Conflict, D, Drafts, Owner, V


@dataclass(frozen=True)
class Discarded:
    """`sentence` says what was done; `parts` are those of the draft as they were before."""

    sentence: str
    parts: dict[str, Any]


def keep(request: UserRequest, draft: CalendarDraft | PolicyDraft, sentence: str) -> None:
    parts = {name: getattr(draft, name) for name in draft.PARTS}
    request.session[_key(draft.owner)] = {"sentence": sentence, "parts": parts}


def find(request: UserRequest, owner: Calendar | Policy) -> Discarded | None:
    kept = request.session.get(_key(owner))
    return Discarded(**kept) if kept else None


def forget(request: UserRequest, owner: Calendar | Policy) -> None:
    request.session.pop(_key(owner), None)


def begin(request: UserRequest, sort: Drafts[Owner, V, D], pk: int) -> None:
    """Begin a draft, or join the one that there is."""
    owner = get_object_or_404(sort.owner, pk=pk, is_archived=False)
    sort.draft_of(owner, request.user)
    forget(request, owner)


def discard(request: UserRequest, sort: Drafts[Owner, V, D], pk: int) -> None:
    """Raises `Conflict`: the draft is another by now, or gone."""
    draft = sort.existing(get_object_or_404(sort.owner, pk=pk))
    if draft is None:
        raise Conflict(None)
    drafts.discard(draft, revision=revision(request))
    keep(request, draft, _("The draft is discarded."))


def put_back(request: UserRequest, sort: Drafts[Owner, V, D], pk: int) -> None:
    """Undo what this person threw away last.

    Raises:
        Conflict: the page showed another draft.
    """
    owner = get_object_or_404(sort.owner, pk=pk, is_archived=False)
    before = find(request, owner)
    if before is None:
        raise Http404
    draft, shown = sort.existing(owner), revision(request)
    if draft is None:
        draft = sort.draft_of(owner, request.user)
        shown = draft.revision
    drafts.store(draft, revision=shown, by=request.user, **before.parts)
    forget(request, owner)
    messages.success(request, _("The draft is restored."))


def _key(owner: Calendar | Policy) -> str:
    return f"{owner._meta.model_name}-{owner.pk}-discarded"
