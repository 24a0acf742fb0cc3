"""A new contract, its terms, and what is planned of them."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contracts import formats as contract_formats
from contracts.access import kept_contract, require_keeper
from contracts.errors import ContractError
from contracts.models import Contract, ContractVersion
from contracts.terms import text as terms_text
from contracts.terms import values as terms
from contracts.terms import versions
from contracts.terms.forms import ContractForm, TermsForm, filled_in
from contracts.terms.versions import TermsMoved, UnfitDay
from servicedesk.lib import keys
from servicedesk.once.acting import acts_once
from servicedesk.people.access import for_terms
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@acts_once
def new(request: UserRequest, pk: int) -> HttpResponse:
    """Agree on something with a client."""
    client = get_object_or_404(Client.objects.visible_to(request.user).active(), pk=pk)
    require_keeper(request, client)
    form = ContractForm(request.POST if request.method == "POST" else None, client=client)
    if form.is_bound and form.is_valid():
        try:
            agreed = form.keep(by=request.user)
        except ContractError as refused:
            form.add_error(None, str(refused))
        else:
            log.info("contract agreed", by=request.user.pk, contract=agreed.pk)
            messages.success(request, _("The contract is agreed."))
            return redirect("clients:contract", agreed.pk)
    context = {"form": form, "client": client, "contract": None}
    return render(request, "contracts/terms/terms.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@acts_once
def change(request: UserRequest, pk: int) -> HttpResponse:
    """Change the terms, now or from a day to come; tickets that are open keep theirs.

    `?like=2` fills in those of version 2. The form carries the mark of what it was made with; if that has
    moved, 409 says what is stored now, and sending again replaces it.
    """
    agreed = kept_contract(request, pk)
    form = _form(request, agreed)
    if not form.is_bound:
        return _page(request, agreed, form)
    if form.is_valid():
        try:
            return _changed(request, agreed, form)
        except TermsMoved as moved:
            return _conflict(request, kept_contract(request, pk), form, moved)
        except UnfitDay as refused:
            form.add_error("effective_on", str(refused))
        except ContractError as refused:
            form.add_error(None, str(refused))
    return _page(request, agreed, form, 422, seen=request.POST.get("seen", ""))


@require_POST
@for_terms
@acts_once
def withdraw(request: UserRequest, pk: int, version: int) -> HttpResponse:
    """Take back what is planned."""
    agreed = kept_contract(request, pk)
    try:
        day = versions.withdraw(agreed, version, by=request.user)
    except ContractError as refused:
        messages.error(request, str(refused))
    else:
        said = _("What was planned from %(day)s on is withdrawn.") % {"day": contract_formats.day(day)}
        messages.success(request, said)
    return redirect("clients:contract", agreed.pk)


def _form(request: UserRequest, agreed: Contract) -> TermsForm:
    """What was sent is checked with the version it began with: services of then may be archived by now."""
    like = _like(request, agreed)
    filled = filled_in(agreed, like) if like else None
    return TermsForm(request.POST if request.method == "POST" else None, contract=agreed, filled=filled)


def _like(request: UserRequest, agreed: Contract) -> ContractVersion | None:
    number = request.GET.get("like", "")
    return agreed.versions.filter(number=keys.read(number) or 0).first()


def _changed(request: UserRequest, agreed: Contract, form: TermsForm) -> HttpResponse:
    held = form.change(by=request.user, seen=request.POST.get("seen"))
    log.info("terms changed", by=request.user.pk, contract=held.pk, version=held.version)
    day = form.cleaned_data["effective_on"]
    if day and held.next_version_on == day:
        said = _("The terms are agreed and come into force on %(day)s.") % {"day": contract_formats.day(day)}
    elif held.version != agreed.version:
        said = _(
            "The terms are changed: deadlines and coverage for new tickets; rounding, minimum slot and what "
            "happens at zero hours for time logged from now on."
        )
    elif held.closed_until != agreed.closed_until:
        said = _("Saved. The terms are as they were.")
    else:
        said = _("No changes from the terms in force, so nothing was saved.")
    messages.success(request, said)
    return redirect("clients:contract", held.pk)


def _conflict(request: UserRequest, stored: Contract, form: TermsForm, moved: TermsMoved) -> HttpResponse:
    """What was typed stays in the fields; what is stored now and differs stands above, and counts as seen."""
    now = terms.of(stored, stored.services.all())
    differing = terms_text.differences(now, form.typed())
    return _page(request, stored, form, 409, conflict=str(moved), differing=differing)


def _page(
    request: UserRequest, agreed: Contract, form: TermsForm, status: int = 200, **more: Any
) -> HttpResponse:
    coming, like = versions.planned(agreed), _like(request, agreed)
    now = terms.of(agreed, agreed.services.all()) if coming else {}
    context = {
        "form": form,
        "client": agreed.client,
        "contract": agreed,
        "like": like,
        "gone": terms.gone(like.terms) if like else [],
        "coming": coming,
        "planned": terms_text.differences(now, versions.to_come(now, coming)) if coming else [],
        "seen": versions.mark(agreed),
    }
    return render(request, "contracts/terms/terms.html", context | more, status=status)
