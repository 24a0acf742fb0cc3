"""The statement of a contract's hours for those who keep it; what the client gets, word for word."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from contracts.hours.statement.download import PeriodForm, download, last_month
from contracts.models import Contract
from servicedesk.people.access import for_staff
from servicedesk.people.http import UserRequest

FILES = ("pdf", "xlsx")


@require_safe
@for_staff
def statement(request: UserRequest, pk: int) -> HttpResponse:
    """On screen, or as `?format=pdf` and `xlsx`; a wrong period shows the page (422), which says so."""
    agreed = get_object_or_404(Contract.objects.visible_to(request.user).select_related("client"), pk=pk)
    form = PeriodForm(request.GET if "first" in request.GET else last_month())
    made, ending = form.made(agreed, request.user), request.GET.get("format", "")
    if made and ending in FILES:
        return download(made, ending)
    context = {"contract": agreed, "form": form, "statement": made}
    return render(request, "contracts/hours/statement/statement.html", context, status=200 if made else 422)
