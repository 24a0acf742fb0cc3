"""From when a new version is valid, and for whom: asked wherever one is published."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.lib.day_field import DayField
from servicedesk.people.models import User
from sla.changes import rollout
from sla.models import CalendarVersion, PolicyVersion, TermsChange

_MINUTE = "%Y-%m-%dT%H:%M"  # what browsers send and read, in any language
_SLOW_TYPING = timedelta(minutes=15)


class Scope(models.TextChoices):
    """The last two are those of `TermsChange`."""

    NEW = "new", gettext_lazy("New tickets only")
    OPEN = TermsChange.Scope.OPEN.value, gettext_lazy("Open tickets too")
    SINCE = TermsChange.Scope.SINCE.value, gettext_lazy("Open tickets created from a date on")


class _MinuteInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=_MINUTE)


class _DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ApplyForm(forms.Form):
    """Clean data: `effective_from` (aware; now if left out), `scope`, `opened_from` (aware or None)."""

    effective_from = forms.DateTimeField(
        label=gettext_lazy("Valid from"),
        required=False,
        widget=_MinuteInput,
        input_formats=[_MINUTE, f"{_MINUTE}:%S", "%Y-%m-%d"],
        help_text=gettext_lazy("Leave it empty to start now."),
        error_messages={"invalid": gettext_lazy("Write a day and a time, like 2026-03-16 09:00.")},
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Which tickets"),
        choices=Scope.choices,
        initial=Scope.NEW,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose which tickets the new version is for.")},
    )
    opened_from = DayField(
        label=gettext_lazy("Created from"),
        required=False,
        widget=_DayInput,
        input_formats=["%Y-%m-%d"],
        help_text=gettext_lazy("Only for open tickets created from a date on."),
        error_messages={"invalid": gettext_lazy("Write a day, like 2026-03-16.")},
    )

    def __init__(self, data: Any = None, *, at: datetime | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.at = at or timezone.now()

    def clean_effective_from(self) -> datetime:
        moment: datetime | None = self.cleaned_data["effective_from"]
        if moment is not None and moment < self.at - _SLOW_TYPING:
            raise forms.ValidationError(_("This time has passed. Leave the field empty to start now."))
        return max(moment or self.at, self.at)

    def clean_opened_from(self) -> datetime | None:
        day = self.cleaned_data["opened_from"]
        return timezone.make_aware(datetime.combine(day, time())) if day else None

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if asked.get("scope") != Scope.SINCE:
            asked["opened_from"] = None
        elif not asked.get("opened_from") and "opened_from" not in self.errors:
            self.add_error("opened_from", _("Enter the day from which tickets must have been created."))
        elif asked.get("opened_from") and asked["opened_from"] > self.at:
            self.add_error("opened_from", _("No ticket can have been created after today."))
        return asked

    def order(self, version: CalendarVersion | PolicyVersion, *, by: User) -> TermsChange | None:
        """Bring the published version to open tickets, if that was chosen."""
        scope = self.cleaned_data["scope"]
        if scope == Scope.NEW:
            return None
        opened_from = self.cleaned_data["opened_from"]
        return rollout.order(version, scope=scope, opened_from=opened_from, by=by, at=self.at)
