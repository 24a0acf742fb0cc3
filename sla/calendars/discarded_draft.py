"""What was thrown away a moment ago, kept in the person's session so that it can be put back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from servicedesk.people.http import UserRequest
from sla.models import Calendar, CalendarDraft


@dataclass(frozen=True)
class Kept:
    """`sentence` says what was done; `definition` is the draft as it was before."""

    sentence: str
    definition: dict[str, Any]


def keep(request: UserRequest, draft: CalendarDraft, sentence: str) -> None:
    kept = {"sentence": sentence, "definition": draft.definition}
    request.session[_key(draft.calendar_id)] = kept


def find(request: UserRequest, calendar: Calendar) -> Kept | None:
    kept = request.session.get(_key(calendar.pk))
    return Kept(**kept) if kept else None


def forget(request: UserRequest, calendar: Calendar) -> None:
    request.session.pop(_key(calendar.pk), None)


def _key(calendar: int) -> str:
    return f"calendar-{calendar}-before"
