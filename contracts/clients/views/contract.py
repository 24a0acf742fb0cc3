"""The page of one contract."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contracts import account as accounts
from contracts import burndown, offers, term_words
from contracts.clients import history
from contracts.clients.access import keeps, visible_contracts
from contracts.clients.document_form import DocumentForm
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
        "channels": term_words.channels(agreed.channels),
        "work_kinds": term_words.work_kinds(agreed.work_kinds),
    }
    return render(request, "clients/contract.html", context)
