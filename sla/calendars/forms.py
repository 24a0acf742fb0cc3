"""What administrators type about a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla.calendars import wording
from sla.calendars.editing import exceptions, holiday_countries, many_exceptions, typed_hours
from sla.calendars.editing.exceptions import Definition, Entry
from sla.calendars.editing.ics_import import MOST_BYTES
from sla.calendars.editing.pasted_text import Line
from sla.calendars.editing.typed_hours import HoursError
from sla.engine.calendar_definition import LEAP_YEAR, WEEKDAYS, CalendarError, parse
from sla.models import Calendar

_LONGEST_HOURS = 200
_MOST_TEXT = 100_000


class Preset(models.TextChoices):
    """What a new calendar can begin with."""

    OFFICE = "office", gettext_lazy("Monday to Friday, 9:00–18:00")
    LUNCH = "lunch", gettext_lazy("Monday to Friday, 9:00–13:00 and 14:00–18:00")
    ALWAYS = "always", gettext_lazy("24 hours, seven days")


PRESET_HOURS: Mapping[str, tuple[int, list[str]]] = {
    Preset.OFFICE: (5, ["09:00-18:00"]),
    Preset.LUNCH: (5, ["09:00-13:00", "14:00-18:00"]),
    Preset.ALWAYS: (7, ["00:00-24:00"]),
}


class CalendarForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Calendar
        fields = ["name"]
        error_messages = {"name": {"unique": gettext_lazy("Another calendar has this name already.")}}


def _known_zone(name: str) -> None:
    try:
        parse({"tz": name})
    except CalendarError as error:
        raise forms.ValidationError(wording.problem(error)) from error


class ZoneField(forms.CharField):
    """A text field that offers the zones of the list `zones` on the page."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Time zone"),
            max_length=60,
            validators=[_known_zone],
            widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
        )


class NewCalendarForm(CalendarForm):
    preset = forms.ChoiceField(
        label=gettext_lazy("Hours to begin with"),
        choices=Preset.choices,
        initial=Preset.OFFICE,
        widget=forms.RadioSelect,
    )
    tz = ZoneField()

    def definition(self) -> dict[str, Any]:
        number, lines = PRESET_HOURS[self.cleaned_data["preset"]]
        return {"tz": self.cleaned_data["tz"], "week": dict.fromkeys(WEEKDAYS[:number], lines)}


class WeekForm(forms.Form):
    """Hours by weekday as text, the zone, and whose public holidays are kept."""

    tz = ZoneField()
    country = forms.ChoiceField(label=gettext_lazy("Public holidays of"), required=False)
    subdivision = forms.ChoiceField(label=gettext_lazy("Region"), required=False)

    def __init__(self, data: Any = None, *, definition: Definition, **options: Any) -> None:
        self._definition = definition
        super().__init__(data, initial=_typed(definition), **options)
        for name in WEEKDAYS:
            self.fields[name] = forms.CharField(
                label=wording.weekday(name), required=False, max_length=_LONGEST_HOURS, widget=_hours_input()
            )
        choices = holiday_countries.countries(wording.language())
        _field(self, "country").choices = [("", _("No country")), *choices]
        chosen = str(self["country"].value() or "")
        parts = holiday_countries.subdivisions(chosen)
        # The regions on the page may still be those of the country before.
        is_other_country = self.is_bound and chosen != (definition.get("country") or "")
        if is_other_country and self["subdivision"].value() not in dict(parts):
            self._retype({"subdivision": ""})
        _field(self, "subdivision").choices = [("", _("The whole country")), *parts]

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[name] for name in WEEKDAYS]

    @property
    def countries(self) -> list[tuple[str, str]]:
        return list(_field(self, "country").choices)

    @property
    def has_regions(self) -> bool:
        return len(_field(self, "subdivision").choices) > 1

    def copy_monday(self) -> None:
        """Let Tuesday to Friday have what is typed for Monday."""
        self._retype(dict.fromkeys(WEEKDAYS[1:5], str(self.data.get("mon", ""))))

    def _retype(self, texts: Mapping[str, str]) -> None:
        self.data = {name: self.data.get(name, "") for name in self.fields} | dict(texts)

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        week = {}
        for name in WEEKDAYS:
            try:
                week[name] = typed_hours.read(asked.get(name, ""))
            except HoursError as error:
                self.add_error(name, wording.problem(error))
        asked["definition"] = self._written({name: lines for name, lines in week.items() if lines})
        return asked

    def _written(self, week: dict[str, list[str]]) -> dict[str, Any]:
        rest = {key: self._definition[key] for key in ("days", "yearly") if self._definition.get(key)}
        places_ = {key: self.cleaned_data.get(key) for key in ("country", "subdivision")}
        found = {"tz": self.cleaned_data.get("tz"), "week": week}
        found |= {key: value for key, value in places_.items() if value} | rest
        if not self.errors:
            self._check(found)
        return found

    def _check(self, definition: Definition) -> None:
        """What is wrong between two fields is said beside the first."""
        try:
            parse(definition)
        except CalendarError as error:
            section, _dot, rest = error.path.partition(".")
            name = rest.partition("[")[0] if section == "week" else section
            self.add_error(name if name in self.fields else None, wording.problem(error))


class What(models.TextChoices):
    CLOSED = "closed", gettext_lazy("Closed")
    HOURS = "hours", gettext_lazy("These hours")
    USUAL = "usual", gettext_lazy("As usual")


class DayForm(forms.Form):
    """One day or a range: closed, with hours of its own, or as usual again."""

    first = forms.DateField(label=gettext_lazy("Day"), input_formats=["%Y-%m-%d"])
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        help_text=gettext_lazy("Only for several days in a row."),
    )
    what = forms.ChoiceField(
        label=gettext_lazy("On this day"), choices=What.choices, initial=What.CLOSED, widget=forms.RadioSelect
    )
    hours = forms.CharField(
        label=gettext_lazy("Hours"),
        required=False,
        max_length=_LONGEST_HOURS,
        help_text=gettext_lazy("For example 09:00-13:00, 14:00-17:00."),
    )
    every_year = forms.BooleanField(label=gettext_lazy("Every year"), required=False)

    def __init__(self, data: Any = None, *, definition: Definition, **options: Any) -> None:
        super().__init__(data, **options)
        self._definition = definition
        _field(self, "hours").widget = _hours_input()
        for name in ("first", "last"):
            _field(self, name).widget = _day_input()
            self.fields[name].error_messages["invalid"] = _("Write a day, like 2026-03-16.")

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        lines = self._lines()
        if "first" not in asked or "last" not in asked or self.errors:
            return asked
        asked["entry"] = self._entry(asked["first"], asked["last"] or asked["first"], lines)
        if not self.errors:
            asked["definition"] = self._written(asked["entry"])
        return asked

    def _lines(self) -> tuple[str, ...]:
        if self.cleaned_data.get("what") != What.HOURS:
            return ()
        try:
            lines = typed_hours.read(self.cleaned_data.get("hours", ""))
        except HoursError as error:
            self.add_error("hours", wording.problem(error))
            return ()
        if not lines and "hours" not in self.errors:
            self.add_error("hours", _("Write the hours, for example 09:00-13:00."))
        return tuple(lines)

    def _entry(self, first: date, last: date, lines: tuple[str, ...]) -> Entry | None:
        if last < first:
            self.add_error("last", _("The last day is before the first."))
        elif self.cleaned_data["every_year"] and (last - first).days >= 365:
            self.add_error("last", _("A range of every year is shorter than a year."))
        elif self.cleaned_data["every_year"]:
            return Entry(first.replace(year=LEAP_YEAR), last.replace(year=LEAP_YEAR), lines, is_yearly=True)
        return Entry(first, last, lines)

    def _written(self, entry: Entry) -> dict[str, Any] | None:
        if self.cleaned_data["what"] == What.USUAL:
            return exceptions.without(self._definition, entry.section, self._within(entry))
        definition, _added, faults = many_exceptions.add(self._definition, [Line(1, entry, "")])
        for fault in faults:
            self.add_error("last" if entry.is_range else "first", wording.problem(fault))
        try:
            parse(definition)
        except CalendarError as error:
            self.add_error("last" if entry.is_range else "first", wording.problem(error))
        return definition

    def _within(self, entry: Entry) -> list[str]:
        """Lines that are about these days and no others."""
        mine = exceptions.entries(self._definition, entry.section)
        return [one.key for one in mine if many_exceptions.holds(entry, one)]


class PasteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Days, one a line"),
        required=False,
        max_length=_MOST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a calendar file (.ics)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={"empty": gettext_lazy("This file is empty.")},
    )

    def clean_file(self) -> bytes | None:
        file = self.cleaned_data["file"]
        return file.read(MOST_BYTES + 1) if file else None


def _typed(definition: Definition) -> dict[str, Any]:
    week = definition.get("week", {})
    found = {name: typed_hours.write(week.get(name, ())) for name in WEEKDAYS}
    return found | {key: definition.get(key) or "" for key in ("tz", "country", "subdivision")}


def _hours_input() -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "text"})


def _day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _field(form: forms.BaseForm, name: str) -> Any:
    """Django types a field without its own attributes."""
    return form.fields[name]
