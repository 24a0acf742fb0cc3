"""The contract of a company: hours bought, used and left, where they went, and what was kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from contracts.deadlines.compliance import compliance
from contracts.hours import account as accounts
from contracts.hours import burndown, prepaid, usage
from contracts.hours.offers import lifecycle as offers
from contracts.models import Contract
from servicedesk.people.http import UserRequest
from servicedesk.portal.access import for_clients
from servicedesk.portal.contract import terms as contract_terms
from servicedesk.portal.contract.hours_form import AskForm

PER_PAGE = 25


@require_GET
@for_clients
def contracts(request: UserRequest) -> HttpResponse:
    """All contracts of the companies one manages; the only one opens at once."""
    found = list(visible(request).order_by("client__name", "-starts_on"))
    if len(found) == 1:
        return redirect("portal:contract", found[0].pk)
    return render(request, "portal/contract/list.html", {"contracts": found, "today": timezone.localdate()})


@require_GET
@vary_on_headers("HX-Request")
@for_clients
def contract(request: UserRequest, contract: int) -> HttpResponse:
    return show(request, get_object_or_404(visible(request), pk=contract))


def show(request: UserRequest, agreed: Contract, *, status: int = 200, **sent: Any) -> HttpResponse:
    """The page, or the part of it that htmx asked for; `sent` are forms that came back."""
    by = request.GET.get("by", "date")
    context: dict[str, Any] = {"contract": agreed, "by": by if by in usage.GROUPINGS else "date"}
    if by in usage.GROUPINGS:
        context |= {"groups": usage.grouped(agreed, by), "totals": prepaid.totals(agreed)}
    else:
        page = Paginator(accounts.movements(agreed), PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "away": accounts.goes_on_in(list(page), request.user),
            "page": accounts.name_tickets(page, request.user),
        }
    if request.htmx:
        return render(request, "portal/contract/_entries.html", context)
    now = timezone.now()
    context |= _figures(agreed, now) | _offers(request, agreed)
    context |= {"covered": contract_terms.covered(agreed, now), "coming": contract_terms.coming(agreed, now)}
    context |= sent
    return render(request, "portal/contract/page.html", context, status=status)


def _offers(request: UserRequest, agreed: Contract) -> dict[str, Any]:
    """What is asked for or on offer, and the form to ask; papers the client may read."""
    return {
        "offer": offers.open_of(agreed),
        "ask_form": AskForm(auto_id="ask_%s"),
        "documents": agreed.documents.filter(is_for_client=True),
    }


def _figures(agreed: Contract, now: datetime) -> dict[str, Any]:
    account, month = accounts.account(agreed, now), _month(agreed, now)
    return {
        "account": account,
        "totals": account.totals,
        "requests": usage.requests(agreed),
        "drawing": burndown.draw(account),
        "words": burndown.in_words(account),
        "even_pace": account.even_pace(),
        "kept": compliance(agreed, month, now),
        "month": month,
        "manager": agreed.responsible_manager,
    }


def visible(request: UserRequest) -> QuerySet[Contract]:
    found = Contract.objects.visible_to(request.user).in_use()
    together = found.select_related("client__account_manager", "account_manager", "policy", "calendar")
    return together.prefetch_related("services")


def _month(agreed: Contract, now: datetime) -> datetime:
    """The first moment of this month where the client is."""
    local = now.astimezone(ZoneInfo(agreed.client.time_zone))
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
