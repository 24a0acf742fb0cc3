"""The page of one ticket."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from servicedesk.desk import ticket_page
from servicedesk.desk.access import for_staff
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket


@require_safe
@for_staff
def page(request: UserRequest, pk: int) -> HttpResponse:
    return show(request, found(request, pk))


def found(request: UserRequest, pk: int) -> Ticket:
    """The ticket, if this person may see it; 404 otherwise."""
    tickets = Ticket.objects.visible_to(request.user).for_list().select_related("request_type")
    return get_object_or_404(tickets, pk=pk)


def show(request: UserRequest, ticket: Ticket, *, status: int = 200, **sent: Any) -> HttpResponse:
    """The page; after a refusal (409) as the ticket stands now."""
    if status == 409:
        ticket = found(request, ticket.pk)
    context = ticket_page.gather(ticket, request.user, timezone.now(), request.GET, **sent)
    return render(request, "desk/ticket.html", context, status=status)


def back(request: UserRequest, ticket: Ticket) -> HttpResponse:
    """To the ticket, or to the queue when a step took it out of sight."""
    if Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return redirect("desk:ticket", ticket.pk)
    return redirect("desk:queue")
