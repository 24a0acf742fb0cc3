"""The next version of a calendar while it is written: one draft, shared by all.

A draft can always be read by `sla.engine.calendar_definition.parse`; whether anybody works in it is asked
when it is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from servicedesk.people.models import User
from sla.models import Calendar, CalendarDraft, CalendarVersion
from sla.versions.drafts import Conflict, discard, locked, store

__all__ = ["Conflict", "begin", "discard", "draft_of", "existing", "latest", "locked", "save"]


def latest(calendar: Calendar) -> CalendarVersion | None:
    """The version with the latest date, be it in force or still to come."""
    return calendar.versions.order_by("-effective_from", "-number").first()


def existing(calendar: Calendar) -> CalendarDraft | None:
    """The draft if there is one: one statement."""
    drafts = CalendarDraft.objects.filter(calendar=calendar)
    return drafts.select_related("calendar", "based_on", "changed_by").first()


@transaction.atomic
def draft_of(calendar: Calendar, by: User) -> CalendarDraft:
    """Return the draft of the calendar; a new one begins as a copy of its latest version."""
    Calendar.objects.select_for_update().get(pk=calendar.pk)  # two who begin at once get the same draft
    return existing(calendar) or begin(calendar, by=by)


def begin(calendar: Calendar, *, by: User, definition: Mapping[str, Any] | None = None) -> CalendarDraft:
    """Create the draft; without a definition it is that of the latest version."""
    version = latest(calendar)
    if definition is None:
        definition = version.definition if version else {"tz": "UTC"}
    return CalendarDraft.objects.create(
        calendar=calendar, based_on=version, changed_by=by, definition=dict(definition)
    )


def save(draft: CalendarDraft, definition: Mapping[str, Any], *, revision: int, by: User) -> CalendarDraft:
    """Store the definition; return the draft as it is now. `revision` is the one the page showed.

    Raises:
        Conflict: the draft has another revision by now, or is gone.
    """
    return store(draft, revision=revision, by=by, definition=dict(definition))
