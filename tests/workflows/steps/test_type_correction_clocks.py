"""The row of the semantics, through the real door: “Incident → service request mid-way: old clocks
cancelled, new process and clocks, elapsed carried, history whole”."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from catalog.models import Kind, RequestType
from contracts.models import Contract
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Ticket
from sla.models import Policy, StepClock
from sla.proof import calculation
from sla.versions import publishing
from tests.factories import (
    LONG_AGO,
    ClientFactory,
    RequestTypeFactory,
    ServiceFactory,
    contract_for,
    opened_by_door,
)
from tests.sla.example_calendars import HOUR, local
from tests.workflows.steps.test_type_correction import agrees, correct
from workflows import advance

pytestmark = pytest.mark.django_db

ROWS: list[dict[str, Any]] = [
    {"kind": "incident", "first_response": HOUR, "resolution": 4 * HOUR},
    {"kind": "service_request", "first_response": 2 * HOUR, "resolution": 8 * HOUR},
]


def monday(hour: str) -> Any:
    return local(f"01-05 {hour}", "UTC")


@pytest.fixture(autouse=True)
def _everybody_listens(settings: Any, _nobody_listens: None) -> None:
    settings.TICKET_EVENT_HANDLERS = [
        "sla.clocks.lifecycle.on_ticket_event",
        "contracts.hours.reservations.on_ticket_event",
    ]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(monday("09:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def contract(db: None) -> Contract:
    """Monday to Friday, 9 to 18. A consultation is promised nothing; accepting may take half an hour."""
    contract: Contract = contract_for(ClientFactory(), policy=Policy.objects.create(name="By type"))
    publishing.publish_policy(contract.policy, ROWS, LONG_AGO, step_targets={"accept": "30m", "work": "2h"})
    return contract


@pytest.fixture
def ticket(contract: Contract, item: RequestType, agent: User, clock: Any) -> Ticket:
    """Classified at 10 and accepted; it is noon."""
    ticket = opened_by_door(request_type=item, client=contract.client)
    clock.shift(HOUR)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    clock.shift(2 * HOUR)
    return ticket


def known(ticket: Ticket, kind: str = "resolution") -> tuple[str, int, timedelta, Any]:
    one = ticket.clocks.get(kind=kind)
    return one.state, one.cycle, one.elapsed, one.due_at


def runs(ticket: Ticket, at: Any) -> list[tuple[str, timedelta, timedelta]]:
    """Every cycle of the promise to resolve: how it ended, its target, what was counted."""
    told = calculation.explain(ticket, "resolution", at)
    assert told is not None
    assert told.adds_up()
    return [(run.state.value, run.target, run.counted) for run in told.runs]


def test_old_clocks_are_cancelled_and_the_new_ones_carry_the_time(ticket: Ticket, agent: User) -> None:
    assert known(ticket) == ("running", 1, 0 * HOUR, monday("13:00"))
    correct(ticket, Kind.SERVICE_REQUEST, agent)
    assert known(ticket) == ("running", 2, 3 * HOUR, monday("17:00"))
    assert known(ticket, "first_response") == ("running", 2, 3 * HOUR, monday("11:00"))
    assert runs(ticket, monday("14:00")) == [
        ("cancelled", 4 * HOUR, 3 * HOUR),
        ("running", 8 * HOUR, 5 * HOUR),
    ]
    assert agrees()


def test_an_answer_that_was_given_in_time_stays_given(ticket: Ticket, agent: User, clock: Any) -> None:
    clock.move_to(monday("09:30"))
    conversation.post(ticket, author=agent, body="We look at it.")
    clock.move_to(monday("12:00"))
    correct(ticket, Kind.SERVICE_REQUEST, agent)
    assert known(ticket, "first_response")[:2] == ("met", 1)


def test_waiting_for_the_client_is_not_carried(ticket: Ticket, agent: User, clock: Any) -> None:
    advance.act(ticket, "ask_client", by=agent, question="Which phone?")
    clock.shift(4 * HOUR)
    correct(ticket, Kind.SERVICE_REQUEST, agent)
    # three hours used until noon, four waited; five are left, two of them on Monday
    assert known(ticket) == ("running", 2, 3 * HOUR, local("01-06 12:00", "UTC"))


def test_a_type_that_is_promised_nothing_ends_the_clocks_and_the_way_back_revives_them(
    ticket: Ticket, agent: User, clock: Any
) -> None:
    correct(ticket, Kind.CONSULTATION, agent)
    assert known(ticket)[0] == "cancelled"
    clock.shift(2 * HOUR)
    correct(ticket, Kind.INCIDENT, agent)
    state, _cycle, elapsed, due_at = known(ticket)
    assert (state, elapsed, due_at) == ("running", 3 * HOUR, monday("15:00"))


def test_the_time_survives_any_number_of_corrections(ticket: Ticket, agent: User, clock: Any) -> None:
    for kind in (Kind.SERVICE_REQUEST, Kind.INCIDENT, Kind.SERVICE_REQUEST):
        correct(ticket, kind, agent)
        clock.shift(HOUR)
    # 9 to 15, never counted twice and never lost
    assert [state for state, _target, _counted in runs(ticket, monday("15:00"))] == ["cancelled"] * 3 + [
        "running"
    ]
    assert runs(ticket, monday("15:00"))[-1][2] == 6 * HOUR


def test_a_service_under_another_contract_is_measured_by_its_terms(
    ticket: Ticket, contract: Contract, agent: User
) -> None:
    service = ServiceFactory(group=ticket.group)
    policy = Policy.objects.create(name="Special")
    special = Contract.objects.create(
        client=contract.client, number="S", name="Special", policy=policy,
        calendar=contract.calendar, starts_on=contract.starts_on,
    )  # fmt: skip
    special.services.add(service)
    publishing.publish_policy(policy, [{"kind": "consultation", "resolution": 5 * HOUR}], LONG_AGO)
    correct(ticket, Kind.CONSULTATION, agent, service=service)
    assert ticket.coverage.contract == special
    assert (known(ticket)[0], known(ticket)[3]) == ("running", monday("14:00"))


def test_the_clock_of_the_former_step_stops_and_that_of_the_new_one_starts(
    ticket: Ticket, agent: User
) -> None:
    correct(ticket, Kind.SERVICE_REQUEST, agent)
    seen = StepClock.objects.filter(ticket=ticket, step="work").values_list("started_at", "stopped_at")
    assert list(seen.order_by("pk")) == [
        (monday("10:00"), monday("12:00")),
        (monday("12:00"), None),
    ]


def test_the_history_of_the_clocks_is_whole(ticket: Ticket, agent: User) -> None:
    before = list(ticket.clocks.get(kind="resolution").events.values_list("pk", flat=True))
    correct(ticket, RequestTypeFactory(service=ticket.service, kind=Kind.SERVICE_REQUEST), agent)
    after = list(ticket.clocks.get(kind="resolution").events.values_list("pk", flat=True))
    assert after[: len(before)] == before
    kinds = list(ticket.events.values_list("kind", flat=True))
    assert kinds == ["opened", "message_posted", "classified", "accepted", "type_corrected", "accepted"]
