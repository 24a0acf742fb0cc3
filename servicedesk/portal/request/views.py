"""The page of one request and what a client can do there.

Whoever of the client sees a request (they asked, follow it or manage) may write; only who asked or manages
confirms, rates and withdraws (`tickets.access.speaks_for_client`).
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contracts.coverage.intake_rule.rule import RequestRefused
from servicedesk.intake import client_reply
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.portal.access import for_clients
from servicedesk.portal.request import page as request_page
from servicedesk.portal.request.forms import DecisionForm, ReplyForm, SolvedForm, WithdrawForm
from servicedesk.portal.request.outcome_messages import only_follows, refused, said
from servicedesk.tickets.access import speaks_for_client
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows import advance


@require_safe
@for_clients
def page(request: UserRequest, pk: int) -> HttpResponse:
    return show(request, found(request, pk))


@require_POST
@for_clients
@acts_once
def reply(request: UserRequest, pk: int) -> HttpResponse:
    """A message; it may answer our question or re-open the request."""
    ticket = found(request, pk)
    form = ReplyForm(request.POST, request.FILES, ticket=ticket)
    if not form.is_valid():
        return show(request, ticket, status=422, reply_form=form)
    given = form.cleaned_data

    try:
        word = client_reply.reply(ticket, author=request.user, body=given["body"], files=given["uploads"])
    except (TicketError, RequestRefused) as error:
        form.add_error(None, refused(error))
        return show(request, ticket, status=409, reply_form=form)
    messages.success(request, said(word.outcome))
    return redirect("portal:request", word.ticket.pk)


@require_POST
@for_clients
@acts_once
def solved(request: UserRequest, pk: int) -> HttpResponse:
    """Yes confirms and rates; no is a reply that re-opens."""
    ticket = _spoken_for(request, pk)
    form = SolvedForm(request.POST, ticket=ticket)
    if not form.is_valid():
        return show(request, ticket, status=422, solved_form=form)
    try:
        outcome, pk = form.apply(by=request.user)
    except (TicketError, RequestRefused) as error:
        messages.error(request, refused(error))
        typed = ReplyForm(ticket=ticket, initial={"body": form.cleaned_data["comment"]})
        return show(request, ticket, status=409, reply_form=typed)
    messages.success(request, outcome)
    return redirect("portal:request", pk)


@require_POST
@for_clients
@acts_once
def decision(request: UserRequest, pk: int) -> HttpResponse:
    """Whoever is asked approves or rejects; what came between is told with what they wrote."""
    ticket = found(request, pk)
    form = DecisionForm(request.POST, auto_id="decision_%s")
    if not form.is_valid():
        return show(request, ticket, status=422, decision_form=form)
    given = form.cleaned_data
    words = {"reason": given["reason"], "asked": given["asked"]}
    try:
        advance.act(ticket, given["decision"], by=request.user, **words)
    except NotPermitted as error:
        messages.error(request, refused(error))
        return redirect("portal:request", pk)
    except TicketError as error:
        return show(request, ticket, status=409, refusal=refused(error), typed=given["reason"])
    messages.success(request, _decided(ticket, is_yes=form.approves))
    return redirect("portal:request", pk)


def _decided(ticket: Ticket, *, is_yes: bool) -> str:
    if not is_yes:
        return _("Rejected.")
    if ticket.status == Status.WAITING_APPROVAL:
        return _("Approved. Other approvals are pending.")
    return _("Approved. The work starts.")


@require_POST
@for_clients
@acts_once
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    ticket = _spoken_for(request, pk)
    form = WithdrawForm(request.POST, auto_id="withdraw_%s")
    if not form.is_valid():
        return show(request, ticket, status=422, withdraw_form=form)
    try:
        advance.withdraw(ticket, by=request.user, reason=form.cleaned_data["reason"])
    except TicketError as error:
        messages.error(request, refused(error))
    else:
        messages.success(request, _("Your request is withdrawn."))
    return redirect("portal:request", pk)


def found(request: UserRequest, pk: int) -> Ticket:
    """The request, if this person may see it; 404 otherwise."""
    return get_object_or_404(Ticket.objects.visible_to(request.user).for_list(), pk=pk)


def _spoken_for(request: UserRequest, pk: int) -> Ticket:
    """The request, if this person says how it ends.

    Raises:
        NotPermitted: they only follow it.
    """
    ticket = found(request, pk)
    if not speaks_for_client(request.user, ticket):
        raise NotPermitted(only_follows())
    return ticket


def show(request: UserRequest, ticket: Ticket, *, status: int = 200, **forms: Any) -> HttpResponse:
    if status == 409:  # show how it stands now
        ticket = found(request, ticket.pk)
    context = request_page.gather(ticket, request.user, timezone.now(), **forms)
    return render(request, "portal/request/page.html", context, status=status)
