"""Internal targets of the steps of the processes, written into the draft of a policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog.process_steps import PEOPLE_STEPS
from servicedesk.lib.refusals import Refusal
from servicedesk.once.acting import repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from servicedesk.people.models import User
from sla.models import Policy, PolicyDraft, PolicyVersion
from sla.policies import drafts
from sla.policies.listing import used
from sla.step_targets.forms import StepTargetsForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("the draft’s revision has moved on by then")
def steps(request: UserRequest, pk: int) -> HttpResponse:
    """POST stores the draft; clocks follow it once the policy is published."""
    policy = get_object_or_404(used(), pk=pk)
    draft, version = drafts.existing(policy), drafts.latest(policy)
    if request.method != "POST":
        return _page(request, policy, draft, version, _form(None, draft, version))
    if policy.is_archived:
        raise Refusal(_("This policy is archived. Restore it first."))
    form = _form(request.POST, draft, version)
    if not form.is_valid():
        return _page(request, policy, draft, version, form)
    try:
        _save(policy, form, by=request.user)
    except drafts.Conflict as conflict:
        form = _again(request.POST, conflict.draft, version)
        return _page(request, policy, conflict.draft, version, form, str(conflict))
    messages.success(request, _("Saved in the draft. It counts once the policy is published."))
    return redirect("sla:policy-steps", policy.pk)


def _form(data: Any, draft: PolicyDraft | None, version: PolicyVersion | None) -> StepTargetsForm:
    published = version.step_targets if version else {}
    return StepTargetsForm(
        data,
        targets=draft.step_targets if draft else published,
        revision=draft.revision if draft else 0,
        hints=_hints(_("Published: %(target)s"), published),
    )


def _again(data: QueryDict, draft: PolicyDraft | None, version: PolicyVersion | None) -> StepTargetsForm:
    """What was typed, now on top of what is stored: whoever saves again has seen both."""
    source, revision = draft or version, draft.revision if draft else 0
    stored = source.step_targets if source else {}
    typed = data.copy()
    typed["revision"] = str(revision)
    return StepTargetsForm(
        typed, targets=stored, revision=revision, hints=_hints(_("Stored now: %(target)s"), stored)
    )


def _hints(sentence: str, targets: Mapping[str, str]) -> dict[str, str]:
    return {step: sentence % {"target": targets.get(step) or _("none")} for step in PEOPLE_STEPS}


@transaction.atomic
def _save(policy: Policy, form: StepTargetsForm, *, by: User) -> None:
    """Raises `drafts.Conflict` when the page knew another draft, or none where there is one."""
    revision, is_begun = form.cleaned_data["revision"], drafts.existing(policy) is not None
    if revision and not is_begun:
        raise drafts.Conflict(None)
    draft = drafts.draft_of(policy, by)
    if not revision and not is_begun:
        revision = draft.revision
    drafts.save(draft, revision=revision, by=by, step_targets=form.targets())


def _page(
    request: UserRequest, policy: Policy, draft: PolicyDraft | None, version: PolicyVersion | None,
    form: StepTargetsForm, conflict: str = "",
) -> HttpResponse:  # fmt: skip
    for field in form.fields.values():
        field.disabled = policy.is_archived
    context = {
        "policy": policy,
        "draft": draft,
        "version": version,
        "is_in_force": version is not None and version.effective_from <= timezone.now(),
        "next_number": int(policy.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        "form": form,
        "fields": [form[step] for step in PEOPLE_STEPS],
        "conflict": conflict,
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "sla/step_targets/page.html", context, status=status)
