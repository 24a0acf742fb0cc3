"""What people ask for: a report, or a schedule of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.formats import Format
from reports.models import ReportSchedule
from reports.periods import BadPeriod, Period, Preset, Span, preset_period
from reports.report import ReportKind
from reports.scope import Scope
from servicedesk.lib.day_field import DayField
from servicedesk.people.client_field import ClientField
from servicedesk.people.models import Client, User, known_time_zone

_LAST_DAY_OF_WEEK = 7
_LONGEST_YEARS = 6


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")  # what browsers send and read, in any language


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ReportForm(forms.Form):
    """The question above a report. Its clean data become a `Scope`; an address with it can be kept."""

    report = forms.ChoiceField(
        label=gettext_lazy("Report"), choices=ReportKind.choices, widget=forms.HiddenInput
    )
    client = ClientField(
        label=gettext_lazy("Client"),
        required=False,
        empty_label=gettext_lazy("All clients"),
    )
    preset = forms.ChoiceField(label=gettext_lazy("Period"), choices=Preset.choices)
    first = DayField(label=gettext_lazy("From"), required=False, widget=DayInput, input_formats=["%Y-%m-%d"])
    last = DayField(label=gettext_lazy("To"), required=False, widget=DayInput, input_formats=["%Y-%m-%d"])
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    time_zone = forms.CharField(required=False, validators=[known_time_zone], widget=forms.HiddenInput)

    def __init__(self, data: dict[str, Any], *, user: User, at: datetime) -> None:
        super().__init__({"report": ReportKind.TICKETS, "preset": Preset.TODAY, **data})
        self.user, self.at = user, at
        clients: ClientField = self.fields["client"]  # type: ignore[assignment]
        clients.offer(Client.objects.visible_to(user))

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if {"preset", "client", "time_zone"} <= asked.keys() and not self.errors:
            asked["period"] = self._period(asked)
        return asked

    def _period(self, asked: dict[str, Any]) -> Period | None:
        zone = asked["time_zone"] or self._usual_zone(asked["client"])
        if asked["preset"] != Preset.CUSTOM:
            return preset_period(asked["preset"], zone, self.at)
        for name in ("first", "last"):
            if asked[name] is None:
                self.add_error(name, _("Enter the day."))
        if self.errors:
            return None
        return self._custom_period(asked, zone)

    def _custom_period(self, asked: dict[str, Any], zone: str) -> Period | None:
        try:
            period = Period(asked["first"], asked["last"], zone)
        except BadPeriod as error:
            self.add_error("last", str(error))
            return None
        if period.last.year - period.first.year > _LONGEST_YEARS:
            self.add_error("first", _("Ask for %(years)d years at most.") % {"years": _LONGEST_YEARS})
        return period

    def _usual_zone(self, client: Client | None) -> str:
        return client.time_zone if client else self.user.time_zone or settings.TIME_ZONE

    @property
    def kind(self) -> ReportKind:
        return ReportKind(self.cleaned_data["report"])

    def scope(self) -> Scope:
        asked = self.cleaned_data
        return Scope(asked["period"], asked["language"], asked["client"], self.user)

    def query(self, **changes: str) -> str:
        """Return the question as an address part that asks for the same days tomorrow too."""
        asked = self.cleaned_data
        parts = {
            "report": self.kind.value,
            "client": str(asked["client"].pk) if asked["client"] else "",
            "preset": Preset.CUSTOM.value,
            "first": asked["period"].first.isoformat(),
            "last": asked["period"].last.isoformat(),
            "language": asked["language"],
            "time_zone": asked["time_zone"],
        }
        return urlencode({name: value for name, value in {**parts, **changes}.items() if value})


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    """An order of reports. The client cannot be changed later: the archive is about that client."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Reports"),
        choices=ReportKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one report.")},
    )
    client = ClientField(
        label=gettext_lazy("Client"),
        required=False,
        empty_label=gettext_lazy("All clients that I may see"),
    )
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("Formats"),
        choices=[(each.value, each.label) for each in Format.for_people()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one format.")},
    )
    extra_recipients = forms.CharField(
        label=gettext_lazy("Further recipients"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("E-mail addresses, one a line."),
    )

    class Meta:
        model = ReportSchedule
        fields = [
            "name", "client", "kinds", "formats", "span", "send_day", "send_at", "time_zone", "language",
            "to_client_managers", "to_account_manager", "extra_recipients",
        ]  # fmt: skip
        widgets = {"send_at": TimeInput}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients: ClientField = self.fields["client"]  # type: ignore[assignment]
        clients.disabled = self.instance.pk is not None
        if clients.disabled:
            clients.offer(Client.objects.filter(report_schedules=self.instance))
        else:
            clients.offer(Client.objects.kept_by(user).active())
        languages: forms.TypedChoiceField = self.fields["language"]  # type: ignore[assignment]
        languages.choices = [("", _("The client’s")), *settings.LANGUAGES]
        if not self.is_bound:
            self.initial["extra_recipients"] = "\n".join(self.instance.extra_recipients)

    def clean_extra_recipients(self) -> list[str]:
        addresses = self.cleaned_data["extra_recipients"].replace(",", "\n").split()
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    _("“%(address)s” is not an e-mail address."), params={"address": address}
                ) from None
        return list(dict.fromkeys(addresses))

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("client") is None:
            asked["to_client_managers"] = False  # whose would they be?
        if asked.get("span") == Span.WEEK and asked.get("send_day", 1) > _LAST_DAY_OF_WEEK:
            self.add_error("send_day", _("A week has seven days: 1 is Monday, 7 is Sunday."))
        wanted = ("to_client_managers", "to_account_manager", "extra_recipients")
        if "extra_recipients" in asked and not any(asked[name] for name in wanted):
            self.add_error("extra_recipients", _("Choose who receives it, or write an address."))
        return asked
