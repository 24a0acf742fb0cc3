"""A new request in three steps on one page: the service, what exactly, the details."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog import knowledge_links
from contracts.coverage.intake_rule.rule import RequestRefused
from servicedesk.intake.submit import submit
from servicedesk.once.acting import acts_once
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client
from servicedesk.portal.access import for_clients
from servicedesk.portal.deadline import applicable_terms
from servicedesk.portal.new_request import service_choice
from servicedesk.portal.new_request.form import NewRequestForm
from servicedesk.portal.new_request.service_choice import Choice
from servicedesk.portal.request.outcome_messages import refused
from servicedesk.tickets.errors import TicketError


@require_http_methods(["GET", "POST"])
@for_clients
@acts_once
def new_request(request: UserRequest) -> HttpResponse:
    companies = list(Client.objects.visible_to(request.user).active())
    if not companies:
        return render(request, "portal/new_request/no_company.html")
    if request.method == "POST":
        return _send(request, _filled_in(request, companies))
    choice = service_choice.read(request.GET, companies)
    first = None
    if choice.is_complete:
        companies = service_choice.entitled_first(choice, companies)
        first = NewRequestForm(choice=choice, companies=companies, user=request.user)
    return _page(request, choice, companies, first, status=404 if choice.problem else 200)


@require_safe
@for_clients
def outlook(request: UserRequest) -> HttpResponse:
    """The part of the page that says when an answer may be expected, as the form stands."""
    companies = list(Client.objects.visible_to(request.user).active())
    choice = service_choice.read(request.GET, companies)
    return render(request, "portal/new_request/_deadlines_ahead.html", _ahead(request, choice, companies))


def _filled_in(request: UserRequest, companies: Sequence[Client]) -> NewRequestForm:
    """A service that is not offered is told beside the type, and not sent again with the next attempt."""
    choice, given = service_choice.read(request.POST, companies), request.POST.copy()
    if choice.problem:
        given["service"] = ""
    form = NewRequestForm(given, request.FILES, choice=choice, companies=companies, user=request.user)
    if choice.problem and not form.has_error("type"):
        form.add_error("type", choice.problem)
    return form


def _ahead(request: UserRequest, choice: Choice, companies: Sequence[Client]) -> dict[str, Any]:
    """What is promised, and why the company that is chosen, or proposed, would be refused, if it would be."""
    expected = _expected(request, choice, companies)
    refused = expected[0] if expected and expected[0].refusal else None
    return {"expected": expected, "refused": refused}


def _expected(
    request: UserRequest, choice: Choice, companies: Sequence[Client]
) -> list[applicable_terms.Expected]:
    """For the company that is chosen, for all while none is."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = [company for company in companies if str(company.pk) == given.get("client")]
    asked = applicable_terms.asked_of(choice.item, choice.service, given)
    now = timezone.now()
    return [applicable_terms.expected(company, asked, now) for company in chosen or companies]


def _send(request: UserRequest, form: NewRequestForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form.choice, form.companies, form, status=422)
    asked = form.submission(request.user)
    try:
        pk = submit(asked).pk
    except (TicketError, RequestRefused) as error:
        form.add_error(None, refused(error))
        return _page(request, form.choice, form.companies, form, status=409)
    messages.success(request, _("We have received your request."))
    return redirect("portal:request", pk)


def _page(
    request: UserRequest,
    choice: Choice,
    companies: Sequence[Client],
    form: NewRequestForm | None,
    status: int,
) -> HttpResponse:
    context: dict[str, Any] = {"choice": choice, "form": form}
    if form:
        context["knowledge"] = knowledge_links.for_clients(choice.item.links) if choice.item else []
        context |= _ahead(request, choice, companies)
        if status == 409:  # the form says it already
            context["refused"] = None
        context["are_files_lost"] = bool(form.errors and request.FILES)
    elif choice.service:
        context["types"] = service_choice.types_of(choice.service)
    else:
        context["services"] = service_choice.services(companies)
    return render(request, "portal/new_request/page.html", context, status=status)
