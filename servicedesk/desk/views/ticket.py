"""The page of one ticket."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from servicedesk.desk import clock_proof, ticket_page
from servicedesk.desk.access import for_staff
from servicedesk.people.http import UserRequest
from servicedesk.tickets.models import Ticket
from sla import display


@require_safe
@for_staff
def page(request: UserRequest, pk: int) -> HttpResponse:
    return show(request, found(request, pk))


@require_safe
@vary_on_headers("HX-Request")
@for_staff
def clock(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """Why a deadline is when it is; a page of its own without scripts."""
    ticket, now = found(request, pk), timezone.now()
    proof = display.explain(ticket, kind, now)
    if proof is None:
        raise Http404
    context = {"ticket": ticket, "proof": proof, "tape": clock_proof.tape(proof, now)}
    template = "desk/_ticket_proof.html" if request.htmx else "desk/ticket_clock.html"
    return render(request, template, context)


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
