"""Asking for hours and answering an offer, on the contract's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts.errors import ContractError
from contracts.hours.offers import lifecycle as offers
from contracts.models import Contract, HoursOffer
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.portal.access import for_clients
from servicedesk.portal.contract import views as page
from servicedesk.portal.contract.hours_form import MAX_TEXT, AskForm


@require_POST
@for_clients
@acts_once
def ask(request: UserRequest, contract: int) -> HttpResponse:
    """422 for what cannot be read, 409 when something is asked for or offered already."""
    agreed = _contract(request, contract)
    form = AskForm(request.POST, auto_id="ask_%s")
    if not form.is_valid():
        return page.show(request, agreed, status=422, ask_form=form)
    try:
        offers.ask(agreed, form.cleaned_data["hours"], by=request.user, wish=form.cleaned_data["wish"])
    except ContractError as refused:
        form.add_error(None, str(refused))
        return page.show(request, agreed, status=409, ask_form=form)
    messages.success(request, _("Your account manager will send you an offer."))
    return redirect("portal:contract", contract)


@require_POST
@for_clients
@acts_once
def answer(request: UserRequest, contract: int, offer: int) -> HttpResponse:
    """Buy, decline, or take back what one asked for."""
    agreed = _contract(request, contract)
    offered = get_object_or_404(
        HoursOffer.objects.select_related("contract__client"), pk=offer, contract=agreed
    )
    try:
        messages.success(request, _answered(request, offered))
    except ContractError as refused:
        messages.error(request, str(refused))
    return redirect("portal:contract", contract)


def _answered(request: UserRequest, offered: HoursOffer) -> str:
    match request.POST.get("answer"):
        case "accept":
            offers.accept(offered, by=request.user)
            return _("The hours are bought and can be used at once.")
        case "decline":
            offers.decline(offered, by=request.user, reason=request.POST.get("reason", "")[:MAX_TEXT])
            return _("You have declined the offer.")
        case "withdraw":
            offers.withdraw(offered, by=request.user)
            return _("Your request for hours is withdrawn.")
    raise ContractError(_("Choose what to do."))


def _contract(request: UserRequest, pk: int) -> Contract:
    return get_object_or_404(page.visible(request), pk=pk)
