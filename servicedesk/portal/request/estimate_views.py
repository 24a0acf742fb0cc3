"""The client's word on the estimate of a request."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts.errors import ContractError, NoHoursLeft
from contracts.hours import estimates
from servicedesk.lib import formatting
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.portal.access import for_clients
from servicedesk.portal.request.estimate_form import EstimateForm
from servicedesk.portal.request.views import found, show
from servicedesk.tickets.errors import NotPermitted


@require_POST
@for_clients
@acts_once
def decide(request: UserRequest, pk: int, estimate: int) -> HttpResponse:
    """422 when the reason is missing, 409 when it is refused; what was typed stays."""
    ticket = found(request, pk)
    offered = get_object_or_404(ticket.estimates.select_related("ticket"), pk=estimate)
    if not estimates.may_decide(request.user, ticket):
        raise NotPermitted
    form = EstimateForm(request.POST)
    if not form.is_valid():
        return show(request, ticket, status=422, estimate_form=form)
    reason = form.cleaned_data["reason"]
    try:
        estimates.decide(offered, by=request.user, is_approved=form.approves, reason=reason)
    except ContractError as error:
        return show(request, ticket, status=409, refusal=_refused(error), typed=reason)
    messages.success(
        request, _("The estimate is approved.") if form.approves else _("You have declined the estimate.")
    )
    return redirect("portal:request", pk)


def _refused(error: ContractError) -> str:
    """The sentence of the ledger speaks to the desk."""
    if not isinstance(error, NoHoursLeft):
        return str(error)
    told = {"left": formatting.hours(error.left), "asked": formatting.hours(error.asked)}
    return (
        _("Your contract has %(left)s h left, and this needs %(asked)s h. Request more hours, or decline it.")
        % told
    )
