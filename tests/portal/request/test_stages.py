"""A client sees how far the plan of a request is, and nothing of our inside."""

from __future__ import annotations

import pytest
from django.urls import reverse

from servicedesk.intake import client_reply
from servicedesk.people.models import Group, User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import signed_in
from tests.factories import ClientFactory, GroupFactory, agent_of, contact_of, opened_by_door
from tests.workflows.fulfilment.planning import CHECKLIST, SERIAL, act, request_type, stage, task

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Group:
    return GroupFactory(name="Purchasing department", is_private=True)


@pytest.fixture
def buyer(office: Group) -> User:
    return agent_of(office, full_name="Bea Buyer")


@pytest.fixture
def ticket(office: Group, buyer: User) -> Ticket:
    first = [task("Order quietly", office, form=[SERIAL], checklist=CHECKLIST), task("Pay", office)]
    item = request_type(stage(*first, title="Buying"), stage(task("Bring", office), title="Delivery"))
    client = ClientFactory()
    return opened_by_door(request_type=item, client=client, requester=contact_of(client))


def page(ticket: Ticket) -> str:
    response = signed_in(ticket.requester).get(reverse("portal:request", args=[ticket.pk]))
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def test_the_stages_are_shown_without_anything_internal(ticket: Ticket, buyer: User) -> None:
    act(ticket, "fulfil", "Order quietly", buyer, answers={"serial": "X-999"}, ticked=[0, 1])
    text = page(ticket)
    for part in ("Buying", "1 of 2 done", "Delivery", "in progress", "pending"):
        assert part in text
    for inside in ("Order quietly", "X-999", "Purchasing", "Disk is encrypted", "Bea Buyer"):
        assert inside not in text


def test_a_question_of_one_task_is_shown_while_the_work_goes_on(ticket: Ticket, buyer: User) -> None:
    act(ticket, "ask_client", "Pay", buyer, question="Which account?")
    assert ticket.status == Status.IN_PROGRESS
    text = page(ticket)
    assert "We wait for your answer" in text
    assert "other parts of your request continues" in text
    assert "does not count" not in text
    home = signed_in(ticket.requester).get(reverse("portal:home")).content.decode()
    assert "We wait for your answer" in home
    client_reply.reply(ticket, author=ticket.requester, body="The first one")
    assert "Work on other parts" not in page(ticket).split('id="thread"')[0]
    assert (
        "We wait for your answer"
        not in signed_in(ticket.requester).get(reverse("portal:home")).content.decode()
    )


def test_a_request_without_a_plan_has_no_stages() -> None:
    client = ClientFactory()
    ticket = opened_by_door(client=client, requester=contact_of(client))
    assert 'class="stages"' not in page(ticket)
