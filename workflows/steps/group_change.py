"""A ticket that changes its group outside its process: the open steps go with it."""

from __future__ import annotations

from servicedesk.tickets.models import EventKind, TicketEvent
from workflows.engine import locks, open_steps
from workflows.steps import ownership


def on_ticket_event(event: TicketEvent) -> None:
    """Let the new group take the steps of the former one. Asks nothing of any other line of history.

    A classification that is a step of the process (it moves the status) needs no help: the steps after it
    are made for the new group. A task of a plan stays where the plan put it, if that is another group.
    """
    pair = event.details.get("group")
    if event.kind != EventKind.CLASSIFIED or "to" in event.details or not isinstance(pair, list):
        return
    old, new = pair
    for task in open_steps.open_tasks(event.ticket):
        if task.owner_permission == _permission(old):
            task.owner_permission = _permission(new)
            if "group" in task.data:
                task.data["group"] = new
            task.save(update_fields=["owner_permission", "data"])
            if (
                task.owner_id
                and not event.ticket.assignee_id
                and open_steps.node_name(task) in ownership.OF_ASSIGNEE
            ):
                with locks.held():
                    ownership.give_back(task)


def _permission(group: int | None) -> str:
    return f"people.group_{group or 0}"
