"""The picture of a ticket's process: states, times, words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from catalog.models import Kind
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.factories import GroupFactory, RequestTypeFactory, agent_of
from tests.workflows.conftest import opened
from tests.workflows.flows.test_incident import at_work, resolved
from tests.workflows.flows.test_service_request import planned
from workflows import advance
from workflows.diagram import picture as diagram
from workflows.diagram.picture import Diagram, Node

pytestmark = pytest.mark.django_db

MONDAY = datetime(2025, 11, 17, 10, tzinfo=UTC)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def nodes(ticket: Ticket, at: datetime | None = None) -> dict[str, Node]:
    return {node.name: node for node in diagram.draw(ticket, at).nodes}


def having(ticket: Ticket, word: str) -> list[str]:
    return [name for name, node in nodes(ticket).items() if word in node.state.split()]


def gone(picture: Diagram) -> set[tuple[str, str]]:
    return {(edge.line.source, edge.line.target) for edge in picture.edges if edge.is_done}


def test_a_new_incident_is_to_be_classified_then_accepted(ticket):
    assert having(ticket, "done") == ["start"]
    assert having(ticket, "now") == ["classify"]
    assert having(ticket, "next") == ["accept"]


def test_at_work_every_way_out_is_possible(ticket, agent):
    at_work(ticket, agent)
    assert having(ticket, "now") == ["work"]
    assert having(ticket, "next") == ["accept", "wait_client", "wait_third_party", "confirm"]
    assert nodes(ticket)["accept"].state == "done next"


def test_verification_comes_before_the_solution_when_the_catalog_says_so(contact, agent):
    item = RequestTypeFactory(needs_verification=True)
    ticket = opened(item, contact)
    agent = agent_of(item.service.group)
    at_work(ticket, agent)
    assert {"verification", "confirm"} & set(having(ticket, "next")) == {"verification"}
    advance.act(ticket, "resolve", by=agent, solution="Done")
    assert (having(ticket, "now"), "confirm" in having(ticket, "next")) == (["verification"], True)


def test_a_plan_decides_what_follows_an_approval(contact):
    plan = planned([[("Order laptop", GroupFactory().pk)]], approvals=[{"who": "client_manager"}])
    by_hand = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}])
    assert having(opened(plan, contact), "next") == ["fulfil"]
    assert having(opened(by_hand, contact), "next") == ["accept"]


def test_time_in_a_step_runs_until_now_or_its_end(clock, ticket, agent):
    clock.shift(timedelta(minutes=9))
    advance.act(ticket, "classify", by=agent)
    clock.shift(timedelta(minutes=4))
    advance.act(ticket, "accept", by=agent)
    drawn = nodes(ticket, MONDAY + timedelta(hours=5))
    details = [drawn[name].detail for name in ("start", "classify", "accept", "work", "confirm")]
    assert details == ["", "9m", "4m", "4h 47m", ""]


@pytest.fixture
def asked_twice(clock: Any, ticket: Ticket, agent: User, contact: User) -> Ticket:
    """Two questions: ten minutes of work before each, an hour for each answer, five minutes to read it."""
    at_work(ticket, agent)
    for _ in range(2):
        clock.shift(timedelta(minutes=10))
        advance.act(ticket, "ask_client", by=agent, question="Which phone?")
        clock.shift(timedelta(hours=1))
        advance.answer(ticket, by=contact)
        clock.shift(timedelta(minutes=5))
        advance.act(ticket, "resume", by=agent)
    return ticket


def test_a_loop_is_counted_and_its_times_added(asked_twice):
    drawn = nodes(asked_twice)
    details = [drawn[name].detail for name in ("work", "wait_client", "review", "accept")]
    assert details == ["20m ×3", "2h ×2", "10m ×2", ""]


def test_the_ways_a_ticket_went_are_marked(asked_twice):
    went = gone(diagram.draw(asked_twice))
    straight = {("start", "classify"), ("classify", "accept"), ("accept", "work")}
    assert went == straight | {("work", "wait_client"), ("wait_client", "review"), ("review", "work")}


def test_parallel_tasks_of_a_stage_are_one_stay(contact, clock):
    office = GroupFactory()
    stages = [[("Order laptop", office.pk), ("Make account", office.pk)], [("Hand out", office.pk)]]
    ticket, buyer = opened(planned(stages), contact), agent_of(office)
    clock.shift(timedelta(hours=2))
    advance.act(ticket, "fulfil", by=buyer)
    assert (having(ticket, "now"), nodes(ticket)["fulfil"].detail) == (["fulfil"], "2h")
    clock.shift(timedelta(hours=1))
    advance.act(ticket, "fulfil", by=buyer)
    clock.shift(timedelta(minutes=30))
    assert nodes(ticket)["fulfil"].detail == "3h 30m ×2"
    advance.act(ticket, "fulfil", by=buyer)
    assert gone(diagram.draw(ticket)) == {("start", "fulfil"), ("fulfil", "confirm")}


def test_a_finished_ticket_is_done_to_the_end(ticket, agent, contact):
    advance.confirm(resolved(ticket, agent), by=contact)
    assert having(ticket, "done") == ["start", "classify", "accept", "work", "confirm", "end"]
    assert (having(ticket, "now"), having(ticket, "next")) == ([], [])
    drawn = diagram.draw(ticket)
    assert drawn.title == "Incident process: Closed"
    assert drawn.label == (
        "Incident process. Done: New, Classify, Accept, Work, Resolved, Closed. "
        "Skipped: Verification. Status: Closed."
    )


def test_a_cancelled_ticket_says_so_and_offers_nothing(ticket, agent):
    at_work(ticket, agent)
    advance.act(ticket, "cancel", by=agent, reason="Sent twice")
    drawn = diagram.draw(ticket)
    assert drawn.label == (
        "Incident process. Done: New, Classify, Accept. Ended at: Work. Status: Cancelled."
    )
    assert (having(ticket, "now"), having(ticket, "next")) == ([], [])


def test_a_second_run_goes_on_from_the_first(ticket, agent, contact):
    advance.confirm(resolved(ticket, agent), by=contact)
    advance.reopen(ticket, by=contact, reason="Still late")
    assert ticket.runs.count() == 2
    assert having(ticket, "now") == ["verification"]
    assert having(ticket, "done") == ["start", "classify", "accept", "work", "confirm"]
    advance.act(ticket, "resolve", by=agent, solution="Now it is")
    advance.confirm(ticket, by=contact)
    assert nodes(ticket)["confirm"].detail.endswith("×2")
    assert "end" in having(ticket, "done")


def test_the_picture_is_said_in_words(ticket, agent):
    drawn = diagram.draw(at_work(ticket, agent))
    assert drawn.title == "Incident process: Work"
    assert drawn.label == (
        "Incident process. Done: New, Classify, Accept. Current: Work. "
        "Possible next: Accept, Waiting for client, Waiting for third party, Resolved."
    )


def test_it_costs_one_statement_whatever_the_history(asked_twice):
    with CaptureQueriesContext(connection) as statements:
        diagram.draw(asked_twice)
    assert len(statements) == 1


def test_the_drawing_marks_states_and_needs_no_inline_style(asked_twice):
    with override("ru"):  # no decimal comma may slip into a coordinate
        page = render_to_string("desk/ticket/process/_diagram.html", {"diagram": diagram.draw(asked_twice)})
    assert 'role="img"' in page
    assert page.count('class="halo"') == page.count('<g class="now">') == 1
    assert page.count('class="tick"') == 4
    assert "style=" not in page


def test_a_long_name_takes_two_rows(ticket):
    drawn = nodes(ticket)
    assert [text for _y, text in drawn["wait_client"].lines] == ["Waiting", "for client"]
    assert [text for _y, text in drawn["verification"].lines] == ["Verification"]
