"""Five plain steps for the client."""

from __future__ import annotations

import pytest

from tests.workflows.flows.test_incident import at_work, resolved
from workflows import advance
from workflows.diagram import client_steps

pytestmark = pytest.mark.django_db


def states(ticket):
    return [step.state for step in client_steps.steps(ticket)]


def test_a_new_request_is_received(ticket):
    assert states(ticket) == ["now", "next", "next", "next", "next"]


def test_work_is_the_third_step(ticket, agent):
    assert states(at_work(ticket, agent)) == ["done", "done", "now", "next", "next"]


def test_waiting_for_the_client_is_said(ticket, agent):
    at_work(ticket, agent)
    advance.act(ticket, "ask_client", by=agent, question="Which phone?")
    assert str(client_steps.steps(ticket)[2].detail) == "Waiting for you"


def test_an_answer_is_no_step_back(ticket, agent, contact):
    at_work(ticket, agent)
    advance.act(ticket, "ask_client", by=agent, question="Which phone?")
    advance.answer(ticket, by=contact)
    assert states(ticket)[2] == "now"


def test_a_solution_is_the_clients_turn(ticket, agent):
    steps = client_steps.steps(resolved(ticket, agent))
    assert (steps[3].state, str(steps[3].detail)) == ("now", "your turn now")


def test_a_closed_request_is_done_throughout(ticket, agent, contact):
    resolved(ticket, agent)
    advance.confirm(ticket, by=contact)
    assert states(ticket) == ["done"] * 5


def test_a_cancelled_request_stops_where_it_stood(ticket, agent):
    at_work(ticket, agent)
    advance.act(ticket, "cancel", by=agent, reason="Double")
    steps = client_steps.steps(ticket)
    assert [step.state for step in steps] == ["done", "done", "now", "next", "next"]
    assert str(steps[2].detail) == "Cancelled"


def test_it_costs_one_statement(ticket, django_assert_num_queries):
    with django_assert_num_queries(1):
        client_steps.steps(ticket)
