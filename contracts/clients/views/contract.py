"""The page of one contract, and its terms."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts import account as accounts
from contracts import burndown, hours, offers
from contracts.clients.access import keeps
from contracts.clients.forms import ContractForm, DocumentForm
from contracts.errors import ContractError
from contracts.models import Contract
from servicedesk.people.access import for_staff, for_terms
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client

PER_PAGE = 25
log = structlog.get_logger(__name__)


@require_safe
@for_staff
def contract(request: UserRequest, pk: int) -> HttpResponse:
    agreed = get_object_or_404(visible(request), pk=pk)
    account = accounts.account(agreed, timezone.now())
    context = {
        "contract": agreed,
        "account": account,
        "totals": hours.totals(agreed),
        "drawing": burndown.draw(account),
        "words": burndown.in_words(account),
        "even_pace": account.even_pace(),
        "page": Paginator(accounts.movements(agreed), PER_PAGE).get_page(request.GET.get("page")),
        "may_keep": keeps(request.user, agreed.client),
        "offer": offers.open_of(agreed),
        "documents": agreed.documents.select_related("added_by"),
        "document_form": DocumentForm(auto_id="document_%s"),
    }
    return render(request, "clients/contract.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
def new(request: UserRequest, pk: int) -> HttpResponse:
    """Agree on something with a client."""
    client = get_object_or_404(Client.objects.visible_to(request.user).active(), pk=pk)
    _require_keeper(request, client)
    form = ContractForm(request.POST if request.method == "POST" else None, client=client)
    return _kept(request, form, client, _("The contract is agreed."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
def terms(request: UserRequest, pk: int) -> HttpResponse:
    """Change the terms; tickets that are open keep theirs."""
    agreed = kept_contract(request, pk)
    sent = request.POST if request.method == "POST" else None
    form = ContractForm(sent, client=agreed.client, instance=agreed)
    return _kept(request, form, agreed.client, _("The terms are changed for new tickets."))


def visible(request: UserRequest) -> QuerySet[Contract]:
    found = Contract.objects.visible_to(request.user)
    together = found.select_related("client__account_manager", "account_manager", "policy", "calendar")
    return together.prefetch_related("services")


def kept_contract(request: UserRequest, pk: int) -> Contract:
    """The contract, if this person keeps it; 404 otherwise."""
    agreed = get_object_or_404(visible(request), pk=pk)
    _require_keeper(request, agreed.client)
    return agreed


def _require_keeper(request: UserRequest, client: Client) -> None:
    if not keeps(request.user, client):
        raise Http404


def _kept(request: UserRequest, form: ContractForm, client: Client, said: str) -> HttpResponse:
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                agreed = form.keep()
            except ContractError as refused:
                form.add_error(None, str(refused))
            else:
                log.info("contract kept", by=request.user.pk, contract=agreed.pk, fields=form.changed_data)
                messages.success(request, said)
                return redirect("clients:contract", agreed.pk)
    context: dict[str, Any] = {"form": form, "client": client, "contract": form.instance}
    return render(request, "clients/terms.html", context, status=status)
