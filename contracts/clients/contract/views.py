"""The page of one contract."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contracts.access import keeps, visible_contracts
from contracts.documents.forms import DocumentForm
from contracts.hours import account as accounts
from contracts.hours import burndown
from contracts.hours.offers import lifecycle as offers
from contracts.terms import history
from contracts.terms import text as terms_text
from servicedesk.people.access import for_staff
from servicedesk.people.http import UserRequest

PER_PAGE = 25


@require_safe
@for_staff
def contract(request: UserRequest, pk: int) -> HttpResponse:
    agreed = get_object_or_404(visible_contracts(request), pk=pk)
    account = accounts.account(agreed, timezone.now())
    page = Paginator(accounts.movements(agreed), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "contract": agreed,
        "account": account,
        "totals": account.totals,
        "drawing": burndown.draw(account),
        "words": burndown.in_words(account),
        "even_pace": account.even_pace(),
        "away": accounts.goes_on_in(list(page), request.user),
        "page": accounts.name_tickets(page, request.user),
        "may_keep": keeps(request.user, agreed.client),
        "offer": offers.open_of(agreed),
        "documents": agreed.documents.select_related("added_by"),
        "document_form": DocumentForm(auto_id="document_%s"),
        "history": history.of(agreed),
        "channels": terms_text.channels(agreed.channels),
        "work_kinds": terms_text.work_kinds(agreed.work_kinds),
    }
    return render(request, "contracts/clients/contract/contract.html", context)
