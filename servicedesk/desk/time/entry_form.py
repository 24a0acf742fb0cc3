"""Time as people type it: “1h 20m”, “1:20”, “80”."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.errors import ContractError, TimeUnreadable
from contracts.models import MINUTES_A_DAY, Contract, TimeEntry
from contracts.time import quote, ticket_hours
from contracts.time.booking_rules import pays_for
from contracts.time.duration_input import parse_minutes
from contracts.time.entries import Told
from contracts.time.quote import Quote
from contracts.unusual_amounts import rules as unusual
from contracts.unusual_amounts.confirmation import ConfirmsUnusual
from servicedesk.lib import formatting
from servicedesk.lib.day_field import DayField
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket

MAX_NOTE = 2000
A_DAY = timedelta(days=1)
OLDEST_DAYS = 366


@dataclass(frozen=True)
class Measured:
    """What a timer has counted; it travels in an address, so that a page loaded again keeps it."""

    minutes: int
    began: datetime

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Measured | None:
        """None for nonsense, a beginning in the future, or one more than a day back."""
        minutes, written = query.get("minutes", ""), query.get("since", "")
        try:
            began = datetime.fromisoformat(written)
        except ValueError:
            return None
        is_count = minutes.isascii() and minutes.isdigit() and len(minutes) < 5
        if not is_count or timezone.is_naive(began):
            return None
        is_recent = timezone.now() - A_DAY <= began <= timezone.now()
        return cls(int(minutes), began) if is_recent and 0 < int(minutes) <= MINUTES_A_DAY else None

    def as_query(self) -> str:
        return urlencode({"minutes": self.minutes, "since": self.began.isoformat()})

    def as_initial(self) -> dict[str, Any]:
        local = timezone.localtime(self.began)
        spent = formatting.duration(timedelta(minutes=self.minutes))
        return {"minutes": spent, "spent_on": local.date(), "began": local.time()}


class Kinds(NamedTuple):
    """The kinds of work to choose from, and the one that is chosen beforehand."""

    choices: list[tuple[str, str]]
    usual: str


def _kinds(contract: Contract | None) -> Kinds:
    """Those that the hours do not pay for say so."""
    every = TimeEntry.WorkKind.choices
    paid = [value for value, _label in every if contract is None or pays_for(contract, value)]
    mark = _("%(kind)s – billable outside contract")
    choices = [(value, str(label) if value in paid else mark % {"kind": label}) for value, label in every]
    remote = TimeEntry.WorkKind.REMOTE
    return Kinds(choices, paid[0] if paid and remote not in paid else remote)


class TimeForm(ConfirmsUnusual, forms.Form):
    """One's own time on one ticket."""

    minutes = forms.CharField(
        label=gettext_lazy("Time"), max_length=40, help_text=gettext_lazy("1h 20m, 1:20 or 80 (minutes)"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    work_kind = forms.ChoiceField(label=gettext_lazy("Kind of work"), choices=TimeEntry.WorkKind.choices)
    spent_on = DayField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    began = forms.TimeField(
        label=gettext_lazy("Started at"), required=False,
        help_text=gettext_lazy("Needed only where the contract has other rates at night or out of hours."),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )  # fmt: skip
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
    is_billable = forms.BooleanField(label=gettext_lazy("Billable outside contract"), required=False)

    def __init__(
        self, data: Any = None, *, ticket: Ticket, person: User, measured: Measured | None = None
    ) -> None:
        """`measured` fills the form and opens it; `person` is who has worked."""
        self.ticket, self.person, self.measured = ticket, person, measured
        contract = ticket_hours.contract_of(ticket)
        self.rule, kinds = quote.rule(contract), _kinds(contract)
        self.charge_url = reverse("desk:ticket-time-charge", args=[ticket.pk])
        initial = {"spent_on": timezone.localdate(), "work_kind": kinds.usual}
        super().__init__(
            data, auto_id="time_%s", initial=initial | (measured.as_initial() if measured else {})
        )
        self.fields["work_kind"].choices = kinds.choices  # type: ignore[attr-defined]
        self.is_open = measured is not None
        for name in ("note", "internal_note"):
            self.fields[name].widget.attrs["data-draft"] = f"time-{name}-{ticket.pk}"

    def quote(self) -> Quote | None:
        """What would be charged for what was typed or measured; None while that cannot be told."""
        told = self._told()
        return quote.of(self.ticket, told, self.person) if told else None

    def _told(self) -> Told | None:
        if self.is_bound:
            self.is_valid()
            names = ("minutes", "work_kind", "spent_on", "is_billable", "started_at")
            given: dict[str, Any] = {name: self.cleaned_data.get(name) for name in names}
            return Told(**given) if all(given[name] for name in names[:3]) else None
        if self.measured is None:
            return None
        work_kind = self.initial["work_kind"]
        return Told(self.measured.minutes, work_kind, started_at=self.measured.began)

    def unusual(self, given: dict[str, Any]) -> list[str]:
        return [unusual.worked(given["minutes"])]

    def refuse(self, refused: ContractError) -> None:
        """Say it beside the field it is about."""
        name = getattr(refused, "field", "")
        self.add_error(name if name in self.fields else None, str(refused))

    def clean_minutes(self) -> int:
        try:
            return parse_minutes(self.cleaned_data["minutes"])
        except TimeUnreadable as unreadable:
            raise forms.ValidationError(str(unreadable)) from unreadable

    def clean(self) -> dict[str, Any]:
        """`began` on that day, in the person's time zone, becomes `started_at`."""
        given = super().clean() or {}
        began: time | None = given.pop("began", None)
        day: date | None = given.get("spent_on")
        given["started_at"] = None
        if day and began:
            self._refuse_absurd(day, began)
            given["started_at"] = timezone.make_aware(datetime.combine(day, began))
        return given

    def _refuse_absurd(self, day: date, began: time) -> None:
        now = timezone.localtime()
        if day == now.date() and began > now.time():
            self.add_error("began", _("The start time is in the future."))
        if (now.date() - day).days > OLDEST_DAYS:
            self.add_error("spent_on", _("This day is too long ago for a start time."))
