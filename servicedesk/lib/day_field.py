"""The field for a day in a form."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from servicedesk.lib.days import EARLIEST, LATEST


class DayField(forms.DateField):
    """A day with which one can reckon: weeks, months and time zones around it exist.

    Any other is no valid date. Answers to questions (a birthday) are kept as they are and need no such field.
    """

    def to_python(self, value: Any) -> date | None:
        day: date | None = super().to_python(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day
