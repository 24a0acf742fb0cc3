"""Contracts that end soon, and their renewal, many at once."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from contracts.access import visible_contracts
from contracts.errors import ContractError
from contracts.models import Contract
from contracts.terms.renewals import renewal as verbs
from contracts.terms.renewals.forms import RenewalForm
from servicedesk.once.acting import acts_once
from servicedesk.people.access import for_terms
from servicedesk.people.http import UserRequest

AHEAD, BACK = timedelta(days=90), timedelta(days=90)
MOST = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_terms
@acts_once
def renewals(request: UserRequest) -> HttpResponse:
    """Each chosen contract is renewed for itself: what is refused says why, the others are done."""
    sent = request.POST if request.method == "POST" else None
    forms = [RenewalForm(sent, contract=one) for one in _ending(request)]
    if sent is None:
        return render(request, "contracts/terms/renewals/renewals.html", {"forms": forms})
    done = sum(_renewed(form, request) for form in forms)
    if done:
        sentence = ngettext("%(n)s contract is renewed.", "%(n)s contracts are renewed.", done)
        messages.success(request, sentence % {"n": done})
    if not any(form.errors for form in forms):
        return redirect("clients:renewals")
    return render(
        request,
        "contracts/terms/renewals/renewals.html",
        {"forms": [f for f in forms if f.errors]},
        status=422,
    )


def _ending(request: UserRequest) -> list[Contract]:
    """Theirs that end within 90 days or have lately ended, and that nothing follows; the nearest first."""
    today = timezone.localdate()
    found = visible_contracts(request).filter(is_archived=False, ends_on__range=(today - BACK, today + AHEAD))
    if not request.user.is_superuser:
        found = found.filter(client__account_manager=request.user)
    listed = list(found.filter(client__is_active=True).order_by("ends_on", "client__name")[:MOST])
    later = Contract.objects.in_use().filter(client__in={one.client_id for one in listed})
    starts = list(later.filter(Q(starts_on__gt=today - BACK)).values_list("client", "name", "starts_on"))
    return [one for one in listed if not _is_followed(one, starts)]


def _is_followed(contract: Contract, starts: list[tuple[int, str, date]]) -> bool:
    """A contract of the same name begins the day after."""
    assert contract.ends_on is not None
    return (contract.client_id, contract.name, contract.ends_on + timedelta(days=1)) in starts


def _renewed(form: RenewalForm, request: UserRequest) -> bool:
    if not form.is_valid() or not form.cleaned_data["is_chosen"]:
        return False
    given = form.cleaned_data
    try:
        verbs.renew(
            form.contract,
            months=given["months"],
            number=given["number"],
            by=request.user,
            bought=given["hours"],
        )
    except ContractError as refused:
        form.add_error(None, str(refused))
        return False
    return True
