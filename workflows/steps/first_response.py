"""Whoever answers first becomes the assignee, where the group wants it so."""

from __future__ import annotations

from servicedesk.people.models import User
from servicedesk.tickets import assignment_text
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Ticket
from workflows.engine import open_steps
from workflows.engine.execution import finish, locked
from workflows.models import Acting
from workflows.steps import ownership


def take(ticket: Ticket, *, by: User) -> bool:
    """Give a ticket that nobody holds to the agent who has just answered the client.

    At the step “accept” they accept it by that. Call in the transaction of the answer. Returns whether the
    ticket is theirs now; false for people outside its group, and for a ticket that somebody holds.
    """
    if not _is_wanted(ticket, by):
        return False
    with locked(ticket):
        return ticket.assignee_id is None and _take(ticket, by)


def _is_wanted(ticket: Ticket, by: User) -> bool:
    if ticket.assignee_id is not None or not ticket.is_open or not by.is_agent:
        return False
    group = ticket.group
    return group is not None and group.first_answer_assigns and group.pk in by.group_ids()


def _take(ticket: Ticket, by: User) -> bool:
    for task in open_steps.open_tasks(ticket):
        if open_steps.node_name(task) not in ownership.OF_ASSIGNEE or task.owner_id is not None:
            continue
        if open_steps.node_name(task) == "accept":
            finish(task, Acting(by=by, outcome="accept"), ticket)
        else:
            ownership.pass_on(ticket, by)
            record(ticket, EventKind.ASSIGNED, by=by, assignee=by.pk, method=assignment_text.FIRST_ANSWER)
        return True
    return False
