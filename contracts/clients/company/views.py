"""Making and changing a client."""

from __future__ import annotations

import structlog
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.access import kept_client
from contracts.clients.company.forms import ClientForm
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_administrators, for_terms
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@acts_once
def new(request: UserRequest) -> HttpResponse:
    return _client(request, None, _("New client"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@repeatable("it writes the same into the same company")
def edit(request: UserRequest, pk: int) -> HttpResponse:
    return _client(request, kept_client(request, pk), _("Company"))


def _client(request: UserRequest, client: Client | None, title: str) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ClientForm(*sent, by=request.user, instance=client)
    if form.is_bound and form.is_valid():
        kept = form.save()
        log.info("client kept", by=request.user.pk, client=kept.pk, fields=form.changed_data)
        messages.success(request, _("Saved."))
        return redirect("clients:client", kept.pk)
    # an invalid form has written what was typed into its row
    shown = Client.objects.filter(pk=client.pk).first() if client else None
    context = {"title": title, "client": shown, "form": form}
    return render(request, "contracts/clients/form.html", context, status=422 if form.is_bound else 200)
