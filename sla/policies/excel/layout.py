"""What stands where in the file: a sheet for each type, a line for each row, a column for each target.

A file may come back in another language than it was written in, so titles are known in all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, override

from catalog.models import Kind, Service
from sla.engine.selection import ANY_KIND
from sla.models import PAUSABLE, PolicyCell
from sla.policies.matrix.calendar_choices import KnownCalendars
from sla.policies.matrix.inheritance import ANY_PRIORITY, PRIORITIES, TARGETS

SERVICE, CALENDAR, RISK, PAUSES, RETARGET, REOPEN, RANK = (
    "service", "calendar", "at_risk_percent", "pause_in", "retarget", "reopen", "rank",
)  # fmt: skip
OPTION_COLUMNS = (CALENDAR, RISK, PAUSES, RETARGET, REOPEN, RANK)
NOTES = "notes"
BETWEEN = ";"  # several statuses in one cell

_TARGET_NAMES = {
    "first_response": gettext_lazy("first response"),
    "next_response": gettext_lazy("next update"),
    "resolution": gettext_lazy("resolution"),
}
SHEETS: Mapping[str, Any] = {
    **{kind.value: kind.label for kind in Kind},
    ANY_KIND: gettext_lazy("Any type"),
    NOTES: gettext_lazy("Instructions"),
}
_TITLES: Mapping[str, Any] = {
    SERVICE: gettext_lazy("Service"),
    CALENDAR: gettext_lazy("Calendar"),
    RISK: gettext_lazy("At risk from, %"),
    PAUSES: gettext_lazy("Clocks pause while the ticket is"),
    RETARGET: gettext_lazy("When reclassified"),
    REOPEN: gettext_lazy("When re-opened"),
    RANK: gettext_lazy("Rank"),
}
CHOICES: Mapping[str, Mapping[str, Any]] = {
    PAUSES: {status.value: status.label for status in PAUSABLE},
    RETARGET: {choice.value: choice.label for choice in PolicyCell.Retarget},
    REOPEN: {choice.value: choice.label for choice in PolicyCell.Reopen},
}
ALL_SERVICES = gettext_lazy("All services")
CLIENTS_CALENDAR = gettext_lazy("Client’s")


def field_column(column: str, target: str) -> str:
    """The key of a target's column: `1.resolution`."""
    return f"{column}.{target}"


def columns(*, with_any_priority: bool) -> list[str]:
    """Keys of the columns in their order."""
    priorities = (*PRIORITIES, ANY_PRIORITY) if with_any_priority else PRIORITIES
    fields = [field_column(column, target) for column in priorities for target in TARGETS]
    return [SERVICE, *fields, *OPTION_COLUMNS]


def title(key: str) -> str:
    """What stands above a column in the active language."""
    if key in _TITLES:
        return str(_TITLES[key])
    column, target = key.split(".")
    priority = gettext("Any priority") if column == ANY_PRIORITY else f"P{column}"
    return f"{priority} {_TARGET_NAMES[target]}"


@cache
def keys_of_titles() -> dict[str, str]:
    """Titles in all languages, in small letters, and which column each means."""
    return _in_all_languages(dict.fromkeys(columns(with_any_priority=True)))


@cache
def keys_of_sheets() -> dict[str, str]:
    return _in_all_languages(SHEETS)


@cache
def keys_of_choices(column: str) -> dict[str, str]:
    """Words for an option in all languages; its stored value, too."""
    return _in_all_languages(CHOICES[column]) | {key: key for key in CHOICES[column]}


@cache
def words_for(text: Promise) -> frozenset[str]:
    """One expression in all languages, in small letters."""
    return frozenset(_in_all_languages({"": text}))


def _in_all_languages(words: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {str(title(key) if word is None else word).lower(): key for key, word in words.items()}
    return found


@dataclass(frozen=True)
class Vocabulary:
    """Services and calendars by key, under names that are unique in the file; `unfit`: see `calendars`."""

    services: Mapping[int, str]
    calendars: Mapping[int, str]
    unfit: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Vocabulary:
        """Two statements."""
        services = list(Service.objects.select_related("category"))
        times = Counter(service.name.lower() for service in services)
        named = {
            service.pk: f"{service.name} ({service.category.name})"
            if times[service.name.lower()] > 1
            else service.name
            for service in services
        }
        calendars = KnownCalendars.read()
        return cls(named, calendars.names, calendars.unfit)

    def keys_of_services(self) -> dict[str, int]:
        return {name.lower(): key for key, name in self.services.items()}

    def keys_of_calendars(self) -> dict[str, int]:
        return {name.lower(): key for key, name in self.calendars.items()}
