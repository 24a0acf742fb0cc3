"""Who got the ticket, from whom, and by which rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.desk.history.event_names import Names
from servicedesk.tickets import assignment_text
from servicedesk.tickets.models import EventKind

Details = dict[str, Any]


def _assigned(details: Details, names: Names) -> str:
    return assignment_text.happened(
        details,
        person=names.person(details.get("assignee")),
        candidate=names.person(details.get("candidate")),
        group=names.group(details.get("group")),
    )


def _handed_over(details: Details, names: Names) -> str:
    if details.get("how") == "taken_over":
        return _("took the ticket over from %(person)s") % {"person": names.person(details.get("former"))}
    return _("reassigned the ticket to %(person)s") % {"person": names.person(details.get("assignee"))}


WRITERS: dict[str, Callable[[Details, Names], str]] = {
    EventKind.ASSIGNED: _assigned,
    EventKind.HANDED_OVER: _handed_over,
}
