"""What each action is given. What is not here is not taken: add a line, and the machine takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model

from servicedesk.tickets.models import Ticket
from tests.workflows.machine.world import World
from workflows.steps.actions import Action

Data = dict[str, Any]
Give = Callable[[World, Ticket], Data]


def _nothing(_world: World, _ticket: Ticket) -> Data:
    return {}


def _only(**data: Any) -> Give:
    return lambda _world, _ticket: dict(data)


def _second_line(world: World, ticket: Ticket) -> Data:
    other = world.other_group if ticket.group_id == world.group.pk else world.group
    return {"group": other, "reason": "Needs others"}


def _somebody_of_the_group(world: World, ticket: Ticket) -> Data:
    names = (
        ("mate", "agent") if ticket.group_id == world.group.pk else ("colleague of another group", "leader")
    )
    return {"assignee": world.people[names[ticket.assignee_id == world.people[names[0]].pk]]}


def _another_type(_world: World, ticket: Ticket) -> Data:
    other = {"incident": "service_request", "service_request": "consultation", "consultation": "incident"}
    return {"becomes": other[ticket.kind], "urgency": 2, "impact": 2, "reason": "Another thing"}


GIVEN: Mapping[str, Give] = {
    "classify": _only(urgency=1, impact=2),
    "accept": _nothing,
    "take": _nothing,
    "take_over": _nothing,
    "assign": _somebody_of_the_group,
    "hand_over": _somebody_of_the_group,
    "fulfil": _nothing,
    "take_task": _nothing,
    "return_task": _nothing,
    "approve": _nothing,
    "reject": _only(reason="Too dear"),
    "resume": _nothing,
    "resolve": _only(solution="It works again."),
    "ask_client": _only(question="Which phone is it?"),
    "wait_third_party": _only(reason="A part is ordered"),
    "escalate": _second_line,
    "release": _only(reason="Not mine"),
    "correct_type": _another_type,
    "cancel": _only(reason="Not wanted"),
}


def is_known(action: Action) -> bool:
    return action.name in GIVEN


def posted(world: World, ticket: Ticket, name: str) -> dict[str, str]:
    """The same as a form sends it."""
    given = GIVEN[name](world, ticket)
    written = {key: str(value.pk if isinstance(value, Model) else value) for key, value in given.items()}
    if "becomes" in written:
        written["becomes"] = f"type:{written['becomes']}"
    return written
