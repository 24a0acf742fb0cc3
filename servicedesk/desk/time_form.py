"""Time as people type it: “1h 20m”, “1:20”, “80”."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from contracts.errors import TimeUnreadable
from contracts.models import TimeEntry
from contracts.timetext import parse_minutes
from servicedesk.tickets.models import Ticket

MAX_NOTE = 2000


class TimeForm(forms.Form):
    """One's own time on one ticket."""

    minutes = forms.CharField(
        label=gettext_lazy("Time"), max_length=40, help_text=gettext_lazy("1h 20m, 1:20 or 80 (minutes)"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    work_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of work"),
        choices=TimeEntry.WorkKind.choices,
        initial=TimeEntry.WorkKind.REMOTE,
    )
    spent_on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the client"), required=False, max_length=MAX_NOTE,
        help_text=gettext_lazy("The client reads it in the portal and in reports."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    internal_note = forms.CharField(
        label=gettext_lazy("Internal note"), required=False, max_length=MAX_NOTE,
        help_text=gettext_lazy("Only colleagues read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    is_billable = forms.BooleanField(label=gettext_lazy("Charge it on top of the contract"), required=False)

    def __init__(self, data: Any = None, *, ticket: Ticket) -> None:
        super().__init__(data, auto_id="time_%s", initial={"spent_on": timezone.localdate()})
        for name in ("note", "internal_note"):
            self.fields[name].widget.attrs["data-draft"] = f"time-{name}-{ticket.pk}"

    def clean_minutes(self) -> int:
        try:
            return parse_minutes(self.cleaned_data["minutes"])
        except TimeUnreadable as unreadable:
            raise forms.ValidationError(str(unreadable)) from unreadable
