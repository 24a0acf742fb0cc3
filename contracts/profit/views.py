"""What each contract brings over a period, on screen and as CSV."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contracts.access import visible_contracts
from contracts.profit import figures
from contracts.profit.figures import Profit
from servicedesk.lib import spreadsheet_cells
from servicedesk.lib.day_field import DayField
from servicedesk.people.access import for_terms
from servicedesk.people.http import UserRequest

MOST_DAYS = 5 * 366


class PeriodForm(forms.Form):
    """From a day to a day; the present year when it is not told."""

    first = DayField(
        label=gettext_lazy("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = DayField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def period(self) -> tuple[date, date]:
        """A bad period is the present year, and an error on the form."""
        today = timezone.localdate()
        usual = today.replace(month=1, day=1), today
        if not self.is_valid():
            return usual
        first = self.cleaned_data["first"] or usual[0]
        last = self.cleaned_data["last"] or max(usual[1], first)
        if not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
            self.add_error("last", _("Choose a period of at most five years, its first day before its last."))
            return usual
        return first, last


@require_safe
@for_terms
def profit(request: UserRequest) -> HttpResponse:
    form = PeriodForm(request.GET)
    first, last = form.period()
    rows = _rows(request, first, last)
    if request.GET.get("format") == "csv":
        return _file(rows, first, last)
    context = {"form": form, "rows": rows, "first": first, "last": last}
    context["is_narrowed"] = any(request.GET.get(name) for name in ("first", "last"))
    return render(request, "contracts/profit/profit.html", context)


def _rows(request: UserRequest, first: date, last: date) -> list[Profit]:
    """Of the contracts this person keeps, those with the worst result first."""
    contracts = visible_contracts(request)
    if not request.user.is_superuser:
        contracts = contracts.filter(client__account_manager=request.user)
    found = figures.of_contracts(contracts.order_by("client__name", "starts_on"), first, last)
    return sorted(found, key=lambda one: (one.result is None, one.result or 0))


def _file(rows: list[Profit], first: date, last: date) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text)
    titles = (_("Client"), _("Contract"), _("Number"), _("Currency"), _("Fee"), _("Hours"))
    writer.writerow([*titles, _("Rate"), _("Value of the work"), _("Result"), _("Billed outside contract")])
    for one in rows:
        writer.writerow([_cell(value) for value in _values(one)])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="profit-{first}-{last}.csv"'
    return answer


def _values(one: Profit) -> list[Any]:
    contract = one.contract
    names = [contract.client.name, contract.name, contract.number, contract.currency]
    return [*names, one.fee, round(one.hours, 2), one.rate, one.worth, one.result, one.billed]


def _cell(value: Any) -> Any:
    return "" if value is None else spreadsheet_cells.harmless(value) if isinstance(value, str) else value
