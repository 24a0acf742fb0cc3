"""In whose hands a ticket is: who may change that, and what follows for its open steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from servicedesk.people.models import User
from servicedesk.tickets import access, lifecycle
from servicedesk.tickets.models import Ticket
from workflows.engine import open_steps

# Steps that the assignee owns; without one they belong to the whole group.
OF_ASSIGNEE = frozenset({"classify", "accept", "work", "review", "verification"})


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


def _may_hand_over(user: User, ticket: Ticket, _task: Any) -> bool:
    return access.owns(user, ticket) or (user.is_staff and access.leads(user, ticket))


def _may_assign(user: User, ticket: Ticket, task: Any) -> bool:
    if open_steps.may_take(user, task, ticket):
        return True
    return bool(task.owner_id) and user.is_staff and access.leads(user, ticket)


def _may_take(user: User, ticket: Ticket, task: Any) -> bool:
    """Nobody holds it: the deadline passed it to this group, or its agent left."""
    if ticket.assignee_id is not None or task.owner_id is not None:
        return False
    return open_steps.may_take(user, task, ticket)


def _may_take_over(user: User, ticket: Ticket, _task: Any) -> bool:
    if ticket.assignee_id in (None, user.pk):
        return False
    return user.is_staff and access.leads(user, ticket)


def _may_release(user: User, ticket: Ticket, task: Any) -> bool:
    """Before it is accepted, only whom a rule gave it to can give it back."""
    if open_steps.node_name(task) == "accept":
        return bool(task.owner_id == user.pk)
    return open_steps.may_take(user, task, ticket)


RIGHTS: Mapping[str, Callable[[User, Ticket, Any], bool]] = {
    "assign": _may_assign,
    "take": _may_take,
    "take_over": _may_take_over,
    "release": _may_release,
    "hand_over": _may_hand_over,
}
