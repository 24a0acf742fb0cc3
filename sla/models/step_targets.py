"""Targets of the steps of a process as people write them: `{"accept": "30m"}`. No database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.process_steps import PEOPLE_STEPS
from sla.engine import durations

MOST = timedelta(days=366)
_LONG_DAY = timedelta(days=1)  # `d` is at most this long, whatever the calendar


def mistakes(targets: Any) -> dict[str, str]:
    """What is wrong, by the name of the step; "" stands for the whole. Nothing: the targets are right."""
    if not isinstance(targets, Mapping):
        return {"": _("Targets are written as step and duration.")}
    found = {str(step): _mistake(step, text) for step, text in targets.items()}
    return {step: sentence for step, sentence in found.items() if sentence}


def check(targets: Any) -> None:
    """Refuse targets that a version must not hold.

    Raises:
        ValidationError: with a sentence for each wrong step, on the field `step_targets`.
    """
    if found := mistakes(targets):
        raise ValidationError({"step_targets": [f"{step}: {sentence}" for step, sentence in found.items()]})


def _mistake(step: Any, text: Any) -> str:
    if step not in PEOPLE_STEPS:
        return _("There is no such step.")
    try:
        target = durations.read(text).usual(_LONG_DAY)
    except durations.DurationError as error:
        return _(error.template) % error.params
    if not target:
        return _("A target must be longer than zero. Leave it out for none.")
    return _("A step cannot take longer than a year.") if target > MOST else ""
