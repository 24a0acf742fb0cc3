"""Estimates put to the client."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts.errors import ContractError
from contracts.hours import estimates
from servicedesk.desk.access import for_staff, found
from servicedesk.desk.ticket.estimates.form import EstimateForm
from servicedesk.desk.ticket_again import TicketAgain
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets.access import works_on
from servicedesk.tickets.errors import NotPermitted


@require_POST
@for_staff
@acts_once
def offer(request: UserRequest, pk: int) -> HttpResponse:
    """422 when it cannot be read, 409 when it is refused; what was typed stays."""
    ticket = found(request, pk)
    if not works_on(request.user, ticket):
        raise NotPermitted
    form = EstimateForm(request.POST, ticket=ticket)
    if not form.is_valid():
        return TicketAgain(ticket, status=422, estimate_form=form)
    given = form.cleaned_data
    try:
        estimates.offer(ticket, given["hours"], by=request.user, note=given["note"])
    except ContractError as refused:
        form.add_error(None, str(refused))
        return TicketAgain(ticket, status=409, estimate_form=form)
    messages.success(request, _("The client is asked to approve the estimate."))
    return redirect("desk:ticket", pk)
