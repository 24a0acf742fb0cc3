"""Every kind of question in the dialog of a task, and plans that look at such answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.people.models import Group, User
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import Cast, signed_in
from tests.desk.ticket.pages import get, page, step
from tests.factories import GroupFactory, agent_of, contact_of
from tests.workflows.fulfilment.planning import open_titles, request_type, stage, task, the, when

PLACE = {"key": "place", "label": "Where?", "kind": "choices", "choices": ["Office", "Home"]}
STREET = {"key": "street", "label": "Street", "kind": "text", "required": True,
          "condition": {"field": "form.place", "test": "is", "value": "Home"}}  # fmt: skip
HOSTS = {"key": "hosts", "label": "Hosts", "kind": "list"}
WHO = {"key": "who", "label": "Handed to", "kind": "person"}
READ = {"key": "read", "label": "Wear gloves", "kind": "notice", "required": True}


@pytest.fixture
def office(db: None) -> Group:
    return GroupFactory(name="Purchasing")


@pytest.fixture
def buyer(office: Group) -> User:
    return agent_of(office, full_name="Bea Buyer")


@pytest.fixture
def ticket(cast: Cast, office: Group, buyer: User) -> Ticket:
    first = stage(task("ask", office, form=[READ, PLACE, STREET, HOSTS, WHO]))
    then = stage(
        task("drive", office, condition=when("ask.place", "Home")),
        task("rack", office, condition=when("ask.hosts", ["srv-9", "srv-2"], "one_of")),
        task("last", office),
    )
    return cast.ticket(request_type=request_type(first, then))


def send(person: User, action: str, ticket: Ticket, **data: Any) -> Any:
    return step(person, action, ticket, task=the("ask", ticket).pk, **data)


def test_a_hidden_question_of_a_task_is_not_demanded(ticket: Ticket, buyer: User) -> None:
    sent = {"answer_place": ["Office"], "answer_hosts": "srv-1\nsrv-2", "answer_street": "dropped"}
    assert send(buyer, "fulfil", ticket, **sent).status_code == 302
    assert open_titles(ticket) == ["rack", "last"]
    text = page(buyer, ticket)
    assert "srv-1<br>srv-2" in text
    assert "dropped" not in text


def test_a_question_of_a_task_that_appears_is_demanded(ticket: Ticket, buyer: User) -> None:
    response = send(buyer, "fulfil", ticket, answer_place=["Office", "Home"])
    assert response.status_code == 422
    [shown] = [one.form for one in response.context["steps"] if one.form and one.form.errors]
    assert list(shown.errors) == ["answer_street"]
    assert send(buyer, "fulfil", ticket, answer_place=["Home"], answer_street="Elm 5").status_code == 302
    assert open_titles(ticket) == ["drive", "last"]


def test_what_is_kept_for_later_stands_there_again(ticket: Ticket, cast: Cast, buyer: User) -> None:
    name = contact_of(ticket.client, full_name="Nora Reed").full_name
    sent = {"answer_place": ["Home"], "answer_hosts": "srv-1\nsrv-2", "answer_who": name}
    assert send(buyer, "keep_task", ticket, **sent).status_code == 302
    steps = get(buyer, ticket).context["steps"]
    [form] = [one.form for one in steps if one.action.name == "fulfil" and one.form]
    text = form.as_p()
    assert "srv-1\nsrv-2</textarea>" in text
    assert 'value="Nora Reed"' in text
    assert re.search(r'value="Home"[^>]* checked', text)


def test_contacts_are_asked_for_once_whatever_the_number_of_tasks(
    cast: Cast, office: Group, buyer: User
) -> None:
    browser, counts = signed_in(buyer), []
    for people, tasks in (([], 1), ([WHO], 1), ([WHO], 4)):
        planned = [task(f"t{number}", office, form=[HOSTS, *people]) for number in range(tasks)]
        ticket = cast.ticket(request_type=request_type(stage(*planned)))
        browser.get(f"/desk/tickets/{ticket.pk}/")
        with CaptureQueriesContext(connection) as found:
            browser.get(f"/desk/tickets/{ticket.pk}/")
        counts.append(len(found))
    assert counts == [counts[0], counts[0] + 1, counts[0] + 1]
