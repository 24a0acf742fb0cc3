"""What the page of a calendar shows: the latest version, or the draft of the next one, over a year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.people.http import UserRequest
from sla.calendars import drafts, shown_state, wording
from sla.calendars.editing import differences
from sla.calendars.editing.differences import Differences
from sla.calendars.editing.exceptions import Entry, entries
from sla.calendars.listing import used
from sla.calendars.year_drawing import Drawing
from sla.changes import preview
from sla.engine.compiled_calendars import worktime_of
from sla.engine.worktime import CalendarError, require_working_time
from sla.models import CalendarDraft, CalendarVersion
from sla.versions import publishing


@dataclass(frozen=True)
class Screen:
    calendar: Any  # a Calendar with the counts of `used`
    draft: CalendarDraft | None
    version: CalendarVersion | None
    year: int
    sort = drafts.DRAFTS

    @classmethod
    def read(cls, pk: int, year: int) -> Screen:
        """Three statements."""
        calendar = get_object_or_404(used(timezone.now()), pk=pk)
        draft = drafts.existing(calendar)
        version = draft.based_on if draft else drafts.latest(calendar)
        return cls(calendar, draft, version, year)

    def with_draft(self, draft: CalendarDraft) -> Screen:
        """The same page after a change of the draft; what it began from is the same."""
        return replace(self, draft=draft)

    def on(self, year: int) -> Screen:
        return replace(self, year=year)

    @cached_property
    def definition(self) -> dict[str, Any]:
        if self.draft:
            return dict(self.draft.definition)
        return dict(self.version.definition) if self.version else {"tz": "UTC"}

    @cached_property
    def problem(self) -> CalendarError | None:
        """Why it cannot be published; None if it can."""
        return problem_of(self.definition, timezone.now())

    @cached_property
    def drawing(self) -> Drawing | None:
        """None if the definition cannot be read (a country that is not known any more)."""
        published = self.version.definition if self.draft and self.version else None
        try:
            return Drawing.of(self.definition, self.year, published, is_editable=self.draft is not None)
        except CalendarError:
            return None

    @cached_property
    def changes(self) -> Differences:
        return differences.between(self.version.definition if self.version else {}, self.definition)

    @cached_property
    def next_number(self) -> int:
        return publishing.next_number(self.calendar)

    def address(self) -> str:
        return shown_state.address(self.calendar.pk, self.year)

    def after(self, request: UserRequest, conflict: drafts.Conflict) -> tuple[Screen, dict[str, Any]]:
        """The screen as it is now, and what the other person changed since this page was made.

        Raises:
            Conflict: the same again, if there is no draft any more.
        """
        if conflict.draft is None:
            raise conflict
        newer, seen = self.with_draft(conflict.draft), shown_state.seen(request)
        lines = wording.told(differences.between(seen, newer.definition)) if seen is not None else []
        return newer, {"conflict": str(conflict), "conflict_lines": lines}

    def refusal(self, begins: datetime) -> str:
        """In each version somebody works."""
        problem = problem_of(self.definition, begins)
        return problem_words(problem) if problem else ""

    def told(self) -> list[str]:
        return wording.told(self.changes, most=100)

    def preview(self) -> preview.Preview | None:
        """What publishing would do to open tickets; None while it cannot be published or said."""
        if not self.draft or not self.version or self.problem:
            return None
        return preview.of_calendar(self.calendar, self.definition, timezone.now())

    def publish(self, stored: CalendarDraft, begins: datetime, request: UserRequest) -> CalendarVersion:
        return publishing.publish_calendar(self.calendar, stored.definition, begins, by=request.user)

    def publish_context(self) -> dict[str, Any]:
        return self.bar() | {
            "back": self.address(),
            "back_label": _("Back to the year"),
            "is_sound": self.problem is None,
        }

    def summary(self) -> str:
        """What changes by the draft; for a first version what it says."""
        if not self.draft:
            return ""
        return wording.summary(self.changes) if self.version else f"{wording.whole(self.definition)}."

    def context(self) -> dict[str, Any]:
        """For the templates of this page."""
        version = self.version
        return {
            "version": version,
            "is_in_force": version is not None and version.effective_from <= timezone.now(),
            "definition": self.definition,
            "drawing": self.drawing,
            "week_words": wording.week(self.definition.get("week", {})),
            "holidays": wording.holidays(self.definition),
            "dated": [_listed(entry) for entry in entries(self.definition, "days")],
            "yearly": [_listed(entry) for entry in entries(self.definition, "yearly")],
            **self.bar(),
        }

    def bar(self) -> dict[str, Any]:
        """For the bar with the state of the draft."""
        problem = self.problem
        return {
            "calendar": self.calendar,
            "users": wording.users(self.calendar),
            "draft": self.draft,
            "year": self.year,
            "next_number": self.next_number,
            "summary": self.summary(),
            "has_changes": bool(self.changes) or self.version is None,
            "stamp": shown_state.stamp(self.definition) if self.draft else "",
            "problem": problem_words(problem) if problem else "",
            "problem_at": problem.path.partition(".")[0] if problem else "",
            "today": timezone.localdate(),
        }


def problem_of(definition: dict[str, Any], at: datetime) -> CalendarError | None:
    """What the engine refuses (R12)."""
    try:
        require_working_time(worktime_of(definition), at)
    except CalendarError as error:
        return error
    return None


def problem_words(error: CalendarError) -> str:
    place = wording.place(error.path)
    return f"{place}: {wording.problem(error)}" if place else wording.problem(error)


def _listed(entry: Entry) -> dict[str, Any]:
    return {"entry": entry, "days": wording.days(entry), "hours": wording.hours(entry.lines)}
