"""No label of a form is worked out when its module is imported: then it would be English for everybody."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from django import forms
from django.utils.functional import Promise

ROOMS = ("catalog", "contracts", "reports", "servicedesk", "sla", "workflows")
LEFT_OUT = re.compile(r"\.(migrations|demo|settings|tests)\b")
# The same in every language.
NAMES = {"English", "Español", "Excel", "PDF", "CSV"}
WORD = re.compile(r"[A-Za-z]{3,}")


def modules() -> Iterator[ModuleType]:
    for room in map(importlib.import_module, ROOMS):
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not LEFT_OUT.search(found.name):
                yield importlib.import_module(found.name)


def texts(field: Any) -> Iterator[Any]:
    yield from (field.label, field.help_text, getattr(field, "empty_label", ""))
    choices = field.__dict__.get("_choices", ())
    if isinstance(choices, (list, tuple)):
        yield from (label for _value, label in choices)


def test_no_text_of_a_form_is_worked_out_at_import() -> None:
    breaches = {
        f"{form.__module__}.{form.__name__}.{name}: {text}"
        for module in modules()
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        for text in texts(field)
        if not isinstance(text, Promise) and isinstance(text, str) and WORD.search(text)
        if text not in NAMES
    }
    assert breaches == set()
