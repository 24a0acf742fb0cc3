"""A time entry that somebody wants otherwise, and one that is to be taken back."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.errors import ContractError
from contracts.models import TimeEntry
from contracts.time import booking_rules, quote, ticket_hours
from contracts.time.quote import Quote
from servicedesk.desk.time.entry_form import TimeForm
from servicedesk.lib import formatting

_AS_WRITTEN = ("work_kind", "spent_on", "note", "internal_note", "is_billable")


def entry_zone(entry: TimeEntry) -> AbstractContextManager[None]:
    """Days and hours are those of the person who worked, whoever changes them."""
    name = entry.person.time_zone
    zone = ZoneInfo(name) if name else timezone.get_default_timezone()
    return timezone.override(zone)


def standstill(entry: TimeEntry) -> str:
    """Why nothing can be done with the entry any more; empty when something can. Two statements."""
    if entry.reversed_at:
        return _("This time entry is already voided.")
    try:
        booking_rules.refuse_closed(ticket_hours.contract_of(entry.ticket), entry.person, entry.spent_on)
    except ContractError as refused:
        return str(refused)
    return ""


class ChangeForm(TimeForm):
    """Shows the entry as it is. Read and render it inside `entry_zone`."""

    reason = forms.CharField(
        label=gettext_lazy("Reason for the change"), max_length=300,
        help_text=gettext_lazy("Shown beside the former entry."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, entry: TimeEntry) -> None:
        super().__init__(data, ticket=entry.ticket, person=entry.person)
        self.entry, self.charge_url = entry, reverse("desk:time-entry-charge", args=[entry.pk])
        began = timezone.localtime(entry.started_at).time() if entry.started_at else None
        spent = formatting.duration(timedelta(minutes=entry.minutes))
        self.initial.update({name: getattr(entry, name) for name in _AS_WRITTEN})
        self.initial.update(minutes=spent, began=began)
        for name in ("note", "internal_note"):
            del self.fields[name].widget.attrs["data-draft"]

    def quote(self) -> Quote | None:
        told = self._told()
        return quote.of(self.ticket, told, self.person, former=self.entry) if told else None


class TakeBackForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason for voiding"), max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="back_%s")
