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

from contracts.intake_rule import RequestRefused
from servicedesk.intake.submit import submit
from servicedesk.people.http import UserRequest
from servicedesk.people.models import Client
from servicedesk.portal import choosing, promise
from servicedesk.portal.access import for_clients
from servicedesk.portal.choosing import Choice
from servicedesk.portal.new_request_form import NewRequestForm
from servicedesk.portal.once import once
from servicedesk.portal.outcomes import refused
from servicedesk.tickets.errors import TicketError


@require_http_methods(["GET", "POST"])
@for_clients
def new_request(request: UserRequest) -> HttpResponse:
    companies = list(Client.objects.visible_to(request.user).active())
    if not companies:
        return render(request, "portal/no_company.html")
    if request.method == "POST":
        choice = choosing.read(request.POST)
        form = NewRequestForm(
            request.POST, request.FILES, choice=choice, companies=companies, user=request.user
        )
        return _send(request, form)
    choice = choosing.read(request.GET)
    first = None
    if choice.is_complete:
        first = NewRequestForm(choice=choice, companies=companies, user=request.user)
    return _page(request, choice, companies, first, status=404 if choice.problem else 200)


@require_safe
@for_clients
def outlook(request: UserRequest) -> HttpResponse:
    """The part of the page that says when an answer may be expected, as the form stands."""
    companies = Client.objects.visible_to(request.user).active()
    choice = choosing.read(request.GET)
    return render(request, "portal/_expected.html", {"expected": _expected(request, choice, list(companies))})


def _expected(request: UserRequest, choice: Choice, companies: Sequence[Client]) -> list[promise.Expected]:
    """For the company that is chosen, for all while none is."""
    given = request.POST if request.method == "POST" else request.GET
    chosen = [company for company in companies if str(company.pk) == given.get("client")]
    asked = promise.asked_of(choice.item, choice.service, given)
    now = timezone.now()
    return [promise.expected(company, asked, now) for company in chosen or companies]


def _send(request: UserRequest, form: NewRequestForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form.choice, form.companies, form, status=422)
    asked = form.submission(request.user)
    try:
        pk, is_new = once(request, form.cleaned_data["key"], lambda: submit(asked).pk)
    except (TicketError, RequestRefused) as error:
        form.add_error(None, refused(error) if isinstance(error, TicketError) else str(error))
        return _page(request, form.choice, form.companies, form, status=409)
    if is_new:
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
        context["expected"] = _expected(request, choice, companies)
        context["are_files_lost"] = bool(form.errors and request.FILES)
    elif choice.service:
        context["types"] = choosing.types_of(choice.service)
    else:
        context["services"] = choosing.services()
    return render(request, "portal/new_request.html", context, status=status)
