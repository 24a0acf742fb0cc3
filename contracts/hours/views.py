"""Hours bought, and mistakes put right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contracts.access import kept_contract
from contracts.errors import ContractError
from contracts.hours import prepaid
from contracts.hours.forms import CorrectionForm, PurchaseForm
from servicedesk.once.acting import acts_once
from servicedesk.people.access import for_terms
from servicedesk.people.http import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@acts_once
def purchase(request: UserRequest, pk: int) -> HttpResponse:
    return _booked(
        request,
        pk,
        lambda data, _contract: PurchaseForm(data),
        prepaid.purchase,
        gettext_lazy("Hours bought"),
        gettext_lazy("The hours are booked."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@acts_once
def correction(request: UserRequest, pk: int) -> HttpResponse:
    return _booked(
        request,
        pk,
        lambda data, contract: CorrectionForm(data, contract=contract),
        prepaid.correct,
        gettext_lazy("Correct the hours"),
        gettext_lazy("The hours are corrected."),
    )


def _booked(
    request: UserRequest,
    pk: int,
    make: Callable[..., forms.Form],
    book: Callable[..., Any],
    title: Promise,
    said: Promise,
) -> HttpResponse:
    """422 for what cannot be read, 409 for what the ledger refuses; what was typed stays."""
    agreed, status = kept_contract(request, pk), 200
    form = make(request.POST if request.method == "POST" else None, agreed)
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                book(agreed, by=request.user, **form.cleaned_data)
            except ContractError as refused:
                form.add_error(None, str(refused))
                status = 409
            else:
                messages.success(request, str(said))
                return redirect("clients:contract", agreed.pk)
    context = {"form": form, "contract": agreed, "title": title, "left": prepaid.balance(agreed)}
    return render(request, "contracts/hours/booking.html", context, status=status)
