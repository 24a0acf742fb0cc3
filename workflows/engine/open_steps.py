"""The open steps of a ticket: viewflow tasks that wait for somebody."""

from __future__ import annotations

from typing import Any

from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from servicedesk.people.models import User
from servicedesk.tickets import access
from servicedesk.tickets.models import Ticket

WAITING = (STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED)
# Steps for people, and messages we wait for; a join waits too, but for other steps.
FOR_PEOPLE = ("HUMAN", "EVENT")

# Messages of the client that a step waits for.
FOR_THE_CLIENT = ("wait_client", "fulfil_wait")


def open_tasks(ticket: Ticket) -> list[Any]:
    """Tasks that wait for a person or a message, oldest first, with their processes; one statement."""
    found = Task.objects.filter(
        process__run__ticket=ticket, status__in=WAITING, flow_task_type__in=FOR_PEOPLE
    )
    return list(found.select_related("process").order_by("pk"))


def awaits_client(ticket: Ticket) -> bool:
    """Whether a step waits for the client's word, be it one of several tasks; one statement."""
    return any(node_name(task) in FOR_THE_CLIENT for task in open_tasks(ticket))


def node_name(task: Any) -> str:
    """The node's name in its flow, or "" when the node is gone."""
    return task.flow_task.name if task.flow_task is not None else ""


def may_take(user: User, task: Any, ticket: Ticket) -> bool:
    """Its owner; an unowned step belongs to the people of its group."""
    if task.owner_id:
        return bool(task.owner_id == user.pk)
    if not user.is_staff:
        return False
    return access.works_on(user, ticket) if not task.owner_permission else _has(user, task)


def _has(user: User, task: Any) -> bool:
    return user.is_superuser or user.has_perm(task.owner_permission)
