"""What each action is given. What is not here is not taken: add a line, and the machine takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.workflows.machine.world import World
from workflows.engine import open_steps
from workflows.steps import ownership
from workflows.steps.actions import Action
from workflows.steps.ownership import Way

Data = dict[str, Any]
Give = Callable[[World, Ticket], Data]


def _nothing(_world: World, _ticket: Ticket) -> Data:
    return {}


def _only(**data: Any) -> Give:
    return lambda _world, _ticket: dict(data)


def _another_group(world: World, ticket: Ticket) -> Data:
    """Every second time with somebody of it."""
    is_home = ticket.group_id == world.group.pk
    found = {"group": world.other_group if is_home else world.group, "reason": "Needs others"}
    if ticket.events.count() % 2:
        found["assignee"] = world.people["colleague of another group" if is_home else "mate"]
    return found


def _somebody_of_the_group(world: World, ticket: Ticket) -> Data:
    names = (
        ("mate", "agent") if ticket.group_id == world.group.pk else ("colleague of another group", "leader")
    )
    return {"assignee": world.people[names[ticket.assignee_id == world.people[names[0]].pk]]}


def _another_type(_world: World, ticket: Ticket) -> Data:
    other = {"incident": "service_request", "service_request": "consultation", "consultation": "incident"}
    return {"becomes": other[ticket.kind], "urgency": 2, "impact": 2, "reason": "Another thing"}


_WAYS: Mapping[Way, Give] = {
    Way.PERSON: _somebody_of_the_group,
    Way.QUEUE: _only(reason="Not mine"),
    Way.GROUP: _another_group,
}


def _reassigned(world: World, ticket: Ticket, person: User) -> Data:
    """One of the ways open to the person, in turn; whoever has none tries another person."""
    open_ways = (ownership.ways(person, ticket, task) for task in open_steps.open_tasks(ticket))
    found = sorted(next(filter(None, open_ways), {Way.PERSON}))
    return _WAYS[found[ticket.events.count() % len(found)]](world, ticket)


GIVEN: Mapping[str, Give] = {
    "classify": _only(urgency=1, impact=2),
    "accept": _nothing,
    "take": _nothing,
    "take_over": _nothing,
    "assign": _somebody_of_the_group,
    "reassign": _somebody_of_the_group,
    "fulfil": _nothing,
    "take_task": _nothing,
    "return_task": _nothing,
    "approve": _nothing,
    "reject": _only(reason="Too dear"),
    "resume": _nothing,
    "resolve": _only(solution="It works again."),
    "ask_client": _only(question="Which phone is it?"),
    "wait_third_party": _only(reason="A part is ordered"),
    "correct_type": _another_type,
    "cancel": _only(reason="Not wanted"),
}


def is_known(action: Action) -> bool:
    return action.name in GIVEN


def data(world: World, ticket: Ticket, name: str, person: User) -> Data:
    """What this person is to say; how a ticket may be reassigned depends on who does it."""
    return _reassigned(world, ticket, person) if name == "reassign" else GIVEN[name](world, ticket)


def posted(world: World, ticket: Ticket, name: str, person: User) -> dict[str, str]:
    """The same as a form sends it; a form names the present group too."""
    given = data(world, ticket, name, person)
    if name == "reassign":
        given = {"group": ticket.group or ""} | given
    written = {key: str(value.pk if isinstance(value, Model) else value) for key, value in given.items()}
    if "becomes" in written:
        written["becomes"] = f"type:{written['becomes']}"
    return written
