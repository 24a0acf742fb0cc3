"""Publishing, applying and undoing in one line each; all moments are Moscow time."""

from __future__ import annotations

from typing import Any

import time_machine

from servicedesk.people.models import User
from sla.changes import rollout
from sla.models import Calendar, CalendarVersion, Policy, PolicyVersion, TermsChange
from sla.versions import publishing
from tests.sla.example_calendars import C1, moscow

HOLIDAY = C1 | {"days": {"2026-03-16": []}}


def new_calendar(
    calendar: Calendar, moment: str, definition: dict[str, Any] | None = None
) -> CalendarVersion:
    return publishing.publish_calendar(calendar, definition or HOLIDAY, moscow(moment))


def new_policy(policy: Policy, moment: str, *cells: dict[str, Any], **more: Any) -> PolicyVersion:
    return publishing.publish_policy(policy, cells, moscow(moment), **more)


def order(
    version: CalendarVersion | PolicyVersion, by: User, moment: str, *, since: str | None = None
) -> TermsChange:
    with time_machine.travel(moscow(moment), tick=False):
        return rollout.order(
            version,
            scope="since" if since else "open",
            opened_from=moscow(since) if since else None,
            by=by,
            at=moscow(moment),
        )


def run(change: TermsChange, moment: str) -> TermsChange:
    with time_machine.travel(moscow(moment), tick=False):
        rollout.run(change.pk)
    change.refresh_from_db()
    return change


def applied(
    version: CalendarVersion | PolicyVersion, by: User, moment: str, *, since: str | None = None
) -> TermsChange:
    return run(order(version, by, moment, since=since), moment)


def undone(change: TermsChange, by: User, moment: str) -> TermsChange:
    rollout.undo(change, by=by, at=moscow(moment))
    return run(change, moment)
