"""The period of a statement, and its files; the same for the client and for the desk."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from contracts.errors import ContractError
from contracts.hours.statement import files as statement_files
from contracts.hours.statement.statement import Statement, statement
from contracts.models import Contract
from servicedesk.lib.day_field import DayField
from servicedesk.lib.downloads import file_response
from servicedesk.people.models import User

_KINDS = {
    "pdf": ("application/pdf", statement_files.paper),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        statement_files.workbook,
    ),
}


class PeriodForm(forms.Form):
    """First and last day, both included."""

    first = DayField(label=_("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = DayField(label=_("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def made(self, agreed: Contract, reader: User) -> Statement | None:
        """The statement of the period as this reader may know it; None, and an error, for a wrong period."""
        if not self.is_valid():
            return None
        try:
            asked = self.cleaned_data
            return statement(agreed, asked["first"], asked["last"], reader=reader)
        except ContractError as error:
            self.add_error("last", str(error))
            return None


def last_month() -> dict[str, date]:
    """The month before this one, as `PeriodForm` takes it."""
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    return {"first": last.replace(day=1), "last": last}


def download(made: Statement, ending: str) -> HttpResponse:
    """The statement as a file; `ending` is “pdf” or “xlsx”."""
    kind, write = _KINDS[ending]
    number = slugify(made.contract.number, allow_unicode=True)  # in any alphabet, as reports name theirs
    name = "-".join(filter(None, [number, str(made.first), str(made.last)])) + f".{ending}"
    return file_response(write(made), name, kind)
