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
from sla.changes.forms import ApplyForm
from sla.models import Policy, PolicyDraft, PolicyVersion
from sla.policies import discarded_draft, drafts, publish_effect, wording
from sla.policies.matrix import grid
from sla.policies.page import Screen
from sla.versions import publishing


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def publish(request: UserRequest, pk: int) -> HttpResponse:
    """GET shows the effect on open tickets; POST publishes."""
    screen = Screen.read(pk)
    if screen.draft is None:
        raise drafts.Conflict(None)
    if request.method != "POST":
        return _page(request, screen, ApplyForm(initial=_asked(request.GET.get("effective_from", ""))))
    form = ApplyForm(request.POST)
    if screen.errors or not form.is_valid() or not _begins_last(screen.policy, form):
        return _page(request, screen, form, status=422)
    try:
        version = _published(screen, screen.draft, form, request)
    except drafts.Conflict as conflict:
        return _page(request, Screen.read(pk), form, status=409, conflict=str(conflict))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, screen, form, status=422)
    discarded_draft.forget(request, screen.policy)
    _say(request, version)
    return redirect("sla:policy", pk)


@transaction.atomic
def _published(screen: Screen, draft: PolicyDraft, form: ApplyForm, request: UserRequest) -> PolicyVersion:
    """All or nothing: the version, its coming to open tickets, the end of the draft."""
    Policy.objects.select_for_update().get(pk=screen.policy.pk)  # two versions never get one number
    stored = drafts.locked(draft, revision=_revision(request))
    version = publishing.publish_policy(
        screen.policy,
        [grid.as_fields(cell) for cell in screen.cells()],
        form.cleaned_data["effective_from"],
        by=request.user,
        escalation=stored.escalation,
        step_targets=stored.step_targets,
    )
    form.order(version, by=request.user)
    stored.delete()
    return version


def _begins_last(policy: Policy, form: ApplyForm) -> bool:
    """Versions follow each other; one cannot begin before, or with, another."""
    last, begins = drafts.latest(policy), form.cleaned_data["effective_from"]
    if last is None or begins > last.effective_from:
        return True
    sentence = _("Version %(number)s is valid from %(moment)s. Choose a later time.")
    moment = formatting.in_full(last.effective_from)
    form.add_error("effective_from", sentence % {"number": last.number, "moment": moment})
    return False


def _page(
    request: UserRequest, screen: Screen, form: ApplyForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **screen.context(),
        "form": form,
        "lines": wording.told(screen.changes, screen.names, most=100),
        "preview": publish_effect.of(screen) if screen.draft and not screen.errors else None,
        **more,
    }
    return render(request, "sla/policies/publish.html", context, status=status)


def _asked(day: str) -> dict[str, datetime]:
    """The day chosen below the matrix; today and earlier mean now, which is what an empty field says."""
    first = days.read(day)
    if first is None:
        return {}
    begins = timezone.make_aware(datetime.combine(first, time()))
    return {"effective_from": begins} if begins > timezone.now() else {}


def _revision(request: UserRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _say(request: UserRequest, version: PolicyVersion) -> None:
    words = _("Version %(number)s is published. It is valid from %(moment)s.")
    moment = formatting.in_full(version.effective_from)
    messages.success(request, words % {"number": version.number, "moment": moment})
