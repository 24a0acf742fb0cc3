"""The deadlines of a request if it came now: the same rows and calendars that start the clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from servicedesk.tickets.statuses import Status
from sla.clocks.lifecycle import in_force
from sla.clocks.retargeting import calendar_version_for
from sla.engine.reactions import FIRST_RESPONSE, RESOLUTION
from sla.engine.selection import choose
from sla.engine.worktime import WorkTime
from sla.models import Calendar, Policy, PolicyCell


@dataclass(frozen=True)
class ExpectedDeadlines:
    """When answer and solution would be due (UTC); None: no such target (R9).

    `opens_at` is the next opening when nobody works at the moment asked about, else None.
    `waits_for_approval`: the time until an approval is given would not count.
    """

    answer_at: datetime | None = None
    solution_at: datetime | None = None
    opens_at: datetime | None = None
    time_zone: ZoneInfo | None = None
    waits_for_approval: bool = False


def outlook(
    policy: Policy, calendar: Calendar, *, kind: str, priority: int, service_id: int | None, at: datetime
) -> ExpectedDeadlines:
    """Look ahead from `at` (aware), writing nothing; two statements, one more for a row's own calendar.

    Raises:
        NoWorkingTime: the calendar never reaches a target; such a one cannot be saved.
    """
    rows, contract_calendar = in_force(policy, calendar, at)
    cell = choose(rows, kind=kind, priority=priority, service_id=service_id)
    if cell is None or contract_calendar is None:
        return ExpectedDeadlines()
    worktime = calendar_version_for(cell, contract_calendar, None, at).worktime()
    return ExpectedDeadlines(
        answer_at=_due(cell, FIRST_RESPONSE, worktime, at),
        solution_at=_due(cell, RESOLUTION, worktime, at),
        opens_at=None if worktime.is_open(at) else worktime.add(at, timedelta(0)),
        time_zone=worktime.hours.tz,
        waits_for_approval=Status.WAITING_APPROVAL in cell.pause_in,
    )


def _due(cell: PolicyCell, kind: str, worktime: WorkTime, at: datetime) -> datetime | None:
    target = cell.working_target(kind, worktime, at)
    return worktime.add(at, target) if target else None
