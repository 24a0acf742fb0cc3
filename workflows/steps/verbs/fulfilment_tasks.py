"""What people do with the tasks of a plan: take them, fill them in, finish them, hand them on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.people.models import User
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from workflows.engine import open_steps
from workflows.engine.nodes import KEEPER
from workflows.fulfilment import TaskSheet, sheet_of
from workflows.fulfilment.assignees import TASK, WAIT, may_be_given_to

Data = dict[str, Any]


def fulfil(_ticket: Ticket, task: Any, by: User, data: Data) -> Data:
    """Keep the answers and ticks; refuse while something that is required is missing."""
    _keep(task, by, data)
    sheet = sheet_of(task)
    if sheet.has_open_questions:
        raise TicketError(_("Answer every required question of the task first."))
    if sheet.has_open_points:
        raise TicketError(_("Complete every checklist item first."))
    return data | {"task": sheet.named()}


def keep_task(_ticket: Ticket, task: Any, by: User, data: Data) -> None:
    """Answers and ticks are kept, the task stays open."""
    _keep(task, by, data)
    task.save(update_fields=["data"])


def take_task(ticket: Ticket, task: Any, by: User, _data: Data) -> None:
    _give(task, by)
    record(ticket, EventKind.TASK_TAKEN, by=by, task=sheet_of(task).named())


def hand_over_task(ticket: Ticket, task: Any, by: User, data: Data) -> None:
    """To another person of its group, `data["colleague"]` is their key; a leader may do so with anybody's."""
    person = may_be_given_to(task.data.get("group")).filter(pk=data["colleague"]).first()
    if person is None:
        raise TicketError(_("This person does not work in the group of the task."))
    _give(task, person)
    record(ticket, EventKind.TASK_TAKEN, by=by, assignee=person.pk, task=sheet_of(task).named())


def return_task(ticket: Ticket, task: Any, by: User, _data: Data) -> None:
    task.flow_task.activation_class(task).unassign()
    record(ticket, EventKind.TASK_RETURNED, by=by, task=sheet_of(task).named())


def ask_client(_ticket: Ticket, task: Any, by: User, data: Data) -> Data:
    """Whoever asks about a task goes on with it when the answer is here."""
    if open_steps.node_name(task) != TASK:
        return data
    task.data[KEEPER] = by.pk
    return data | {"task": sheet_of(task).named()}


def resume(_ticket: Ticket, task: Any, _by: User, data: Data) -> Data:
    return data | {"task": sheet_of(task).named()} if open_steps.node_name(task) == WAIT else data


def _give(task: Any, person: User) -> None:
    activation = task.flow_task.activation_class(task)
    task.assigned = timezone.now()
    if activation.assign.can_proceed():
        activation.assign(person)
        task.save()
    else:
        activation.reassign(person)


def _keep(task: Any, by: User, data: Data) -> None:
    """Only what was sent: without answers or ticks in the data those of before stay."""
    if "answers" in data:
        known = {one["key"] for one in sheet_of(task).questions}
        task.data["answers"] = {key: value for key, value in data["answers"].items() if key in known}
    if "ticked" in data:
        task.data["ticks"] = _ticks(sheet_of(task), by, data["ticked"])


def _ticks(sheet: TaskSheet, by: User, ticked: Iterable[int]) -> Data:
    """What others ticked stays; one's own ticks can be taken back."""
    before: Mapping[str, Any] = sheet.data.get("ticks") or {}
    stays = {number: tick for number, tick in before.items() if tick["by"] != by.pk}
    mine = {str(number) for number in ticked} & {str(point.number) for point in sheet.points}
    fresh = {"by": by.pk, "at": timezone.now().isoformat()}
    return {number: before.get(number, fresh) for number in mine} | stays
