"""The question of a replay: which past tickets, and which terms to try."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Kind
from servicedesk.people.client_field import ClientField
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import DueKind, Priority
from sla.replay import named_terms
from sla.replay.new_targets import NewTarget, TargetError
from sla.replay.other_terms import OtherTerms
from sla.replay.period import Preset, Selection, preset_days

_EXAMPLE = gettext_lazy("“4h”, “1d 4h”, “eod+1”, or “75%” of the present one. Empty: as agreed.")


class DayField(forms.DateField):
    def __init__(self, label: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


class TargetField(forms.CharField):
    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, max_length=20, help_text=_EXAMPLE)


class ReplayForm(forms.Form):
    """`selection` and `terms` once it is valid."""

    client = ClientField(
        label=gettext_lazy("Client"),
        required=False,
        empty_label=gettext_lazy("All clients"),
    )
    preset = forms.ChoiceField(label=gettext_lazy("Opened"), choices=Preset.choices)
    first = DayField(gettext_lazy("From"))
    last = DayField(gettext_lazy("To"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Type"), required=False, choices=[("", gettext_lazy("All types")), *Kind.choices]
    )
    with_open = forms.BooleanField(label=gettext_lazy("Open tickets too, as of now"), required=False)
    policy = forms.ChoiceField(label=gettext_lazy("SLA policy"), required=False)
    calendar = forms.ChoiceField(
        label=gettext_lazy("Calendar"),
        required=False,
        help_text=gettext_lazy("Rows of a matrix that name another calendar keep it."),
    )
    first_response = TargetField(DueKind.FIRST_RESPONSE.label)
    next_response = TargetField(DueKind.NEXT_RESPONSE.label)
    resolution = TargetField(DueKind.RESOLUTION.label)
    priority = forms.TypedChoiceField(
        label=gettext_lazy("These targets are for"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", gettext_lazy("all priorities")),
            *((one.value, f"P{one.value}") for one in Priority),
        ],
    )

    def __init__(self, data: Any = None, *, user: User, at: datetime) -> None:
        super().__init__(data, initial={"preset": Preset.LAST_MONTH})
        self.user, self.at, self.terms = user, at, OtherTerms()
        clients: ClientField = self.fields["client"]  # type: ignore[assignment]
        clients.offer(Client.objects.visible_to(user))
        for name, choices in (
            ("policy", named_terms.policy_choices()),
            ("calendar", named_terms.calendar_choices()),
        ):
            field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
            field.choices = [("", _("Each ticket’s own")), *choices]

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("preset") == Preset.CUSTOM:
            self._check_days(asked)
        if not self.errors:
            self.terms = self._read_terms(asked)
        return asked

    def _check_days(self, asked: dict[str, Any]) -> None:
        for name in ("first", "last"):
            if name in asked and asked[name] is None:
                self.add_error(name, _("Enter the day."))
        first, last = asked.get("first"), asked.get("last")
        if first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))

    def _read_terms(self, asked: dict[str, Any]) -> OtherTerms:
        rows = calendar = None
        try:
            rows = named_terms.policy_rows(asked["policy"]) if asked["policy"] else None
        except named_terms.TermsError as error:
            self.add_error("policy", str(error))
        try:
            calendar = named_terms.tried_calendar(asked["calendar"]) if asked["calendar"] else None
        except named_terms.TermsError as error:
            self.add_error("calendar", str(error))
        return OtherTerms(rows=rows, calendar=calendar, targets=self._targets(asked))

    def _targets(self, asked: dict[str, Any]) -> list[NewTarget]:
        found = []
        for promise in DueKind.values:
            if text := asked[promise]:
                try:
                    found.append(NewTarget(promise, text, asked["priority"]))
                except TargetError as error:
                    self.add_error(promise, ValidationError(str(error)))
        return found

    @property
    def tries_something(self) -> bool:
        return bool(self.terms.rows is not None or self.terms.calendar or self.terms.targets)

    def selection(self) -> Selection:
        asked = self.cleaned_data
        client: Client | None = asked["client"]
        zone = client.time_zone if client else self.user.time_zone or settings.TIME_ZONE
        first, last = self._days(asked, self.at.astimezone(ZoneInfo(zone)).date())
        return Selection(
            first=first,
            last=last,
            zone=zone,
            clients=(client.pk,) if client else (),
            kind=asked["kind"],
            with_open=asked["with_open"],
        )

    def _days(self, asked: dict[str, Any], today: date) -> tuple[date, date]:
        if asked["preset"] == Preset.CUSTOM:
            return asked["first"], asked["last"]
        return preset_days(asked["preset"], today)
