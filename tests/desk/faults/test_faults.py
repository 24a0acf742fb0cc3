"""Failed steps on the desk: who sees the list, and the button."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import Cast, signed_in
from tests.factories import GroupFactory, agent_of
from workflows import advance
from workflows.engine import timers
from workflows.flows import rules
from workflows.maintenance import faults

LATE = timedelta(days=8)


@pytest.fixture
def _broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_process: Any) -> None:
        raise ValueError("<b>helen@example.com</b>")

    monkeypatch.setattr(rules, "close", fail)


@pytest.fixture
def failed(cast: Cast, _broken: None) -> Ticket:
    return fail_one(cast)


def fail_one(cast: Cast) -> Ticket:
    ticket = cast.ticket(subject="Mail <i>is</i> late")
    advance.act(ticket, "classify", by=cast.marta)
    advance.act(ticket, "accept", by=cast.marta)
    advance.act(ticket, "resolve", by=cast.marta, solution="Done")
    timers.fire_due(timezone.now() + LATE)
    return ticket


@pytest.fixture
def leader(cast: Cast) -> User:
    return agent_of(cast.item.service.group, is_leader=True)


def again(person: User, ticket: Ticket, **data: str) -> Any:
    task = Ticket.objects.filter(pk=ticket.pk).values_list("runs__process__task", flat=True)
    (key,) = [fault.task_id for fault in faults.of_ticket(ticket)] or [max(task)]
    return signed_in(person).post(f"/desk/tickets/{ticket.pk}/faults/{key}/again/", data)


def test_the_list_says_which_ticket_which_step_and_why(cast, failed, leader):
    for person in (leader, cast.admin):
        page = signed_in(person).get("/desk/faults/").content.decode()
        assert failed.reference in page
        assert "Automatic closing without an answer" in page
        assert "An unexpected error;" in page
        assert "helen@" not in page
        assert "Mail &lt;i&gt;is" in page


def test_leaders_of_others_see_none_and_agents_no_page(cast, failed):
    stranger = agent_of(GroupFactory(), is_leader=True)
    assert "No failed steps" in signed_in(stranger).get("/desk/faults/").content.decode()
    assert signed_in(cast.marta).get("/desk/faults/").status_code == 404
    assert signed_in(cast.helen).get("/desk/faults/").status_code == 404


@pytest.mark.usefixtures("_broken")
def test_the_rail_leads_there_only_while_something_failed(cast, leader):
    assert "/desk/faults/" not in signed_in(cast.admin).get("/desk/").content.decode()
    fail_one(cast)
    assert "/desk/faults/" in signed_in(leader).get("/desk/").content.decode()
    assert "/desk/faults/" not in signed_in(cast.marta).get("/desk/").content.decode()


def test_the_ticket_says_so_and_offers_the_button_to_whoever_may(cast, failed, leader):
    address = f"/desk/tickets/{failed.pk}/"
    for person, may in ((cast.marta, False), (leader, True)):
        page = signed_in(person).get(address).content.decode()
        assert "A step failed: Automatic closing without an answer" in page
        assert ("/again/" in page) is may


def test_trying_again_closes_the_ticket_and_says_so(cast, failed, leader, monkeypatch):
    monkeypatch.undo()
    with time_machine.travel(timezone.now() + LATE, tick=False):
        answer = again(leader, failed, **{"from": "list"})
        assert (answer.status_code, answer["Location"]) == (302, "/desk/faults/")
        failed.refresh_from_db()
        assert failed.status == Status.CLOSED
        assert again(leader, failed).status_code == 409
        page = signed_in(leader).get(f"/desk/tickets/{failed.pk}/?tab=history").content.decode()
    assert "retried a failed step: Automatic closing without an answer" in page


def test_a_second_failure_leads_back_to_the_ticket(cast, failed, leader):
    with time_machine.travel(timezone.now() + LATE, tick=False):
        answer = again(leader, failed)
        assert (answer.status_code, answer["Location"]) == (302, f"/desk/tickets/{failed.pk}/")
        assert "It failed again" in signed_in(leader).get(f"/desk/tickets/{failed.pk}/").content.decode() or (
            faults.of_ticket(failed)
        )


def test_nobody_else_may_try(cast, failed):
    assert again(cast.marta, failed).status_code == 409
    assert again(cast.helen, failed).status_code == 404
    assert signed_in(cast.admin).get(f"/desk/tickets/{failed.pk}/faults/1/again/").status_code == 405


def test_a_task_of_another_ticket_is_not_found(cast, failed, leader):
    other = cast.ticket()
    key = faults.of_ticket(failed)[0].task_id
    answer = signed_in(leader).post(f"/desk/tickets/{other.pk}/faults/{key}/again/")
    assert answer.status_code == 404


def test_the_list_costs_the_same_whatever_its_length(cast, failed, leader):
    browser = signed_in(leader)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/desk/faults/").status_code == 200
        return len(captured)

    few = statements()
    for _ in range(4):
        fail_one(cast)
    assert statements() == few
