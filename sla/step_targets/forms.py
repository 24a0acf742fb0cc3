"""One duration for each step that people take; empty means no clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from catalog.process_steps import PEOPLE_STEPS
from sla.models import step_targets

LONGEST_TEXT = 40


class StepTargetsForm(forms.Form):
    """`revision` is that of the draft on the page, 0 when there was none; `hints` stand below the fields."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, targets: Mapping[str, str], revision: int, hints: Mapping[str, str]
    ) -> None:
        super().__init__(data, initial={**targets, "revision": revision})
        for name, label in PEOPLE_STEPS.items():
            self.fields[name] = forms.CharField(
                label=str(label),
                required=False,
                max_length=LONGEST_TEXT,
                help_text=hints[name],
                widget=forms.TextInput(attrs={"placeholder": gettext_lazy("none"), "spellcheck": "false"}),
            )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for step, sentence in step_targets.mistakes(_written(given)).items():
            self.add_error(step, sentence)
        return given

    def targets(self) -> dict[str, str]:
        """What is to be stored; call on a valid form."""
        return _written(self.cleaned_data)


def _written(given: Mapping[str, Any]) -> dict[str, str]:
    return {step: given[step] for step in PEOPLE_STEPS if given.get(step)}
