"""The desk is for its staff: who may open a page, which ticket they find, where they go back to."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from servicedesk.people.access import for_staff
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket

__all__ = ["back", "for_staff", "found"]


def found(request: UserRequest, pk: int) -> Ticket:
    """The ticket, if this person may see it; 404 otherwise."""
    tickets = Ticket.objects.visible_to(request.user).for_list().select_related("request_type")
    return get_object_or_404(tickets, pk=pk)


def back(request: UserRequest, ticket: Ticket) -> HttpResponse:
    """To the ticket, or to the queue when a step took it out of sight."""
    if Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return redirect("desk:ticket", ticket.pk)
    return redirect("desk:queue")
