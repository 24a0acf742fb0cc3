"""What stands where in the file: three sheets, a line for each row of the catalog.

A file may come back in another language than it was written in, so titles and words are known in all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy, override

from catalog.models import AtZero, Kind, Level
from servicedesk.lib.localized import other_languages

CATEGORIES, SERVICES, TYPES, NOTES = "categories", "services", "types", "notes"
SHEETS: Mapping[str, Any] = {
    CATEGORIES: gettext_lazy("Categories"),
    SERVICES: gettext_lazy("Services"),
    TYPES: gettext_lazy("Request types"),
    NOTES: gettext_lazy("Instructions"),
}
JSON_COLUMNS = ("form", "approvals", "plan", "links")
WORDS_COLUMNS = ("approvals_words", "plan_words")  # only written
NOTHING = "–"  # in a JSON column: take out what there is
BY_CONTRACT = "contract"  # stands for an empty `at_zero`, because an empty cell leaves what there is
_TITLES: Mapping[str, Any] = {
    "category": gettext_lazy("Category"),
    "service": gettext_lazy("Service"),
    "name": gettext_lazy("Name"),
    "description": gettext_lazy("Description"),
    "icon": gettext_lazy("Icon"),
    "group": gettext_lazy("Group"),
    "kind": gettext_lazy("Type"),
    "default_urgency": gettext_lazy("Urgency"),
    "default_impact": gettext_lazy("Impact"),
    "needs_verification": gettext_lazy("Checked by a tester"),
    "estimated_hours": gettext_lazy("Estimated hours"),
    "price": gettext_lazy("Price"),
    "at_zero": gettext_lazy("When no hours are left"),
    "is_restricted": gettext_lazy("Only by contract"),
    "is_archived": gettext_lazy("Archived"),
    "approvals_words": gettext_lazy("Approvals (summary)"),
    "plan_words": gettext_lazy("Plan (summary)"),
    "form": gettext_lazy("Form (JSON)"),
    "approvals": gettext_lazy("Approvals (JSON)"),
    "plan": gettext_lazy("Plan (JSON)"),
    "links": gettext_lazy("Knowledge (JSON)"),
}
_YES_NO: Mapping[str, Any] = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no")}
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "kind": dict(Kind.choices),
    "default_urgency": {str(value): label for value, label in Level.choices},
    "default_impact": {str(value): label for value, label in Level.choices},
    "at_zero": {BY_CONTRACT: gettext_lazy("As the contract says"), **dict(AtZero.choices)},
    "needs_verification": _YES_NO,
    "is_restricted": _YES_NO,
    "is_archived": _YES_NO,
}


@cache
def columns(sheet: str) -> tuple[str, ...]:
    """Keys of a sheet's columns in their order."""
    match sheet:
        case "categories":
            return (*_in_languages("name"), "is_archived")
        case "services":
            words = [*_in_languages("name"), *_in_languages("description")]
            return ("category", *words, "icon", "group", "is_restricted", "is_archived")
    words = [*_in_languages("name"), *_in_languages("description")]
    facts = ("kind", "group", "default_urgency", "default_impact", "needs_verification")
    rest = ("estimated_hours", "price", "at_zero", "is_archived", *WORDS_COLUMNS, *JSON_COLUMNS)
    return ("category", "service", *words, *facts, *rest)


def required(sheet: str) -> tuple[str, ...]:
    """Columns without which a sheet cannot be read."""
    always = {"categories": ("name",), "services": ("category", "name", "group")}
    return always.get(sheet, ("category", "service", "name", "kind"))


def title(column: str) -> str:
    """What stands above a column in the active language."""
    name, _dot, language = column.partition(".")
    words = str(_TITLES[name])
    return f"{words} ({dict(settings.LANGUAGES)[language]})" if language else words


@cache
def keys_of_titles(sheet: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {title(column).lower(): column for column in columns(sheet)}
    return found


@cache
def keys_of_sheets() -> dict[str, str]:
    return _in_all_languages(SHEETS)


@cache
def keys_of_choices(column: str) -> dict[str, str]:
    """Words for a choice in all languages, and its stored value."""
    return _in_all_languages(CHOICES[column]) | {key: key for key in CHOICES[column]}


def _in_all_languages(words: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {str(word).lower(): key for key, word in words.items()}
    return found


def _in_languages(name: str) -> Iterable[str]:
    return [name, *(f"{name}.{code}" for code in other_languages())]
