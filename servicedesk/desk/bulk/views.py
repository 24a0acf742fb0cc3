"""One answer or one solution for many tickets: look who gets it, send it, read what became of each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from servicedesk.desk.access import for_staff, found
from servicedesk.desk.bulk import forms as bulk_forms
from servicedesk.desk.bulk import parts_field
from servicedesk.desk.bulk import results as bulk_results
from servicedesk.desk.bulk.forms import AnswerManyForm, ResolvePartsForm
from servicedesk.once.acting import repeatable
from servicedesk.people.http import UserRequest
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows.many_tickets import bulk


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@repeatable("the key of its form is kept with each ticket’s message")
def answer(request: UserRequest) -> HttpResponse:
    """To the tickets that were marked in the queue."""
    named, left_out = bulk_forms.named(
        request.POST if request.method == "POST" else request.GET, request.user
    )
    return _answer(request, named, None, left_out)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@repeatable("the key of its form is kept with each ticket’s message")
def answer_parts(request: UserRequest, pk: int) -> HttpResponse:
    """To all parts of a ticket."""
    parent = found(request, pk)
    bulk.refuse_strangers(parent, request.user)
    return _answer(request, list(bulk.parts_of(parent, request.user).for_list()[: bulk.LIMIT]), parent, "")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
@repeatable("what is resolved is not resolved again")
def resolve_parts(request: UserRequest, pk: int) -> HttpResponse:
    parent = found(request, pk)
    bulk.refuse_strangers(parent, request.user)
    parts = list(bulk.parts_of(parent, request.user).for_list()[: bulk.LIMIT])
    offered = [part for part in bulk_forms.answerable(parts, request.user) if part.status != Status.RESOLVED]
    if request.method != "POST":
        form = ResolvePartsForm(parent=parent, offered=offered, user=request.user)
        return _page(request, "desk/bulk/resolve_parts.html", form, parts, parent)
    form = ResolvePartsForm(request.POST, parent=parent, offered=parts, user=request.user)
    if not form.is_valid():
        return _page(request, "desk/bulk/resolve_parts.html", form, parts, parent, status=422)
    given = form.cleaned_data
    try:
        report = bulk.resolve_parts(
            parent, form.chosen, by=request.user, solution=given["solution"], cause=given["cause"]
        )
    except TicketError as error:
        form.add_error(None, str(error))
        return _page(request, "desk/bulk/resolve_parts.html", form, parts, parent, status=409)
    return _done(request, form.key_value, report, verb="resolved", back=parent.pk)


@require_safe
@for_staff
def result(request: UserRequest, key: str) -> HttpResponse:
    told = bulk_results.recall(request, key)
    if told is None:
        raise Http404
    return render(request, "desk/bulk/result.html", {"result": told})


def resolved_with(request: UserRequest, parent: Ticket, given: Mapping[str, Any]) -> HttpResponse:
    """The parts of a ticket that was resolved just now, with the same words. A solution that somebody has to
    check first is not said to anybody yet."""
    if parent.status != Status.RESOLVED:
        messages.info(request, _("The parts stay open until the solution is checked."))
        return redirect("desk:ticket", parent.pk)
    report = bulk.resolve_parts(
        parent,
        parts_field.to_resolve(parent, request.user)[: bulk.LIMIT],
        by=request.user,
        solution=given["solution"],
        cause=given.get("cause", ""),
    )
    return _done(request, uuid.uuid4().hex, report, verb="resolved", back=parent.pk)


def _answer(
    request: UserRequest, tickets: list[Ticket], parent: Ticket | None, left_out: str
) -> HttpResponse:
    offered = bulk_forms.answerable(tickets, request.user)
    if request.method != "POST":
        form = AnswerManyForm(offered=offered, user=request.user)
        return _page(request, "desk/bulk/answer.html", form, tickets, parent, left_out=left_out)
    form = AnswerManyForm(request.POST, offered=tickets, user=request.user)
    if not form.is_valid():
        return _page(request, "desk/bulk/answer.html", form, tickets, parent, status=422, left_out=left_out)
    key = form.key_value
    report = bulk.answer(form.chosen, form.cleaned_data["body"], by=request.user, key=key)
    return _done(request, key, report, verb="answered", back=parent.pk if parent else None)


def _page(
    request: UserRequest, template: str, form: Any, tickets: list[Ticket], parent: Ticket | None,
    *, status: int = 200, left_out: str = "",
) -> HttpResponse:  # fmt: skip
    """Of what is named, those that cannot get it are shown apart."""
    offered = {ticket.pk for ticket in form.offered}
    apart = [ticket for ticket in tickets if ticket.pk not in offered]
    context = {"form": form, "apart": apart, "ticket": parent, "left_out": left_out}
    return render(request, template, context, status=status)


def _done(
    request: UserRequest, key: str, report: bulk.Report, *, verb: str, back: int | None
) -> HttpResponse:
    bulk_results.keep(request, key, report, verb=verb, back=back)
    return redirect("desk:many-result", key)
