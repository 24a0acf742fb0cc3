"""Several agents at the tasks of one stage at the same instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from servicedesk.people.models import User
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import EventKind, Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import ClientFactory, agent_of, contact_of
from tests.profiles import PATIENCE
from tests.workflows.conftest import opened
from tests.workflows.fulfilment.planning import open_titles, request_type, staffed, stage, task, the
from workflows import advance
from workflows.maintenance import status_check

pytestmark = pytest.mark.django_db(transaction=True)


def finish(pk: int, number: int, agent: User, start: Barrier, action: str) -> str:
    """Try in a connection of its own; return what came of it."""
    try:
        ticket = Ticket.objects.get(pk=pk)
        start.wait(timeout=PATIENCE)
        advance.act(ticket, action, by=agent, task_id=number)
    except TicketError as error:
        return type(error).__name__
    finally:
        connections.close_all()
    return "done"


def at_once(ticket: Ticket, acts: list[tuple[int, User]], action: str = "fulfil") -> list[str]:
    start = Barrier(len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda one: finish(ticket.pk, one[0], one[1], start, action), acts))


@pytest.mark.parametrize("tasks", [2, 6])
def test_the_stage_goes_on_once_when_its_last_tasks_are_done_at_once(tasks: int) -> None:
    group, _agent = staffed()
    titles = [f"T{number}" for number in range(tasks)]
    item = request_type(stage(*(task(title, group) for title in titles)), stage(task("Next", group)))
    ticket = opened(item, contact_of(ClientFactory()))
    acts = [(the(title, ticket).pk, agent_of(group)) for title in titles]
    assert at_once(ticket, acts) == ["done"] * tasks
    assert open_titles(ticket) == ["Next"]
    assert ticket.events.filter(kind=EventKind.TASK_DONE).count() == tasks
    assert list(status_check.disagreements()) == []


@pytest.mark.parametrize(
    ("action", "kind"), [("fulfil", EventKind.TASK_DONE), ("take_task", EventKind.TASK_TAKEN)]
)
def test_one_of_many_at_the_same_task_is_first(action: str, kind: EventKind) -> None:
    group, _agent = staffed()
    ticket = opened(request_type(stage(task("A", group), task("B", group))), contact_of(ClientFactory()))
    number = the("A", ticket).pk
    outcomes = at_once(ticket, [(number, agent_of(group)) for _ in range(4)], action)
    assert sorted(outcomes, key=lambda one: one != "done")[0] == "done"
    assert outcomes.count("done") == 1
    assert set(outcomes) <= {"done", "StepGone", "NotPermitted"}
    assert ticket.events.filter(kind=kind).count() == 1
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS
