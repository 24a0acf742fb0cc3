"""The plan of a ticket as people see it: each stage and task, done, at work, ahead or skipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from catalog.fulfilment import plan as plans
from catalog.fulfilment.plan import PlannedTask, Stage
from servicedesk.lib.localized import localized
from servicedesk.people.models import Group, User
from servicedesk.tickets.models import Ticket
from workflows.engine import open_steps
from workflows.engine.step_targets import StepTime
from workflows.fulfilment import assignees, stored_tasks
from workflows.fulfilment.plan import has_plan
from workflows.fulfilment.task_content import Point, TaskSheet

DONE, NOW, WAITING, AHEAD, SKIPPED, DROPPED = "done", "now", "waiting", "ahead", "skipped", "dropped"


@dataclass(frozen=True)
class Tick:
    """A point of the checklist with the name of whoever ticked it."""

    point: Point
    person: str


@dataclass(frozen=True)
class TaskView:
    """One task. `state` is done, now, waiting (for the client), ahead, skipped or dropped; `task_id` is the
    open step's."""

    title: str
    state: str
    group: str = ""
    person: User | None = None
    answers: list[tuple[str, str]] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    time: StepTime | None = None
    finished_at: datetime | None = None
    task_id: int | None = None


@dataclass(frozen=True)
class StageView:
    title: str
    state: str
    is_ordered: bool
    tasks: list[TaskView]

    @property
    def done(self) -> int:
        return sum(task.state == DONE for task in self.tasks)

    @property
    def asks_client(self) -> bool:
        return any(task.state == WAITING for task in self.tasks)

    @property
    def total(self) -> int:
        """What is or was to be done: skipped tasks are none."""
        return sum(task.state != SKIPPED for task in self.tasks)


@dataclass(frozen=True)
class _Names:
    groups: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    times: Mapping[int, StepTime] = field(default_factory=dict)


def stages_of(ticket: Ticket, user: User, times: Iterable[StepTime] = ()) -> list[StageView]:
    """The stages with their tasks for somebody of the desk; three statements, none without a plan.

    The name of a private group is told to those who may see that group. `times` are the steps' clocks.
    """
    if not has_plan(ticket):
        return []
    kept, steps = stored_tasks.of_plan(ticket)
    stages = plans.stages(ticket.catalog_snapshot)
    groups = {row.data.get("group") or 0 for row in steps}
    groups |= {task.group or 0 for one in stages for task in one.tasks}
    ticked = {tick["by"] for row in steps for tick in (row.data.get("ticks") or {}).values()}
    names = _Names(
        groups={one.pk: str(one) for one in Group.objects.visible_to(user).filter(pk__in=groups)},
        people={one.pk: str(one) for one in User.objects.filter(pk__in=ticked)} if ticked else {},
        times={one.clock.task: one for one in times},
    )
    return _stages(ticket, stages, kept, steps, names)


def progress(ticket: Ticket) -> list[StageView]:
    """The stages for the client: no names, no answers, and nothing that was skipped; one statement."""
    if not has_plan(ticket):
        return []
    kept, steps = stored_tasks.of_plan(ticket)
    found = _stages(ticket, plans.stages(ticket.catalog_snapshot), kept, steps, None)
    return [stage for stage in found if stage.state != SKIPPED]


def _stages(
    ticket: Ticket, stages: Sequence[Stage], kept: Mapping[str, Any], steps: list[Any], names: _Names | None
) -> list[StageView]:
    newest = {_place(row.data, stages): row for row in steps}  # a later row of a task replaces an earlier one
    is_over = not ticket.is_open or (bool(steps) and not any(stored_tasks.is_open(row) for row in steps))
    found = []
    for stage in stages:
        tasks = [
            _task(task, newest.get((stage.number, task.key)), kept, names, is_over=is_over)
            for task in stage.tasks
        ]
        title = localized(stage.title, stage.translations) or _("Stage %(number)s") % {"number": stage.number}
        found.append(StageView(title, _state(tasks), stage.in_order, tasks))
    return found


def _place(data: Mapping[str, Any], stages: Sequence[Stage]) -> tuple[int, str]:
    """Which planned task a row is of; tasks begun before they had keys are known by their titles."""
    number = data.get("stage", 0)
    if "key" in data or not 0 < number <= len(stages):
        return number, data.get("key", "")
    same = (task.key for task in stages[number - 1].tasks if task.title == data.get("title"))
    return number, next(same, "")


def _task(
    planned: PlannedTask, row: Any, kept: Mapping[str, Any], names: _Names | None, *, is_over: bool
) -> TaskView:
    title = localized(planned.title, planned.translations)
    if row is None:
        state = SKIPPED if planned.key in kept.get("skipped", ()) else DROPPED if is_over else AHEAD
        return TaskView(title, state, names.groups.get(planned.group or 0, "") if names else "")
    state = _row_state(row)
    if names is None:
        return TaskView(title, state)
    sheet = TaskSheet(row.data)
    return TaskView(
        title=title,
        state=state,
        group=names.groups.get(row.data.get("group") or 0, ""),
        person=row.owner,
        answers=sheet.answers,
        ticks=[Tick(point, names.people.get(point.by or 0, "")) for point in sheet.points],
        time=names.times.get(row.pk),
        finished_at=row.finished if state == DONE else None,
        task_id=row.pk if state in (NOW, WAITING) else None,
    )


def _row_state(row: Any) -> str:
    if stored_tasks.is_open(row):
        return WAITING if open_steps.node_name(row) == assignees.WAIT else NOW
    return DONE if stored_tasks.is_done(row) else DROPPED


def _state(tasks: Sequence[TaskView]) -> str:
    """Of a stage by its tasks: at work while one is, done once all that were wanted are."""
    states = {task.state for task in tasks} - {SKIPPED}
    if not states:
        return SKIPPED if tasks else DONE
    for state in (NOW, WAITING):
        if state in states:
            return state
    if len(states) == 1:
        return states.pop()
    return NOW if AHEAD in states else DROPPED
