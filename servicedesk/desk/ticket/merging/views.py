"""Merging a ticket into another: choose, look at both side by side, do it; and undo it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.desk.access import back, for_staff, found
from servicedesk.desk.ticket.links.ticket_choice import MergeForm
from servicedesk.desk.ticket.merging import preview as merge_preview
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.tickets.access import works_on
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Ticket
from workflows.many_tickets import merging


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@acts_once
def merge(request: UserRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    if not works_on(request.user, ticket):
        raise NotPermitted
    given = request.POST if request.method == "POST" else request.GET
    form = MergeForm(given or None, ticket=ticket, user=request.user, prefix_of_ids="merge")
    if not form.is_bound:
        return _page(request, ticket, form)
    if not form.is_valid():
        return _page(request, ticket, form, status=422 if request.method == "POST" else 200)
    target: Ticket = form.cleaned_data["other"]
    if request.method != "POST":
        return _page(request, ticket, form, target=target)
    try:
        merging.merge(ticket, target, by=request.user, reopens="reopen" in request.POST)
    except TicketError as error:
        return _page(request, found(request, pk), form, status=409, target=target, refusal=str(error))
    told = {"number": ticket.reference, "target": target.reference}
    messages.success(request, _("%(number)s is merged into %(target)s.") % told)
    return redirect("desk:ticket", target.pk)


@require_POST
@for_staff
@acts_once
def unmerge(request: UserRequest, pk: int) -> HttpResponse:
    ticket = found(request, pk)
    merging.unmerge(ticket, by=request.user)
    messages.success(
        request, _("The merge is undone. %(number)s continues separately.") % {"number": ticket.reference}
    )
    return back(request, ticket)


def _page(
    request: UserRequest,
    ticket: Ticket,
    form: MergeForm,
    *,
    status: int = 200,
    target: Ticket | None = None,
    refusal: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {"ticket": ticket, "form": form, "refusal": refusal}
    if target is not None:
        preview = merge_preview.of(ticket, target, request.user)
        context |= {"preview": preview, "refusal": refusal or preview.refusal}
    return render(request, "desk/ticket/merging/page.html", context, status=status)
