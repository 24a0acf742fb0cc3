"""In whose hands a ticket is: who may change that, and what follows for its open steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from servicedesk.people.models import Group, User
from servicedesk.tickets import access, lifecycle
from servicedesk.tickets.models import Ticket
from workflows.engine import open_steps

# Steps that the assignee owns; without one they belong to the whole group.
AT_WORK = ("work", "review", "verification")
OF_ASSIGNEE = frozenset({"classify", "accept", *AT_WORK})


class Way(StrEnum):
    """What reassigning does, and the outcome with which its step ends."""

    PERSON = "hand_over"
    QUEUE = "release"
    GROUP = "escalate"


def way_of(ticket: Ticket, group: Group | None, assignee: User | None) -> Way:
    """What the choice means: no group is the present one, nobody is its queue."""
    if group is not None and group.pk != ticket.group_id:
        return Way.GROUP
    return Way.PERSON if assignee is not None else Way.QUEUE


def ways(user: User, ticket: Ticket, task: Any) -> frozenset[Way]:
    """How this person may reassign the ticket at this open step. Each way has its own right."""
    node = open_steps.node_name(task)
    if node == "accept":  # given by a rule, or by whoever reassigned it, and not accepted yet
        may = {Way.QUEUE: task.owner_id == user.pk, Way.PERSON: _may_give_to_another(user, ticket, task)}
    else:
        is_theirs = node in AT_WORK and open_steps.may_take(user, task, ticket)
        may = {Way.QUEUE: is_theirs, Way.GROUP: is_theirs, Way.PERSON: _may_hand_over(user, ticket)}
    return frozenset(way for way, is_open in may.items() if is_open)


def held(ticket: Ticket) -> str:
    """Who has the ticket, as a page keeps it: whoever reassigns it must have seen that."""
    return f"{ticket.group_id or 0}-{ticket.assignee_id or 0}"


def pass_on(ticket: Ticket, person: User) -> None:
    """Make a person the assignee. Steps of the former one become theirs; those of nobody, if nobody held it.

    Says nothing: the verb that calls it records. Call under the ticket's lock.
    """
    former = ticket.assignee_id
    lifecycle.assign(ticket, person)
    for task in open_steps.open_tasks(ticket):
        if former and task.owner_id == former:
            task.owner = person
            task.save(update_fields=["owner"])
        elif former is None and task.owner_id is None and open_steps.node_name(task) in OF_ASSIGNEE:
            with task.activation() as activation:
                activation.assign(person)
                activation.task.save()


def give_back(task: Any) -> None:
    """The step belongs to its group again. Call under the ticket's lock."""
    with task.activation() as activation:
        activation.unassign()


def _may_hand_over(user: User, ticket: Ticket) -> bool:
    return access.owns(user, ticket) or (user.is_staff and access.leads(user, ticket))


def _may_assign(user: User, ticket: Ticket, task: Any) -> bool:
    """Nobody has it yet; what somebody has is reassigned."""
    return not task.owner_id and open_steps.may_take(user, task, ticket)


def _may_give_to_another(user: User, ticket: Ticket, task: Any) -> bool:
    if not task.owner_id:
        return False
    return bool(task.owner_id == user.pk) or (user.is_staff and access.leads(user, ticket))


def _may_reassign(user: User, ticket: Ticket, task: Any) -> bool:
    return bool(ways(user, ticket, task))


def _may_take(user: User, ticket: Ticket, task: Any) -> bool:
    """Nobody holds it: the deadline passed it to this group, or its agent left."""
    if ticket.assignee_id is not None or task.owner_id is not None:
        return False
    return open_steps.may_take(user, task, ticket)


def _may_take_over(user: User, ticket: Ticket, _task: Any) -> bool:
    if ticket.assignee_id in (None, user.pk):
        return False
    return user.is_staff and access.leads(user, ticket)


RIGHTS: Mapping[str, Callable[[User, Ticket, Any], bool]] = {
    "assign": _may_assign,
    "take": _may_take,
    "take_over": _may_take_over,
    "reassign": _may_reassign,
}
