"""What was passed by, what ended, and the pictures of a ticket whose type was corrected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Kind
from servicedesk.people.models import Group, User
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, GroupFactory, RequestTypeFactory, agent_of, contact_of
from tests.workflows.conftest import opened
from tests.workflows.diagram.test_diagram import asked_twice, clock, gone, having, nodes  # noqa: F401
from tests.workflows.flows.test_incident import at_work, resolved
from tests.workflows.flows.test_service_request import planned
from tests.workflows.steps.test_type_correction import correct
from workflows import advance
from workflows.diagram import picture as diagram
from workflows.engine import timers

pytestmark = pytest.mark.django_db


def with_plan(**fields: object) -> Ticket:
    """A request whose plan has one task; its requester is nobody's manager."""
    office = GroupFactory()
    return opened(planned([[("Order laptop", office.pk)]], **fields), contact_of(ClientFactory()))


def doer(ticket: Ticket) -> User:
    """Somebody of the group that has the task."""
    [stage] = ticket.catalog_snapshot["plan"]
    return agent_of(Group.objects.get(pk=stage["tasks"][0]["group"]))


def fulfil(ticket: Ticket) -> None:
    advance.act(ticket, "fulfil", by=doer(ticket))


def rows(ticket: Ticket) -> dict[str, tuple[int, str, str]]:
    return {row.label: (row.times, row.spent, row.state) for row in diagram.draw(ticket).rows}


def test_an_approval_that_nobody_had_to_give_is_passed_by(contact):
    by_hand = opened(RequestTypeFactory(kind=Kind.SERVICE_REQUEST), contact)
    assert (having(by_hand, "skipped"), having(by_hand, "now")) == (["approve"], ["accept"])
    assert having(with_plan(), "skipped") == ["approve"]
    assert "Skipped: Approve." in diagram.draw(by_hand).label


def test_a_plan_passes_by_what_is_done_by_hand():
    ticket = with_plan()
    fulfil(ticket)
    assert having(ticket, "skipped") == ["approve", "accept", "work", "verification"]
    assert nodes(ticket)["verification"].state == "skipped next"


def test_what_is_visited_later_was_not_passed_by(ticket, agent, contact):
    resolved(ticket, agent)
    assert having(ticket, "skipped") == ["verification"]
    advance.reopen(ticket, by=contact)
    assert having(ticket, "skipped") == []


def test_what_lies_ahead_is_not_passed_by(ticket, agent):
    assert having(at_work(ticket, agent), "skipped") == []


def test_a_plan_that_is_checked_leads_to_the_check(contact):
    ticket = with_plan(needs_verification=True)
    assert having(ticket, "next") == ["verification"]
    assert having(with_plan(), "next") == ["confirm"]
    fulfil(ticket)
    assert having(ticket, "now") == ["verification"]
    assert having(ticket, "skipped") == ["approve", "accept", "work"]
    assert ("fulfil", "verification") in gone(diagram.draw(ticket))


def test_a_task_that_waits_for_the_client_is_still_that_task(clock: Any) -> None:  # noqa: F811
    ticket = with_plan()
    clock.shift(timedelta(hours=1))
    advance.act(ticket, "ask_client", by=doer(ticket), question="Which one?")
    clock.shift(timedelta(hours=2))
    assert (having(ticket, "now"), nodes(ticket)["fulfil"].detail) == (["fulfil"], "3h")


def test_silence_leads_to_the_end(ticket, agent, settings):
    resolved(ticket, agent)
    timers.fire_due(timezone.now() + settings.AUTO_CLOSE_AFTER + timedelta(hours=1))
    ticket.refresh_from_db()
    assert having(ticket, "done") == ["start", "classify", "accept", "work", "confirm", "end"]
    assert having(ticket, "ended") == []


def test_after_a_correction_the_current_process_comes_first(ticket, agent):
    correct(at_work(ticket, agent), Kind.SERVICE_REQUEST, agent)
    now, before = diagram.draw_all(ticket)
    assert now.title == "Service request process: Work"
    assert now.label == (
        "Service request process. Done: New. Current: Work. Skipped: Approve, Accept. "
        "Possible next: Accept, Waiting for client, Waiting for third party, Resolved."
    )
    assert before.title == "Incident process: ended by correction of the type"
    assert before.label == (
        "Incident process. Done: New, Classify, Accept. Ended at: Work. Ended by correction of the type."
    )
    assert now.key != before.key


def test_the_line_to_a_step_is_marked_past_what_was_passed_by(ticket, agent):
    correct(at_work(ticket, agent), Kind.CONSULTATION, agent)
    assert gone(diagram.draw(ticket)) == {("start", "accept"), ("accept", "work")}


def test_there_and_back_are_three_pictures_and_reopening_is_none(ticket, agent, contact):
    for kind in (Kind.CONSULTATION, Kind.INCIDENT):
        correct(ticket, kind, agent)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    advance.act(ticket, "resolve", by=agent, solution="Done")
    advance.confirm(ticket, by=contact)
    advance.reopen(ticket, by=contact)
    assert ticket.runs.count() == 4
    titles = [one.title for one in diagram.draw_all(ticket)]
    ended = "ended by correction of the type"
    assert titles == [
        "Incident process: Verification", f"Consultation process: {ended}", f"Incident process: {ended}",
    ]  # fmt: skip


def test_another_request_type_of_the_same_type_is_another_picture(contact):
    ticket = with_plan()
    by_hand = RequestTypeFactory(kind=Kind.SERVICE_REQUEST, service=ticket.service)
    correct(ticket, by_hand, agent_of(by_hand.service.group))
    assert len(diagram.draw_all(ticket)) == 2


def test_all_pictures_together_cost_one_statement(ticket, agent):
    for kind in (Kind.CONSULTATION, Kind.SERVICE_REQUEST, Kind.INCIDENT):
        correct(ticket, kind, agent)
    with CaptureQueriesContext(connection) as statements:
        assert len(diagram.draw_all(ticket)) == 4
    assert len(statements) == 1


def test_a_finished_consultation_is_drawn_as_any_other(contact):
    item = RequestTypeFactory(kind=Kind.CONSULTATION)
    ticket, worker = opened(item, contact), agent_of(item.service.group)
    advance.act(ticket, "accept", by=worker)
    advance.act(ticket, "resolve", by=worker, solution="So")
    advance.confirm(ticket, by=contact)
    [drawn] = diagram.draw_all(ticket)
    assert drawn.title == "Consultation process: Closed"
    assert having(ticket, "done") == ["start", "accept", "work", "confirm", "end"]


def test_the_list_says_what_the_picture_shows(asked_twice):  # noqa: F811
    told = rows(asked_twice)
    assert told["Work"] == (3, "20m", "current")
    assert told["Waiting for client"] == (2, "2h", "done, possible next")
    assert told["Accept"] == (1, "", "done, possible next")
    assert told["Verification"] == (0, "", "not reached")


def test_ended_and_passed_by_are_words_in_the_list(ticket, agent: User, contact: User):
    at_work(ticket, agent)
    advance.act(ticket, "cancel", by=agent, reason="Twice")
    assert rows(ticket)["Work"][2] == "ended here"
    by_hand = opened(RequestTypeFactory(kind=Kind.SERVICE_REQUEST), contact)
    assert rows(by_hand)["Approve"] == (0, "", "skipped")


def test_the_drawing_has_a_title_and_words_of_its_own(ticket, agent):
    correct(ticket, Kind.CONSULTATION, agent)
    now, before = (
        render_to_string("desk/ticket/process/_diagram.html", {"diagram": one})
        for one in diagram.draw_all(ticket)
    )
    for page, key in ((now, "process-1"), (before, "process-2")):
        assert f'role="img" aria-labelledby="{key}-title {key}-words"' in page
        assert f'<title id="{key}-title">' in page
        assert f'<desc id="{key}-words">' in page
    assert '<g class="ended">' in before
    assert '<g class="skipped">' not in now
