"""What can be done next: the outgoing flows of the open steps, as buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.localized import localized
from servicedesk.people.models import User
from servicedesk.tickets import access
from servicedesk.tickets.models import Ticket
from workflows import approvals, steps


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
    hint: Promise | str = ""
    task_id: int | None = None


_AT_WORK = ("work", "review", "verification")
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
        Action("assign", _("Assign to…"), "user-plus", ("accept",), ("assignee",), ("assignee",)),
        Action("fulfil", _("Task done"), "check", ("fulfil",), is_primary=True),
        Action("approve", _("Approve"), "check", ("approve",), is_primary=True),
        Action("reject", _("Reject"), "x", ("approve",), ("reason",), ("reason",)),
        Action(
            "resume",
            _("Continue work"),
            "play",
            ("review", "verification", "wait_client", "wait_third_party"),
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
        Action(
            "escalate",
            _("Pass to second line"),
            "arrow-r",
            _AT_WORK,
            ("group", "reason"),
            ("group", "reason"),
        ),
        Action("release", _("Return to queue"), "undo", _AT_WORK, ("reason",)),
        Action("hand_over", _("Hand over"), "user", _HELD, ("assignee",), ("assignee",)),
        Action("cancel", _("Cancel ticket"), "x-circle", (), ("reason",), ("reason",)),
    )
}


def possible(ticket: Ticket, user: User) -> list[Action]:
    """The actions open to this person now, in the order of the table."""
    return possible_at(ticket, user, steps.open_tasks(ticket))


def possible_at(ticket: Ticket, user: User, tasks: list[Any]) -> list[Action]:
    found: list[Action] = []
    for action in ACTIONS.values():
        found += [_bound(action, task) for task in tasks if permitted(action, ticket, user, task)]
    if ticket.is_open:
        found += [one for one in ACTIONS.values() if permitted_at_any_step(one, ticket, user)]
    return found


def permitted(action: Action, ticket: Ticket, user: User, task: Any) -> bool:
    """Whether this person may take this action at this open step."""
    node = steps.node_name(task)
    if node not in action.nodes:
        return False
    if action.name == "hand_over":
        return access.owns(user, ticket) or (user.is_staff and access.leads(user, ticket))
    if node == "approve":
        return approvals.may_decide(user, ticket)
    if node in ("wait_client", "wait_third_party"):
        return user.is_staff and (access.owns(user, ticket) or user.is_superuser)
    return steps.may_take(user, task, ticket)


def permitted_at_any_step(action: Action, ticket: Ticket, user: User) -> bool:
    """Whether this person may take an action that belongs to no step."""
    return not action.nodes and _may_end(ticket, user)


def _may_end(ticket: Ticket, user: User) -> bool:
    """Whoever holds the ticket, its leaders; a client withdraws through `advance.withdraw`."""
    if not user.is_staff:
        return False
    return access.owns(user, ticket) if ticket.assignee_id else access.works_on(user, ticket)


def _bound(action: Action, task: Any) -> Action:
    if action.name != "fulfil":
        return replace(action, task_id=task.pk)
    title = localized(task.data.get("title", ""), task.data.get("translations"))
    return replace(action, task_id=task.pk, label=title or action.label)
