"""The fulfilment plan on the page of its ticket: each task with what this person may do with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from servicedesk.desk.ticket.steps.step_forms import Step
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from workflows import fulfilment
from workflows.engine.step_targets import StepTime
from workflows.fulfilment.overview import StageView, TaskView


@dataclass(frozen=True)
class TaskRow:
    task: TaskView
    steps: list[Step]


@dataclass(frozen=True)
class StageRows:
    stage: StageView
    tasks: list[TaskRow]


@dataclass(frozen=True)
class Plan:
    stages: list[StageRows]

    @property
    def done(self) -> int:
        return sum(one.stage.done for one in self.stages)

    @property
    def total(self) -> int:
        return sum(one.stage.total for one in self.stages)


def of(ticket: Ticket, user: User, times: Iterable[StepTime], steps: Sequence[Step]) -> Plan | None:
    """None when the ticket has no plan."""
    stages = [
        StageRows(stage, [TaskRow(task, _steps_of(task, steps)) for task in stage.tasks])
        for stage in fulfilment.stages_of(ticket, user, times)
    ]
    return Plan(stages) if stages else None


def _steps_of(task: TaskView, steps: Sequence[Step]) -> list[Step]:
    if task.task_id is None:
        return []
    return [step for step in steps if step.action.is_of_plan and step.action.task_id == task.task_id]
