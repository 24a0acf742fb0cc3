"""The statement of a contract's hours over a period, on screen, as PDF and as Excel."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from contracts.hours.statement.download import PeriodForm, download, last_month
from contracts.hours.statement.statement import Statement
from contracts.models import Contract
from servicedesk.people.http import UserRequest
from servicedesk.portal.access import for_clients


@require_GET
@for_clients
def page(request: UserRequest, contract: int) -> HttpResponse:
    agreed = _found(request, contract)
    form = PeriodForm(request.GET if "first" in request.GET else last_month())
    return _shown(request, agreed, form, form.made(agreed, request.user))


@require_GET
@for_clients
def paper(request: UserRequest, contract: int) -> HttpResponse:
    return _file(request, contract, "pdf")


@require_GET
@for_clients
def workbook(request: UserRequest, contract: int) -> HttpResponse:
    return _file(request, contract, "xlsx")


def _file(request: UserRequest, contract: int, ending: str) -> HttpResponse:
    """The file for the period in the address; a wrong period shows the page, which says so."""
    agreed, form = _found(request, contract), PeriodForm(request.GET)
    made = form.made(agreed, request.user)
    return download(made, ending) if made else _shown(request, agreed, form, None)


def _shown(request: UserRequest, agreed: Contract, form: PeriodForm, made: Statement | None) -> HttpResponse:
    context = {"contract": agreed, "form": form, "statement": made}
    return render(request, "portal/contract/statement.html", context, status=200 if made else 422)


def _found(request: UserRequest, contract: int) -> Contract:
    found = Contract.objects.visible_to(request.user).in_use().select_related("client")
    return get_object_or_404(found, pk=contract)
