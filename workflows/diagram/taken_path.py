"""The path a ticket took through its processes, step by step: what the picture is drawn from.

A path is the runs of one process up to a correction of the ticket's type: re-opening goes on with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import F
from viewflow.workflow import PROCESS, STATUS
from viewflow.workflow.models import Task

from servicedesk.tickets.models import Ticket
from workflows.engine.open_steps import FOR_PEOPLE, WAITING, node_name
from workflows.flows.start import FLOWS
from workflows.models import TicketRun

# Other doors into a path lead to the same beginning; a task that waits for the client is still that task.
SHOWN_AS = {"start_corrected": "start", "fulfil_wait": "fulfil"}

Span = tuple[datetime, datetime]
Transition = tuple[str, str]


@dataclass
class Visits:
    """When a step was entered and left; `is_open` since the last entry."""

    stays: list[Span] = field(default_factory=list)
    is_open: bool = False

    def add(self, entered: datetime, left: datetime, *, goes_on: bool) -> None:
        """Parallel tasks of one step are one stay, and so is what `goes_on` with the last. In the order of
        entering."""
        last = self.stays[-1] if self.stays else None
        if last and (entered < last[1] or (goes_on and entered == last[1])):
            self.stays[-1] = (last[0], max(left, last[1]))
        else:
            self.stays.append((entered, left))

    @property
    def spent(self) -> timedelta:
        return sum((left - entered for entered, left in self.stays), timedelta())


@dataclass(frozen=True)
class TakenPath:
    """`ended_at` names the steps that were open when the process was cancelled.

    `is_corrected`: another type's process came after it.
    """

    flow_class: Any
    visits: dict[str, Visits]
    gone: set[Transition]
    ended_at: list[str]
    is_corrected: bool

    @property
    def now(self) -> list[str]:
        return [name for name, visit in self.visits.items() if visit.is_open]


def of_ticket(ticket: Ticket, at: datetime) -> list[TakenPath]:
    """The ticket's paths, the current one first; one statement. Open steps count up to `at`."""
    parts = _parted(_tasks(ticket))
    if not parts:
        return [TakenPath(FLOWS[ticket.kind], {}, set(), [], is_corrected=False)]
    last = len(parts) - 1
    return [_path(tasks, at, is_corrected=place < last) for place, tasks in enumerate(parts)][::-1]


def _tasks(ticket: Ticket) -> list[Any]:
    """The ticket's steps of every run, in the order of their beginning."""
    found = Task.objects.filter(
        process__run__ticket=ticket, flow_task_type__in=[*FOR_PEOPLE, "START", "END"]
    ).exclude(status=STATUS.REVIVED)
    columns = ("flow_task", "flow_task_type", "status", "created", "finished", "process_id")
    told = {"run_reason": F("process__run__reason"), "process_status": F("process__status")}
    return [
        task for task in found.only(*columns).annotate(**told).order_by("process_id", "pk") if node_name(task)
    ]


def _parted(tasks: Sequence[Any]) -> list[list[Any]]:
    """A new part where the type was corrected, or another flow goes on."""
    parts: list[list[Any]] = []
    process = None
    for task in tasks:
        is_next = task.process_id != process
        process = task.process_id
        if not parts or (is_next and _is_another(task, parts[-1][-1])):
            parts.append([])
        parts[-1].append(task)
    return parts


def _is_another(task: Any, former: Any) -> bool:
    is_corrected = task.run_reason == TicketRun.Reason.CONVERTED
    return is_corrected or task.flow_task.flow_class is not former.flow_task.flow_class


def _path(tasks: list[Any], at: datetime, *, is_corrected: bool) -> TakenPath:
    visits: dict[str, Visits] = defaultdict(Visits)
    for task in sorted(tasks, key=lambda one: one.created):
        is_open = task.status in WAITING
        visit = visits[shown_as(task)]
        left = at if is_open else task.finished or task.created
        visit.add(task.created, left, goes_on=node_name(task) in SHOWN_AS)
        visit.is_open = visit.is_open or is_open
    return TakenPath(
        flow_class=tasks[-1].flow_task.flow_class,
        visits=dict(visits),
        gone=_gone(tasks),
        ended_at=_ended_at(tasks),
        is_corrected=is_corrected,
    )


def shown_as(task: Any) -> str:
    name = node_name(task)
    return SHOWN_AS.get(name, name)


def _gone(tasks: Sequence[Any]) -> set[Transition]:
    """The ways this ticket went: from each step to the one that began after it in the same run."""
    return {
        (shown_as(before), shown_as(after))
        for before, after in pairwise(tasks)
        if before.process_id == after.process_id
    }


def _ended_at(tasks: Sequence[Any]) -> list[str]:
    last = tasks[-1]
    if last.process_status != PROCESS.CANCELED:
        return []
    cancelled = [
        task for task in tasks if task.process_id == last.process_id and task.status == STATUS.CANCELED
    ]
    return list(dict.fromkeys(shown_as(task) for task in cancelled))
