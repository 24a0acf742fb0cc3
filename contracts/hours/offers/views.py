"""The account manager's side of asking for hours."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contracts.access import kept_contract
from contracts.errors import ContractError
from contracts.hours import prepaid
from contracts.hours.offers import lifecycle as offers
from contracts.hours.offers.forms import OfferForm
from contracts.models import HoursOffer
from servicedesk.once.acting import acts_once
from servicedesk.people.access import for_terms
from servicedesk.people.http import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@acts_once
def offer(request: UserRequest, pk: int) -> HttpResponse:
    """Offer hours, in answer to what was asked for or unasked."""
    agreed, status = kept_contract(request, pk), 200
    standing = offers.open_of(agreed)
    form = OfferForm(request.POST if request.method == "POST" else None, standing=standing)
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                offers.offer(agreed, by=request.user, **form.cleaned_data)
            except ContractError as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                messages.success(request, _("The offer is sent to the client’s managers."))
                return redirect("clients:contract", agreed.pk)
    context = {
        "form": form,
        "contract": agreed,
        "title": _("Offer hours"),
        "left": prepaid.balance(agreed),
        "standing": standing,
        "button": _("Send the offer"),
    }
    return render(request, "contracts/hours/booking.html", context, status=status)


@require_POST
@for_terms
@acts_once
def withdraw(request: UserRequest, pk: int, offer: int) -> HttpResponse:
    agreed = kept_contract(request, pk)
    standing = get_object_or_404(
        HoursOffer.objects.select_related("contract__client"), pk=offer, contract=agreed
    )
    try:
        offers.withdraw(standing, by=request.user)
        messages.success(request, _("The offer is withdrawn."))
    except ContractError as refused:
        messages.error(request, str(refused))
    return redirect("clients:contract", agreed.pk)
