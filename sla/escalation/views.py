"""The escalation levels of a policy, written into its draft one by one."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.lib import keys
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.engine import escalation_levels
from sla.engine.escalation_levels import Level
from sla.escalation.forms import LevelForm
from sla.escalation.page import Screen, read
from sla.models import Policy
from sla.policies import drafts


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def escalation(request: UserRequest, pk: int) -> HttpResponse:
    """The levels; POST adds one, or changes the one with the `key`. `?copy=` fills in a new one's form."""
    screen = Screen.read(pk)
    if request.method != "POST":
        return _page(request, screen, like=screen.level(request.GET.get("copy", "")))
    key = request.POST.get("key", "")
    form = screen.form(request.POST, key=key)
    if screen.draft is None or (key and screen.level(key) is None):
        return _conflict(request, screen, form, drafts.Conflict(screen.draft))
    if not form.is_valid() or form.level is None:
        return _page(request, screen, form, status=422)
    try:
        _store(request, screen, [*form.others, form.level])
    except drafts.Conflict as conflict:
        return _conflict(request, screen, form, conflict)
    messages.success(request, _("Saved in the draft. It counts once the policy is published."))
    return redirect("sla:policy-escalation", pk)


@require_POST
@for_administrators
@acts_once
def begin(request: UserRequest, pk: int) -> HttpResponse:
    """Begin a draft, or join the one that there is."""
    drafts.draft_of(get_object_or_404(Policy, pk=pk, is_archived=False), request.user)
    return redirect("sla:policy-escalation", pk)


@require_POST
@for_administrators
@repeatable("what is gone stays gone")
def remove(request: UserRequest, pk: int, key: str) -> HttpResponse:
    screen = Screen.read(pk)
    try:
        _store(request, screen, [level for level in screen.levels if level.key != key])
    except drafts.Conflict as conflict:
        return _conflict(request, screen, None, conflict)
    messages.success(request, _("The level is taken out of the draft."))
    return redirect("sla:policy-escalation", pk)


@require_POST
@for_administrators
@acts_once
def copy_from(request: UserRequest, pk: int) -> HttpResponse:
    """Take the levels of another policy's latest version in place of these."""
    screen, given = Screen.read(pk), request.POST.get("policy", "")
    source = get_object_or_404(Policy, pk=keys.read(given) or 0)
    version = drafts.latest(source)
    copied = read(version.escalation if version else [])
    try:
        _store(request, screen, copied)
    except drafts.Conflict as conflict:
        return _conflict(request, screen, None, conflict)
    sentence = ngettext(
        "%(n)s level copied from “%(policy)s”.", "%(n)s levels copied from “%(policy)s”.", len(copied)
    )
    messages.success(request, sentence % {"n": len(copied), "policy": source})
    return redirect("sla:policy-escalation", pk)


def _store(request: UserRequest, screen: Screen, found: Iterable[Level]) -> None:
    """Raises `drafts.Conflict`: there is no draft, or a newer one than the page knew."""
    if screen.draft is None or screen.policy.is_archived:
        raise drafts.Conflict(None)
    sent = request.POST.get("revision", "")
    revision = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    written = [escalation_levels.as_json(level) for level in escalation_levels.in_order(found)]
    drafts.save(screen.draft, revision=revision, by=request.user, escalation=written)


def _conflict(
    request: UserRequest, screen: Screen, form: LevelForm | None, conflict: drafts.Conflict
) -> HttpResponse:
    """The levels as they are now, what was typed in its level's form, else in that of a new one."""
    newer = Screen.read(screen.policy.pk)
    typed = None
    if form is not None and newer.draft is not None:
        key = str(form.initial["key"])
        typed = newer.form(request.POST, key=key if newer.level(key) else "")
    return _page(request, newer, typed, conflict=str(conflict), status=409)


def _page(
    request: UserRequest,
    screen: Screen,
    form: LevelForm | None = None,
    *,
    like: Level | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {**screen.context(form, like), "bound": form, "conflict": conflict, "current": "escalation"}
    return render(request, "sla/escalation/page.html", context, status=status)
