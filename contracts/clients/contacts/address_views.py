"""The further addresses of a contact: added, switched, removed, made the main one."""

from __future__ import annotations

import structlog
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts.access import keeps_person
from contracts.clients.contacts.forms import AddressForm, ContactForm
from contracts.clients.contacts.views import contact_page, kept_contact
from servicedesk.once.acting import acts_once, repeatable
from servicedesk.people import addresses
from servicedesk.people.access import for_terms
from servicedesk.people.addresses import AddressRefused
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Address, Client, Membership

log = structlog.get_logger(__name__)


@require_POST
@for_terms
@acts_once
def add(request: UserRequest, pk: int, member: int) -> HttpResponse:
    client, contact = _changeable(request, pk, member)
    form = AddressForm(request.POST, person=contact.user)
    if not form.is_valid():
        return _refused(request, client, contact, form, 422)
    try:
        kept = addresses.add(contact.user, form.cleaned_data["email"])
    except AddressRefused as error:  # given to somebody between the look and the keeping
        form.add_error("email", str(error))
        return _refused(request, client, contact, form, 409)
    return _done(request, contact, kept, "added", _("%(address)s is added."))


@require_POST
@for_terms
@repeatable("it says on or off")
def switch(request: UserRequest, pk: int, member: int, address: int) -> HttpResponse:
    """On with `on`, else off; twice the same is no mistake."""
    _client, contact = _changeable(request, pk, member)
    row = _address(contact, address)
    is_active = "on" in request.POST
    addresses.switch(row, is_active)
    sentence = _("%(address)s is switched on.") if is_active else _("%(address)s is switched off.")
    return _done(request, contact, row, "switched on" if is_active else "switched off", sentence)


@require_POST
@for_terms
@repeatable("what is gone stays gone")
def remove(request: UserRequest, pk: int, member: int, address: int) -> HttpResponse:
    _client, contact = _changeable(request, pk, member)
    row = _address(contact, address)
    addresses.remove(row)
    return _done(request, contact, row, "removed", _("%(address)s is removed."))


@require_POST
@for_terms
@repeatable("the main address stays the main one")
def main(request: UserRequest, pk: int, member: int, address: int) -> HttpResponse:
    _client, contact = _changeable(request, pk, member)
    row = _address(contact, address)
    addresses.make_primary(row)
    return _done(request, contact, row, "made main", _("%(person)s signs in with %(address)s from now on."))


def _changeable(request: UserRequest, pk: int, member: int) -> tuple[Client, Membership]:
    client, contact = kept_contact(request, pk, member)
    if not keeps_person(request.user, contact.user):
        raise Http404
    return client, contact


def _address(contact: Membership, pk: int) -> Address:
    return get_object_or_404(contact.user.addresses, pk=pk)


def _refused(
    request: UserRequest, client: Client, contact: Membership, form: AddressForm, status: int
) -> HttpResponse:
    return contact_page(request, ContactForm(client=client, member=contact, by=request.user), form, status)


def _done(
    request: UserRequest, contact: Membership, address: Address, what: str, sentence: str
) -> HttpResponse:
    log.info("address changed", what=what, by=request.user.pk, contact=contact.user_id, address=address.pk)
    messages.success(request, sentence % {"address": address, "person": contact.user})
    return redirect("clients:contact", contact.client_id, contact.pk)
