"""The timer of a person: started on a ticket, stopped anywhere; its time goes into the form of the ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contracts.errors import TimeRefused
from contracts.time import timers
from servicedesk.desk.access import for_staff, found
from servicedesk.desk.ticket_again import TicketAgain
from servicedesk.desk.time.entry_form import Measured
from servicedesk.lib import formatting
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets import visible_name
from servicedesk.tickets.visible_name import Named


@require_POST
@for_staff
@acts_once
def start(request: UserRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    try:
        timers.start(ticket, by=request.user)
    except TimeRefused as refused:
        return TicketAgain(ticket, status=409, refusal=str(refused))
    messages.success(request, _("Your timer is running."))
    return redirect("desk:ticket", pk)


@require_POST
@for_staff
@acts_once
def stop(request: UserRequest) -> HttpResponse:
    """To the form for time, filled in. The message says it too, should the form be closed or not be there."""
    stopped = timers.stop(by=request.user)
    if stopped is None:
        messages.info(request, _("You have no running timer."))
        return redirect("desk:queue")
    ticket, began, minutes = stopped
    known = visible_name.to(request.user, ticket)
    messages.info(request, _said(known, began, minutes))
    if known.pk is None:
        return redirect("desk:queue")
    query = Measured(minutes, began).as_query()
    return redirect(f"{reverse('desk:ticket', args=[ticket.pk])}?{query}")


def _said(known: Named, began: datetime, minutes: int) -> str:
    told = {
        "number": known.mention,
        "time": formatting.duration(timedelta(minutes=minutes)),
        "began": date_format(timezone.localtime(began), "SHORT_DATETIME_FORMAT"),
    }
    return _("Your timer on %(number)s counted %(time)s since %(began)s. Log it, it is not saved yet.") % told
