"""The next version of a calendar while it is written: one draft, shared by all.

A draft can always be read by `sla.engine.calendar_definition.parse`; whether anybody works in it is asked
when it is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servicedesk.people.models import User
from sla.models import Calendar, CalendarDraft, CalendarVersion
from sla.versions.drafts import Conflict, Drafts, discard, locked, store

__all__ = ["DRAFTS", "Conflict", "begin", "discard", "draft_of", "existing", "latest", "locked", "save"]


def _parts_of(version: CalendarVersion | None) -> dict[str, Any]:
    return {"definition": dict(version.definition) if version else {"tz": "UTC"}}


DRAFTS: Drafts[Calendar, CalendarVersion, CalendarDraft] = Drafts(Calendar, CalendarDraft, _parts_of)
latest, existing, draft_of, begin = DRAFTS.latest, DRAFTS.existing, DRAFTS.draft_of, DRAFTS.begin


def save(draft: CalendarDraft, definition: Mapping[str, Any], *, revision: int, by: User) -> CalendarDraft:
    """Store the definition; see `store`."""
    return store(draft, revision=revision, by=by, definition=dict(definition))
