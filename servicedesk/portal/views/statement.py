"""The statement of a contract's hours over a period, on screen, as PDF and as Excel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from contracts.errors import ContractError
from contracts.models import Contract
from contracts.statement import Statement, statement
from servicedesk.lib.downloads import file_response
from servicedesk.people.http import UserRequest
from servicedesk.portal import statement_files
from servicedesk.portal.access import for_clients

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeriodForm(forms.Form):
    """First and last day, both included."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


@require_GET
@for_clients
def page(request: UserRequest, contract: int) -> HttpResponse:
    agreed = _found(request, contract)
    first, last = _last_month()
    form = PeriodForm(request.GET if "first" in request.GET else {"first": first, "last": last})
    made = _made(agreed, form)
    context: dict[str, Any] = {"contract": agreed, "form": form, "statement": made}
    return render(request, "portal/statement.html", context, status=200 if made else 422)


@require_GET
@for_clients
def paper(request: UserRequest, contract: int) -> HttpResponse:
    return _file(request, contract, "pdf", "application/pdf", statement_files.paper)


@require_GET
@for_clients
def workbook(request: UserRequest, contract: int) -> HttpResponse:
    return _file(request, contract, "xlsx", XLSX, statement_files.workbook)


def _file(
    request: UserRequest, contract: int, ending: str, kind: str, write: Callable[[Statement], bytes]
) -> HttpResponse:
    """The file for the period in the address; a wrong period shows the page, which says so."""
    agreed = _found(request, contract)
    form = PeriodForm(request.GET)
    made = _made(agreed, form)
    if made is None:
        context = {"contract": agreed, "form": form, "statement": None}
        return render(request, "portal/statement.html", context, status=422)
    return file_response(write(made), f"{slugify(agreed.number)}-{made.first}-{made.last}.{ending}", kind)


def _found(request: UserRequest, contract: int) -> Contract:
    found = Contract.objects.visible_to(request.user).in_use().select_related("client")
    return get_object_or_404(found, pk=contract)


def _made(agreed: Contract, form: PeriodForm) -> Statement | None:
    if not form.is_valid():
        return None
    try:
        return statement(agreed, form.cleaned_data["first"], form.cleaned_data["last"])
    except ContractError as error:
        form.add_error("last", str(error))
        return None


def _last_month() -> tuple[date, date]:
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last
