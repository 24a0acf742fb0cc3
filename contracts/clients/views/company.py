"""Making and changing a client and its contacts."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.clients.access import keeps
from contracts.clients.company_forms import ClientForm, ContactForm
from servicedesk.people.access import for_administrators, for_terms
from servicedesk.people.http import UserRequest
from servicedesk.people.invitations import invite
from servicedesk.people.models import Client, Membership

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: UserRequest) -> HttpResponse:
    return _client(request, None, _("New client"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
def edit(request: UserRequest, pk: int) -> HttpResponse:
    return _client(request, _kept(request, pk), _("Company"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
def contact_new(request: UserRequest, pk: int) -> HttpResponse:
    return _contact(request, _kept(request, pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
def contact(request: UserRequest, pk: int, member: int) -> HttpResponse:
    client = _kept(request, pk)
    known = get_object_or_404(client.memberships.select_related("user"), pk=member)
    return _contact(request, client, known)


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
    return _page(request, form, {"title": title, "client": shown})


def _contact(request: UserRequest, client: Client, member: Membership | None) -> HttpResponse:
    form = ContactForm(request.POST if request.method == "POST" else None, client=client, member=member)
    if form.is_bound and form.is_valid():
        person = form.keep()
        log.info("contact kept", by=request.user.pk, client=client.pk, contact=person.pk)
        if form.cleaned_data["is_invited"]:
            invite(person, by=request.user)
            messages.success(request, _("%(person)s is invited.") % {"person": person})
        else:
            messages.success(request, _("Saved."))
        return redirect("clients:client", client.pk)
    title = str(member.user) if member else _("New contact")
    return _page(request, form, {"title": title, "client": client})


def _page(request: UserRequest, form: Any, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": form}
    return render(request, "clients/form.html", context, status=422 if form.is_bound else 200)


def _kept(request: UserRequest, pk: int) -> Client:
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    if not keeps(request.user, client):
        raise Http404
    return client
