"""Time worked on a ticket."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts.errors import ContractError
from contracts.time import log_time
from servicedesk.desk.access import for_staff
from servicedesk.desk.time_form import TimeForm
from servicedesk.desk.views.ticket import found, show
from servicedesk.lib import formatting
from servicedesk.people.http import UserRequest
from servicedesk.tickets.access import works_on
from servicedesk.tickets.errors import NotPermitted


@require_POST
@for_staff
def log(request: UserRequest, pk: int) -> HttpResponse:
    """Book one's own time; 422 when it cannot be read, 409 when the contract or a rule refuses it."""
    ticket = found(request, pk)
    if not works_on(request.user, ticket):
        raise NotPermitted
    form = TimeForm(request.POST, ticket=ticket)
    if not form.is_valid():
        return show(request, ticket, status=422, time_form=form)
    try:
        entry = log_time(ticket, by=request.user, **form.cleaned_data)
    except ContractError as refused:
        form.add_error(None, str(refused))
        return show(request, ticket, status=409, time_form=form)
    spent = formatting.duration(timedelta(minutes=entry.minutes))
    messages.success(request, _("%(time)s is logged.") % {"time": spent})
    return redirect("desk:ticket", pk)
