"""The list of policies; a new one, a copy, another name, the archive."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from servicedesk.lib import keys
from servicedesk.lib.folding import contains
from servicedesk.lib.refusals import Refusal
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators
from servicedesk.people.http import UserRequest
from sla.models import Policy
from sla.policies import drafts
from sla.policies.forms import NewPolicyForm, PolicyForm
from sla.policies.listing import listed, used

_PAGE = 50


class StillUsed(Refusal):
    """Contracts in use target what this policy says."""

    def __init__(self, contracts: int) -> None:
        text = ngettext(
            "%(n)s contract uses this policy. Give it another policy first.",
            "%(n)s contracts use this policy. Give them another policy first.",
            contracts,
        )
        super().__init__(text % {"n": contracts})


@require_safe
@for_administrators
def policies(request: UserRequest) -> HttpResponse:
    search = request.GET.get("q", "").replace("\0", "").strip()
    is_archive = request.GET.get("state") == "archived"
    every = Policy.objects.all()
    found = listed(timezone.now()).filter(contains("name", search), is_archived=is_archive)
    context = {
        "page": Paginator(found, _PAGE).get_page(request.GET.get("page")),
        "search": search,
        "is_archive": is_archive,
        "has_archive": is_archive or every.filter(is_archived=True).exists(),
        "exist": every.exists(),
    }
    return render(request, "sla/policies/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def new(request: UserRequest) -> HttpResponse:
    form = NewPolicyForm(request.POST or None, initial=_suggested(request.GET.get("copy", "")))
    if form.is_bound and form.is_valid():
        policy = _create(form, request)
        return redirect("sla:policy", policy.pk)
    status = 422 if form.is_bound else 200
    words = {"heading": _("New policy"), "button": _("Create the draft"), "back": reverse("sla:policies")}
    return render(request, "setup/form_page.html", {"form": form, **words}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@repeatable("it writes the same name")
def rename(request: UserRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(Policy, pk=pk)
    form = PolicyForm(request.POST or None, instance=policy)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("The name is saved."))
        return redirect("sla:policy", pk)
    status = 422 if form.is_bound else 200
    words = {"heading": _("Rename the policy"), "button": _("Save"), "back": reverse("sla:policy", args=[pk])}
    return render(request, "setup/form_page.html", {"form": form, **words}, status=status)


@require_POST
@for_administrators
@transaction.atomic
@acts_once
def archive(request: UserRequest, pk: int) -> HttpResponse:
    """Put a policy into the archive, or take it out again."""
    get_object_or_404(Policy.objects.select_for_update(), pk=pk)
    policy = used().get(pk=pk)
    contracts: int = policy.contract_count  # type: ignore[attr-defined]  # put there by `used`
    if contracts and not policy.is_archived:
        raise StillUsed(contracts)
    policy.is_archived = not policy.is_archived
    policy.save(update_fields=["is_archived"])
    words = _("“%(policy)s” is in the archive.") if policy.is_archived else _("“%(policy)s” is in use again.")
    messages.success(request, words % {"policy": policy})
    return redirect("sla:policies")


@transaction.atomic
def _create(form: NewPolicyForm, request: UserRequest) -> Policy:
    """A policy begins as a draft; it targets nothing before it is published."""
    policy: Policy = form.save()
    source: Policy | None = form.cleaned_data["copy_of"]
    parts = drafts.parts_of(drafts.latest(source) if source else None)
    drafts.begin(policy, by=request.user, **parts)
    messages.success(
        request, _("The policy is created as a draft. It sets no targets until it is published.")
    )
    return policy


def _suggested(copied: str) -> dict[str, object]:
    """The name and source when somebody pressed “Copy”."""
    source = Policy.objects.filter(pk=keys.read(copied) or 0).first()
    return {"copy_of": source, "name": _("%(policy)s (copy)") % {"policy": source}} if source else {}
