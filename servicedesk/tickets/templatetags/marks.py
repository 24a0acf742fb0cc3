"""The marks of a ticket in lists: few different ones, drawn once for each language."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from servicedesk.tickets.models import Priority
from servicedesk.tickets.statuses import Status, merged_words

register = template.Library()


@register.simple_tag
def priority_mark(priority: int) -> SafeString:
    return _drawn("priority", priority, get_language())


@register.simple_tag
def status_mark(status: str, merged_into: int | None = None) -> SafeString:
    return _drawn("step", status, get_language(), merged_into)


@lru_cache(maxsize=256)
def _drawn(
    component: str, value: str | int, _language: str | None, merged_into: int | None = None
) -> SafeString:
    if component == "priority":
        shown = {"priority": value, "label": Priority(int(value)).label}
    else:
        label = merged_words(merged_into) if merged_into else Status(str(value)).label
        shown = {"status": value, "label": label}
    return SafeString(render_to_string(f"components/{component}.html", shown).strip())
