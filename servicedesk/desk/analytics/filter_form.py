"""What is asked about processes: of which process, whose tickets, finished when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from catalog.models import Kind, Service
from servicedesk.desk.analytics.periods import Days, Period, days_of
from servicedesk.lib.day_field import DayField
from servicedesk.people.client_field import ClientField
from servicedesk.people.models import Client, Group, User
from workflows.analytics import access
from workflows.analytics.sample import Question
from workflows.flows.start import FLOWS

USUAL = {"process": Kind.INCIDENT.value, "period": Period.DAYS_90.value}
# Further away there is nothing, and no arithmetic either.
_DAYS = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")  # what browsers send and read, in any language


def _day(label: Any) -> forms.DateField:
    return DayField(
        required=False, label=label, widget=DayInput, input_formats=["%Y-%m-%d"], validators=_DAYS
    )


class AnalyticsForm(forms.Form):
    """The filter. A bad value narrows nothing and is shown as an error; what is not said is as usual."""

    process = forms.ChoiceField(label=_("Process"), choices=Kind.choices)
    client = ClientField(required=False, label=_("Client"), empty_label=_("Any"))
    service = forms.ModelChoiceField(
        Service.objects.all(), required=False, label=_("Service"), empty_label=_("Any")
    )
    group = forms.ModelChoiceField(
        Group.objects.none(), required=False, label=_("Group"), empty_label=_("Any")
    )
    period = forms.ChoiceField(label=_("Finished"), choices=Period.choices)
    first = _day(_("From"))
    last = _day(_("To"))

    def __init__(self, data: Mapping[str, Any], *, user: User, at: datetime) -> None:
        given = {name: value for name, value in data.items() if value}
        super().__init__({**USUAL, **given})
        self.user, self.today = user, timezone.localtime(at).date()
        clients: ClientField = self.fields["client"]  # type: ignore[assignment]
        clients.offer(Client.objects.visible_to(user))
        groups: forms.ModelChoiceField[Group] = self.fields["group"]  # type: ignore[assignment]
        groups.queryset = Group.objects.visible_to(user)
        self.is_valid()

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        first, last = asked.get("first"), asked.get("last")
        if asked.get("period") == Period.DAYS and first and last and first > last:
            self.add_error("last", _("The last day is before the first."))
            asked["first"] = None
        return asked

    @property
    def process_value(self) -> str:
        return str(self.cleaned_data.get("process") or USUAL["process"])

    @property
    def flow_class(self) -> Any:
        return FLOWS[self.process_value]

    @property
    def days(self) -> Days:
        period = self.cleaned_data.get("period", Period.ALL)
        if period == Period.DAYS:
            return Days(self.cleaned_data.get("first"), self.cleaned_data.get("last"))
        return days_of(period, self.today)

    @property
    def said(self) -> str:
        """The question in words: “Incident, Halden Logistics, Last 30 days”."""
        chosen: list[Any] = [Kind(self.process_value).label]
        chosen += [self.cleaned_data.get(name) or "" for name in ("client", "service", "group")]
        period = self.cleaned_data.get("period", Period.ALL)
        if period == Period.DAYS:
            chosen.append(" – ".join(date_format(day, "j M Y") if day else "…" for day in self.days))
        else:
            chosen.append(Period(period).label)
        return ", ".join(str(one) for one in chosen if one)

    @property
    def is_narrowed(self) -> bool:
        chosen = any(self.cleaned_data.get(name) for name in ("client", "service", "group"))
        return chosen or self.cleaned_data.get("period") != Period.ALL

    @property
    def is_usual(self) -> bool:
        """Nobody has chosen anything yet."""
        chosen = any(self.cleaned_data.get(name) for name in ("client", "service", "group", "first", "last"))
        return not chosen and all(self.cleaned_data.get(name) == usual for name, usual in USUAL.items())

    def question(self) -> Question:
        tickets = access.tickets_of(self.user)
        for name in ("client", "service", "group"):
            if value := self.cleaned_data.get(name):
                tickets = tickets.filter(**{name: value})
        start, end = self.days.instants(timezone.get_current_timezone())
        return Question(self.flow_class.__name__, tickets, start, end)

    def address(self, path: str, **more: str) -> str:
        """An address that asks the same, mistakes left out."""
        parts = {name: self.data.get(name, "") for name in self.fields if name not in self.errors}
        query = {name: value for name, value in {**parts, **more}.items() if value != USUAL.get(name, "")}
        return f"{path}?{urlencode(query)}" if query else path
