"""The open tasks of plans across tickets, for whoever is to do them. A task that waits for the client is
still somebody's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import cached_property
from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from servicedesk.people.models import Group, User
from servicedesk.tickets.models import Ticket
from sla.clocks import step_clocks
from sla.models import StepClock
from workflows import fulfilment
from workflows.engine import open_steps
from workflows.engine.step_targets import StepTime
from workflows.flows.service_request import ServiceRequestFlow
from workflows.fulfilment import TaskSheet

ALL, MINE, FREE = "all", "mine", "free"
_NODES = [ServiceRequestFlow.fulfil, ServiceRequestFlow.fulfil_wait]


@dataclass(frozen=True)
class TaskRow:
    """One open task. `due_at` and `time` are of its own clock, if it has one."""

    pk: int
    ticket: Ticket
    sheet: TaskSheet
    group: str
    owner: User | None
    is_waiting: bool
    may_take: bool
    created: datetime
    due_at: datetime | None
    time: StepTime | None = None

    @property
    def stage(self) -> str:
        return self.sheet.stage_title


class TaskPage(Sequence[TaskRow]):
    """What `Paginator` cuts: rows are read when a page is known; four statements besides the count."""

    def __init__(self, found: QuerySet[Any], user: User, at: datetime) -> None:
        self._found, self._user, self._at = found, user, at

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, part: Any) -> Any:
        """The rows of a slice."""
        tasks = list(self._found[part])
        keys = {task.data.get("group") for task in tasks} - {None}
        groups = {one.pk: str(one) for one in Group.objects.filter(pk__in=keys)} if keys else {}
        rows = [_row(task, groups, self._user) for task in tasks]
        return _with_times(rows, self._at)

    @cached_property
    def _total(self) -> int:
        return int(self._found.count())


def of(user: User, which: str, at: datetime) -> TaskPage:
    """The tasks of my groups and mine (`all`), only mine, or only what nobody has taken; by due moment."""
    found = _of(user).filter(_narrowed(user, which)).select_related("process__run__ticket__client", "owner")
    due = StepClock.objects.filter(task=OuterRef("pk"), stopped_at=None).values("due_at")[:1]
    ordered = found.annotate(due_at=Subquery(due)).order_by(F("due_at").asc(nulls_last=True), "created", "pk")
    return TaskPage(ordered, user, at)


def waiting_for(user: User) -> int:
    """How many tasks this person has taken or could take; what waits for the client is left out."""
    to_do = _of(user).filter(Q(owner=user) | Q(owner=None), flow_task=ServiceRequestFlow.fulfil)
    return to_do.count() if user.is_agent or user.is_superuser else 0


def asking_client() -> QuerySet[Any]:
    """Keys of the tickets with a task that waits for the client, whatever the ticket's status."""
    waits = Task.objects.filter(flow_task=ServiceRequestFlow.fulfil_wait, status=STATUS.NEW)
    keys: QuerySet[Any] = waits.values("process__run__ticket")
    return keys


def ticket_of(pk: int, user: User) -> Ticket | None:
    """The ticket of an open task of this person's list."""
    task = _of(user).filter(pk=pk).select_related("process__run__ticket").first()
    return task.process.run.ticket if task is not None else None


def _of(user: User) -> QuerySet[Any]:
    """Only on tickets this person may see."""
    of_groups = Q(owner_permission__in=sorted(user.get_all_permissions()))
    of_groups |= Q(data__planned_group__in=user.group_ids())
    found: QuerySet[Any] = Task.objects.filter(
        Q(owner=user) | of_groups,
        flow_task__in=_NODES,
        status__in=[STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED],
        process__run__ticket__in=Ticket.objects.visible_to(user).order_by(),
    )
    return found


def _narrowed(user: User, which: str) -> Q:
    return {MINE: Q(owner=user), FREE: Q(owner=None)}.get(which, Q())


def _row(task: Any, groups: dict[int, str], user: User) -> TaskRow:
    node = open_steps.node_name(task)
    is_waiting = node == "fulfil_wait"
    return TaskRow(
        pk=task.pk,
        ticket=task.process.run.ticket,
        sheet=fulfilment.sheet_of(task),
        group=groups.get(task.data.get("group") or 0, ""),
        owner=task.owner,
        is_waiting=is_waiting,
        may_take=not is_waiting and task.owner_id is None and fulfilment.permitted("take_task", user, task),
        created=task.created,
        due_at=task.due_at,
    )


def _with_times(rows: Iterable[TaskRow], at: datetime) -> list[TaskRow]:
    rows = list(rows)
    clocks = StepClock.objects.filter(task__in=[row.pk for row in rows if row.due_at], stopped_at=None)
    views = {clock.task: step_clocks.view(clock, at) for clock in clocks.select_related("calendar_version")}
    return [
        replace(row, time=StepTime(row.sheet.title, views[row.pk], at)) if row.pk in views else row
        for row in rows
    ]
