"""A task may have a target of its own, which comes before the policy's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from sla.models import StepClock
from tests.factories import agent_of, opened_by_door
from tests.sla.example_calendars import HOUR
from tests.workflows.fulfilment.planning import act, request_type, stage, task
from tests.workflows.steps.test_person_steps import MONDAY_9, with_targets
from workflows import advance, fulfilment
from workflows.engine import step_targets
from workflows.steps import task_list

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        yield traveller


def with_plan(targets: dict[str, str], *tasks: dict[str, Any]) -> tuple[Ticket, User]:
    item = request_type(stage(*tasks))
    agent = agent_of(item.service.group)
    return opened_by_door(request_type=item, client=with_targets(targets)), agent


def targets(ticket: Ticket) -> list[timedelta]:
    return list(StepClock.objects.filter(ticket=ticket).order_by("pk").values_list("target", flat=True))


def test_its_own_target_comes_before_the_policys() -> None:
    ticket, _agent = with_plan({"fulfil": "1h"}, task("A", target="4h"), task("B"))
    assert targets(ticket) == [4 * HOUR, HOUR]


def test_a_target_needs_no_word_of_the_policy() -> None:
    ticket, _agent = with_plan({}, task("A", target="1d"), task("B"))
    assert targets(ticket) == [9 * HOUR]


def test_what_is_no_duration_gives_way_to_the_policys_target() -> None:
    ticket, _agent = with_plan({"fulfil": "1h"}, task("A", target="soon"))
    assert targets(ticket) == [HOUR]


def test_the_page_and_the_list_say_what_is_left(clock: Any) -> None:
    ticket, agent = with_plan({}, task("A", target="4h"), task("B"))
    at = MONDAY_9 + HOUR
    times = step_targets.of_ticket(ticket, at)
    shown = fulfilment.stages_of(ticket, agent, times)[0].tasks
    assert [one.time.words if one.time else "" for one in shown] == ["3h left of 4h", ""]
    rows = task_list.of(agent, task_list.ALL, at)[0:10]
    assert [(row.sheet.title, row.due_at) for row in rows] == [("A", MONDAY_9 + 4 * HOUR), ("B", None)]


def test_while_the_client_is_asked_the_task_has_no_clock(clock: Any) -> None:
    ticket, agent = with_plan({}, task("A", target="4h"))
    act(ticket, "ask_client", "A", agent, question="Which one?")
    assert not StepClock.objects.filter(stopped_at=None).exists()
    advance.answer(ticket, by=ticket.requester)
    assert StepClock.objects.filter(stopped_at=None).get().target == 4 * HOUR
