"""A contact of a client: a new one, and changes of one."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.access import keeps_person, kept_client
from contracts.clients.contacts.forms import AddressForm, ContactForm
from servicedesk.attempts.counting import TooManyTries
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people.access import for_terms
from servicedesk.people.addresses import AddressRefused
from servicedesk.people.http import UserRequest
from servicedesk.people.invitations import invite
from servicedesk.people.models import Client, Membership, User

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@acts_once
def new(request: UserRequest, pk: int) -> HttpResponse:
    return _contact(request, kept_client(request, pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@repeatable("it writes the same into the same contact")
def contact(request: UserRequest, pk: int, member: int) -> HttpResponse:
    return _contact(request, *kept_contact(request, pk, member))


def _contact(request: UserRequest, client: Client, member: Membership | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = ContactForm(sent, client=client, member=member, by=request.user)
    if form.is_bound and form.is_valid():
        try:
            person = form.keep()
        except AddressRefused as error:
            form.add_error("email", str(error))
            return contact_page(request, form, status=409)
        log.info("contact kept", by=request.user.pk, client=client.pk, contact=person.pk)
        return _lead_on(request, person, form)
    return contact_page(request, form)


def _lead_on(request: UserRequest, person: User, form: ContactForm) -> HttpResponse:
    if not form.cleaned_data["is_invited"]:
        messages.success(request, _("Saved."))
    else:
        try:
            invite(person, by=request.user)
            messages.success(request, _("%(person)s is invited.") % {"person": person})
        except TooManyTries as refused:
            messages.warning(request, _("Saved, but no further invitation was sent.") + f" {refused}")
    return redirect("clients:client", form.client.pk)


def contact_page(
    request: UserRequest, form: ContactForm, address: AddressForm | None = None, status: int | None = None
) -> HttpResponse:
    """The form of a contact and, of one who is known, their addresses; `address` is a further one as sent."""
    member = form.member
    context: dict[str, Any] = {"title": _("New contact"), "client": form.client}
    if member:
        person = member.user
        context |= {"title": str(person), "member": member, "addresses": person.addresses.all()}
        context["may_keep_addresses"] = keeps_person(request.user, person)
        context["address_form"] = address or AddressForm(person=person)
    context |= {"form": form}
    return render(
        request, "contracts/clients/form.html", context, status=status or (422 if form.is_bound else 200)
    )


def kept_contact(request: UserRequest, pk: int, member: int) -> tuple[Client, Membership]:
    """Raises: Http404: this person does not keep the client, or the contact is another's."""
    client = kept_client(request, pk)
    return client, get_object_or_404(client.memberships.select_related("user"), pk=member)
