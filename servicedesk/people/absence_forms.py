"""Days away, and the hours of a working week."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.lib.choices import with_stored
from servicedesk.lib.form_sent import refuse_nothing
from servicedesk.people import absences, working_hours, working_week
from servicedesk.people.absences import AbsenceRefused
from servicedesk.people.models import Absence, User
from servicedesk.people.working_hours import DAYS

_LATEST = date(2200, 1, 1)


class AbsenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """For one person; with `people` it also asks for whom."""

    class Meta:
        model = Absence
        fields = ("user", "starts_on", "ends_on", "deputy", "note")
        widgets = {
            "starts_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "ends_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }

    def __init__(self, data: Any = None, *, instance: Absence, people: Any = None) -> None:
        super().__init__(data, instance=instance, auto_id=f"away-{instance.pk or 'new'}-%s")
        self.warnings: list[str] = []
        if people is None:
            del self.fields["user"]
        else:
            self._offer("user", with_stored(people, instance.user_id), gettext_lazy("Choose…"))
        deputies = (
            User.objects.active().staff() if people is not None else absences.deputies_of(instance.user)
        )
        self._offer("deputy", with_stored(deputies, instance.deputy_id), gettext_lazy("Nobody"))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first one."))
        if last and last > _LATEST:
            self.add_error("ends_on", _("Choose a day before the year 2200."))
        person = given.get("user") or self.instance.user_id
        if given.get("deputy") and given["deputy"].pk == getattr(person, "pk", person):
            self.add_error("deputy", _("A person cannot be their own deputy."))
        return given

    def keep(self) -> bool:
        """Store it; call on a valid form. False, with an error, when the days are taken."""
        absence = self.save(commit=False)
        try:
            self.warnings = absences.keep(absence)
        except AbsenceRefused as error:
            self.add_error("starts_on", str(error))
            return False
        return True

    def _offer(self, name: str, rows: Any, empty: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = rows, empty


class WeekForm(forms.Form):
    """Seven lines, as people write hours; a valid form has its `week`."""

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data, auto_id="week-%s")
        self.person = person
        self.week: dict[str, list[str]] = {}
        stored = person.working_week if isinstance(person.working_week, dict) else {}
        for number, day in enumerate(DAYS):
            self.fields[day] = forms.CharField(
                label=WEEKDAYS[number],
                required=False,
                max_length=120,
                initial=working_week.write(stored.get(day, [])),
                widget=forms.TextInput(
                    attrs={"spellcheck": "false", "autocomplete": "off", "placeholder": "–"}
                ),
            )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        refuse_nothing(self)
        read = {day: working_week.read(given.get(day, "")) for day in DAYS}
        self.week = {day: lines for day, lines in read.items() if lines}
        for day in DAYS:
            for sentence in working_hours.mistakes({day: read[day]}):
                self.add_error(day, sentence)
        if not self.errors:
            for sentence in working_hours.mistakes(self.week):
                self.add_error(None, sentence)
        return given

    def keep(self) -> None:
        User.objects.filter(pk=self.person.pk).update(working_week=self.week)
