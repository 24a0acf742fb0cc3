"""What of the plan comes next, and the data its tasks begin with.

The process keeps where it stands: `stage` (from 1), `place` (how many tasks of a stage in order have had
their turn; none for others), `begun` (the keys that begin now) and `skipped` (keys).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog.fulfilment import plan as plans
from catalog.fulfilment.plan import PlannedTask, Stage
from catalog.questions.conditions import OF_REQUEST, Condition
from servicedesk.people.models import Group, User
from servicedesk.tickets import lifecycle
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from workflows.fulfilment import skip_conditions, stored_tasks
from workflows.models import Acting, TicketProcess

Data = dict[str, Any]
Answers = Mapping[str, Mapping[str, Any]]


def has_plan(ticket: Ticket) -> bool:
    return bool(ticket.catalog_snapshot.get("plan"))


def next_stage(process: TicketProcess) -> None:
    """Step to what begins next: the rest of a stage in order, else the next stage with something to do.

    What its condition does not want is skipped, and told. At the end nothing begins.
    """
    if "stage" not in process.data:
        lifecycle.move(process.ticket, EventKind.FULFILMENT_STARTED, by=process.acting.by)
    stages = plans.stages(process.ticket.catalog_snapshot)
    number, place = process.data.get("stage", 0), process.data.get("place")
    answers = _answers(process, stages)
    begun: list[PlannedTask] = []
    if number and place is not None:
        begun, place = _begin(process, stages[number - 1], place, answers)
    while not begun and number <= len(stages):
        number += 1
        if number <= len(stages) and _is_wanted(process, stages[number - 1], answers):
            begun, place = _begin(process, stages[number - 1], 0, answers)
    process.data |= {"stage": number, "place": place, "begun": [task.key for task in begun]}
    process.save(update_fields=["data"])


def stage_tasks(process: TicketProcess) -> list[Data]:
    """The data of the tasks that begin now; none after the last stage."""
    stages, number = plans.stages(process.ticket.catalog_snapshot), process.data["stage"]
    if number > len(stages):
        return []
    stage, begun = stages[number - 1], process.data["begun"]
    tasks = [task for task in stage.tasks if task.key in begun]
    groups = _groups_with_people(tasks)
    return [_data(process.ticket, stage, task, groups) for task in tasks]


def plan_fulfilled(process: TicketProcess) -> None:
    """The last stage is done: say so to the client in their language.

    Whoever caused the end without being of the desk, because nothing was to be done, says nothing.
    """
    acting = process.acting
    if acting.by is not None and not acting.by.is_staff:
        process.acting = Acting(outcome=acting.outcome, data=acting.data, at=acting.at)
    if not process.ticket.solution:
        with override(process.ticket.client.language):
            process.ticket.solution = _("All steps of your request are done.")
        process.ticket.save(update_fields=["solution"])


def _begin(
    process: TicketProcess, stage: Stage, place: int, answers: Answers
) -> tuple[list[PlannedTask], int | None]:
    """The tasks that begin, and the place up to which a stage in order has come."""
    begun = []
    for turn, task in enumerate(stage.tasks[place:], place + 1):
        if not _holds(task.condition, answers):
            _skip(process, [task])
            skip_conditions.tell(process.ticket, task, stage=stage.number)
            continue
        begun.append(task)
        if stage.in_order:
            return begun, turn
    return begun, None


def _is_wanted(process: TicketProcess, stage: Stage, answers: Answers) -> bool:
    if _holds(stage.condition, answers):
        return True
    _skip(process, stage.tasks)
    skip_conditions.tell(process.ticket, stage, stage=stage.number)
    return False


def _skip(process: TicketProcess, tasks: Iterable[PlannedTask]) -> None:
    process.data["skipped"] = [*process.data.get("skipped", ()), *(task.key for task in tasks)]


def _holds(condition: Condition | None, answers: Answers) -> bool:
    return condition is None or condition.holds(answers)


def _answers(process: TicketProcess, stages: Iterable[Stage]) -> Answers:
    """Answers to the request and to finished tasks, the latter only when a condition looks at them."""
    conditions = [stage.condition for stage in stages]
    conditions += [task.condition for stage in stages for task in stage.tasks]
    looks_at_tasks = any(one is not None and one.asked_by != OF_REQUEST for one in conditions)
    return (stored_tasks.answers_of(process) if looks_at_tasks else {}) | {OF_REQUEST: process.ticket.answers}


def _groups_with_people(tasks: Iterable[PlannedTask]) -> set[int]:
    """Which of the named groups exist and have somebody; one statement, none when no group is named."""
    named = {task.group for task in tasks if task.group}
    if not named:
        return set()
    people = User.objects.active().staff()
    return set(Group.objects.filter(pk__in=named, members__in=people).values_list("pk", flat=True))


def _data(ticket: Ticket, stage: Stage, task: PlannedTask, groups: set[int]) -> Data:
    """Nobody to do it: the ticket's group does, and history says so."""
    data: Data = {
        "key": task.key,
        "title": task.title,
        "translations": dict(task.translations),
        "group": task.group if task.group in groups else ticket.group_id,
        "stage": stage.number,
        "stage_title": stage.title,
        "stage_translations": dict(stage.translations),
    }
    extras = {"form": list(task.form), "checklist": list(task.checklist), "target": task.target}
    data |= {name: value for name, value in extras.items() if value}
    if task.group and task.group not in groups and task.group != ticket.group_id:
        data["planned_group"] = task.group
        named = {name: data[name] for name in ("key", "title", "translations", "stage")}
        pair = [task.group, ticket.group_id]
        record(ticket, EventKind.TASK_RETURNED, by=None, why="nobody", group=pair, **named)
    return data
