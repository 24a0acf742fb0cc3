"""Steps for people have clocks of their own; waiting for others has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Kind, RequestType
from catalog.process_steps import PEOPLE_STEPS
from servicedesk.people.models import Client, User
from servicedesk.tickets.models import Ticket
from sla.models import Policy, StepClock
from sla.versions import publishing
from tests.factories import LONG_AGO, ClientFactory, contract_for, opened_by_door
from tests.sla.example_calendars import HOUR, local
from workflows import advance
from workflows.engine import step_targets
from workflows.flows.start import FLOWS

pytestmark = pytest.mark.django_db

TARGETS = dict.fromkeys(PEOPLE_STEPS, "30m")
MONDAY_9 = local("01-05 09:00", "UTC")


@pytest.fixture(autouse=True)
def _clocks_listen(settings: Any) -> None:
    settings.TICKET_EVENT_HANDLERS = ["sla.clocks.lifecycle.on_ticket_event"]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY_9, tick=False) as traveller:
        yield traveller


@pytest.fixture
def company(db: None) -> Client:
    """Its contract gives each step half an hour."""
    return with_targets(TARGETS)


def with_targets(targets: dict[str, str]) -> Client:
    company = ClientFactory()
    contract = contract_for(company, policy=Policy.objects.create(name=f"Internal {company.pk}"))
    publishing.publish_policy(contract.policy, [{"resolution": 8 * HOUR}], LONG_AGO, step_targets=targets)
    return company


@pytest.fixture
def ticket(item: RequestType, company: Client) -> Ticket:
    return opened_by_door(request_type=item, client=company)


def known(ticket: Ticket) -> list[tuple[str, bool]]:
    """Every step that had a clock, and whether it is open."""
    return [(one.step, one.stopped_at is None) for one in StepClock.objects.filter(ticket=ticket)]


def test_the_registry_names_the_steps_for_people_of_all_flows() -> None:
    nodes = [node for flow in set(FLOWS.values()) for node in flow.instance.nodes()]
    assert {node.name for node in nodes if node.task_type == "HUMAN"} == set(PEOPLE_STEPS)


def test_the_first_step_has_a_clock_from_the_beginning(ticket: Ticket) -> None:
    (one,) = StepClock.objects.filter(ticket=ticket)
    assert (one.step, one.started_at, one.due_at) == ("classify", MONDAY_9, MONDAY_9 + HOUR / 2)


def test_the_next_step_begins_when_one_is_done(ticket: Ticket, agent: User, clock: Any) -> None:
    clock.shift(HOUR / 4)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    assert known(ticket) == [("classify", False), ("accept", False), ("work", True)]
    assert StepClock.objects.get(step="classify").stopped_at == MONDAY_9 + HOUR / 4


def test_waiting_for_the_client_has_no_clock(ticket: Ticket, agent: User) -> None:
    for name in ("classify", "accept"):
        advance.act(ticket, name, by=agent)
    advance.act(ticket, "ask_client", by=agent, question="Which phone is it?")
    assert not StepClock.objects.filter(stopped_at=None).exists()
    advance.answer(ticket, by=ticket.requester)
    assert known(ticket)[-1] == ("review", True)


def test_the_review_counts_from_the_arrival_of_the_answer(ticket: Ticket, agent: User, clock: Any) -> None:
    for name in ("classify", "accept"):
        advance.act(ticket, name, by=agent)
    advance.act(ticket, "ask_client", by=agent, question="Which phone is it?")
    clock.shift(HOUR)
    advance.answer(ticket, by=ticket.requester, at=MONDAY_9 + HOUR / 2)
    assert StepClock.objects.get(step="review").started_at == MONDAY_9 + HOUR / 2


def test_cancelling_the_ticket_stops_the_clock_of_its_step(ticket: Ticket, agent: User, clock: Any) -> None:
    clock.shift(HOUR)
    advance.act(ticket, "cancel", by=agent, reason="Asked twice")
    assert StepClock.objects.get().stopped_at == MONDAY_9 + HOUR


def test_each_parallel_task_has_its_clock(item: RequestType, company: Client, agent: User) -> None:
    item.kind = Kind.SERVICE_REQUEST
    item.plan = [{"name": "All at once", "tasks": [{"title": "Desk"}, {"title": "Phone"}]}]
    item.save()
    ticket = opened_by_door(request_type=item, client=company)
    assert known(ticket) == [("fulfil", True)] * 2
    advance.act(ticket, "fulfil", by=agent)
    assert known(ticket) == [("fulfil", False), ("fulfil", True)]


def test_of_parallel_tasks_that_due_first_is_told(ticket: Ticket) -> None:
    first = StepClock.objects.get()
    StepClock.objects.create(
        ticket=ticket, step="classify", task=0, calendar_version=first.calendar_version,
        target=HOUR, started_at=MONDAY_9, due_at=MONDAY_9 + HOUR,
    )  # fmt: skip
    (told,) = step_targets.current(step_targets.of_ticket(ticket, MONDAY_9))
    assert told.clock.due_at == first.due_at


@pytest.mark.parametrize(
    ("minutes", "words", "short"),
    [(18, "12m left of 30m", "12m left"), (45, "15m over 30m", "15m overdue")],
)
def test_an_open_step_in_words(ticket: Ticket, minutes: int, words: str, short: str) -> None:
    (told,) = step_targets.of_ticket(ticket, MONDAY_9 + HOUR * minutes / 60)
    assert (str(told.label), told.words, told.short) == ("Classify", words, short)


def test_a_step_that_was_due_at_closing_time_is_late_and_not_by_nothing(item: RequestType) -> None:
    ticket = opened_by_door(request_type=item, client=with_targets({"classify": "1d"}))
    (told,) = step_targets.of_ticket(ticket, MONDAY_9 + 10 * HOUR)
    assert (told.words, told.short) == ("1h over 9h", "1h overdue")


@pytest.mark.parametrize(("minutes", "words"), [(10, "10m of 30m"), (40, "40m of 30m, overdue")])
def test_a_step_that_is_done_in_words(
    ticket: Ticket, agent: User, clock: Any, minutes: int, words: str
) -> None:
    clock.shift(60 * minutes)
    advance.act(ticket, "classify", by=agent)
    assert step_targets.of_ticket(ticket, MONDAY_9)[0].words == words


def test_a_policy_without_targets_writes_nothing(item: RequestType, agent: User) -> None:
    ticket = opened_by_door(request_type=item, client=with_targets({}))
    advance.act(ticket, "classify", by=agent)
    assert not StepClock.objects.exists()


def test_without_a_target_the_end_of_a_step_asks_nothing(item: RequestType, agent: User) -> None:
    def statements(targets: dict[str, str]) -> int:
        ticket = opened_by_door(request_type=item, client=with_targets(targets))
        with CaptureQueriesContext(connection) as counted:
            advance.act(ticket, "classify", by=User.objects.get(pk=agent.pk))
        return len(counted)

    assert statements({"classify": "30m", "accept": "30m"}) - statements({}) == 2  # one stops, one starts
