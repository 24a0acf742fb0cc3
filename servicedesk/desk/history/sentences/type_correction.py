"""The type of a ticket was corrected: what it was, and what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from catalog.models import Kind
from servicedesk.desk.history.event_names import Names
from servicedesk.tickets.models import EventKind

Details = dict[str, Any]


def _type_corrected(details: Details, names: Names) -> str:
    """“corrected the type: Service request (was Incident), New mailbox, P2 (was P3)”."""
    said = [
        text
        for key, read in _readers(names).items()
        for old, new in [details.get(key) or (None, None)]
        if (text := _changed(read(old), read(new)))
    ]
    return _("corrected the type: %(changes)s") % {"changes": ", ".join(said)}


def _readers(names: Names) -> dict[str, Callable[[Any], str]]:
    return {
        "kind": lambda value: _label(Kind, value),
        "request_type": names.request_type,
        "service": lambda value: _named(_("service %(new)s"), names.service(value)),
        "priority": lambda value: f"P{value}" if value else "",
        "group": lambda value: _named(_("group %(new)s"), names.group(value)),
    }


def _changed(old: str, new: str) -> str:
    if old and new:
        return _("%(new)s (was %(old)s)") % {"new": new, "old": old}
    return new or (_("no longer %(old)s") % {"old": old} if old else "")


def _named(sentence: str, name: str) -> str:
    return sentence % {"new": name} if name else ""


def _label(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else ""


WRITERS: dict[str, Callable[[Details, Names], str]] = {EventKind.TYPE_CORRECTED: _type_corrected}
