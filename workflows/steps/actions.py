"""What can be done next: the outgoing flows of the open steps, as buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from servicedesk.tickets import access
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows import approvals, fulfilment
from workflows.engine import open_steps
from workflows.steps import ownership


@dataclass(frozen=True)
class Action:
    """One button.

    `nodes` are the steps it finishes; none means it is possible at any open step.
    `form` names the fields it asks for, `required` those that may not be empty.
    """

    name: str
    label: Promise | str
    icon: str
    nodes: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    is_primary: bool = False
    is_quiet: bool = False
    hint: Promise | str = ""
    task_id: int | None = None
    is_of_plan: bool = False  # about a task of a plan, named by `task_title`
    task_title: str = ""

    @property
    def short(self) -> Promise | str:
        """The label for a place that says already which task is meant."""
        return ACTIONS[self.name].label


_AT_WORK = ownership.AT_WORK
_HELD = (*_AT_WORK, "wait_client", "wait_third_party")

ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action(
            "classify",
            _("Classify"),
            "tag",
            ("classify",),
            ("service", "urgency", "impact", "group"),
            is_primary=True,
        ),
        Action("accept", _("Accept"), "check", ("accept",), is_primary=True),
        Action("take", _("Take"), "user-plus", _AT_WORK),
        Action("take_over", _("Take over"), "user", ("classify", "accept", *_HELD)),
        Action("assign", _("Assign to…"), "user-plus", ("accept",), ("assignee",), ("assignee",)),
        Action("fulfil", _("Task done"), "check", ("fulfil",), is_primary=True),
        Action("keep_task", _("Save as draft"), "archive", ("fulfil",)),
        Action("take_task", _("Take"), "user", ("fulfil",)),
        Action("return_task", _("Return to the group"), "undo", ("fulfil",)),
        Action("hand_over_task", _("Reassign"), "user-plus", ("fulfil",), ("colleague",), ("colleague",)),
        Action("approve", _("Approve"), "check", ("approve",), ("comment",), is_primary=True),
        Action("reject", _("Reject"), "x", ("approve",), ("reason",), ("reason",)),
        Action(
            "resume",
            _("Continue work"),
            "play",
            ("review", "verification", "wait_client", "wait_third_party", "fulfil_wait"),
        ),
        Action(
            "resolve",
            _("Resolve"),
            "check",
            _AT_WORK,
            ("solution", "cause"),
            ("solution",),
            is_primary=True,
        ),
        Action(
            "ask_client",
            _("Ask client"),
            "pause",
            (*_AT_WORK, "fulfil"),
            ("question",),
            ("question",),
            hint=_("pauses the clock"),
        ),
        Action(
            "wait_third_party", _("Wait for third party"), "hourglass", _AT_WORK, ("reason",), ("reason",)
        ),
        # to a person, to another group, or back to the queue: `ownership.Way`
        Action("reassign", _("Reassign"), "arrow-r", ("accept", *_HELD), ("group", "assignee", "reason")),
        Action(
            "correct_type",
            _("Correct type…"),
            "flow",
            (),
            ("becomes", "service", "urgency", "impact", "reason"),
            ("becomes", "urgency", "impact", "reason"),
            is_quiet=True,
        ),
        Action("cancel", _("Cancel ticket"), "x-circle", (), ("reason",), ("reason",), is_quiet=True),
    )
}


def possible(ticket: Ticket, user: User) -> list[Action]:
    """The actions open to this person now, in the order of the table."""
    return possible_at(ticket, user, open_steps.open_tasks(ticket))


def possible_at(ticket: Ticket, user: User, tasks: list[Any]) -> list[Action]:
    found: list[Action] = []
    planned = sum(open_steps.node_name(task) in fulfilment.NODES for task in tasks)
    for action in ACTIONS.values():
        mine = [task for task in tasks if permitted(action, ticket, user, task)]
        found += [_bound(action, task, is_one_of_several=planned > 1) for task in mine]
    of_ticket = [one for one in ACTIONS.values() if stands_open(one, ticket)]
    return found + [one for one in of_ticket if permitted_at_any_step(one, ticket, user)]


def permitted(action: Action, ticket: Ticket, user: User, task: Any) -> bool:
    """Whether this person may take this action at this open step."""
    node = open_steps.node_name(task)
    if node not in action.nodes:
        return False
    if node in fulfilment.NODES:
        return fulfilment.permitted(action.name, user, task)
    if action.name in ownership.RIGHTS:
        return ownership.RIGHTS[action.name](user, ticket, task)
    if node == "approve":
        return approvals.may_decide(user, ticket, task)
    if node in ("wait_client", "wait_third_party"):
        return user.is_staff and (access.owns(user, ticket) or user.is_superuser)
    return open_steps.may_take(user, task, ticket)


def stands_open(action: Action, ticket: Ticket) -> bool:
    """Whether the ticket's status allows an action that belongs to no step, whoever takes it."""
    if action.name == "correct_type" and ticket.status == Status.RESOLVED:
        return False  # first it is to be re-opened
    return not action.nodes and ticket.is_open


def permitted_at_any_step(action: Action, ticket: Ticket, user: User) -> bool:
    """Whether this person may take an action that belongs to no step."""
    if action.nodes:
        return False
    return _may_correct(ticket, user) if action.name == "correct_type" else _may_end(ticket, user)


def _may_correct(ticket: Ticket, user: User) -> bool:
    """Whoever holds the ticket, its group when nobody does, leaders and administrators."""
    if not user.is_staff:
        return False
    is_free = ticket.assignee_id is None and access.works_on(user, ticket)
    return is_free or access.owns(user, ticket) or access.leads(user, ticket)


def _may_end(ticket: Ticket, user: User) -> bool:
    """Whoever holds the ticket, its leaders; a client withdraws through `advance.withdraw`."""
    if not user.is_staff:
        return False
    return access.owns(user, ticket) if ticket.assignee_id else access.works_on(user, ticket)


def _bound(action: Action, task: Any, *, is_one_of_several: bool) -> Action:
    """The action at this open step. One about a task of a plan says which, when several are open."""
    if open_steps.node_name(task) not in fulfilment.NODES:
        return replace(action, task_id=task.pk)
    title = fulfilment.sheet_of(task).title
    bound = replace(action, task_id=task.pk, is_of_plan=True, task_title=title)
    if action.name == "fulfil":
        return replace(bound, label=title or action.label)
    if not title or not is_one_of_several:
        return bound
    label = _("%(action)s: %(task)s") % {"action": action.label, "task": title}
    return replace(bound, label=label, hint="")
