"""Twenty agents press “Accept” at the same moment, each in a browser and a connection of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.tickets.models import EventKind, Ticket
from tests.desk.conftest import signed_in
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contact_of, opened_by_door
from tests.profiles import PATIENCE
from workflows import advance

pytestmark = pytest.mark.django_db(transaction=True)
ACCEPTING = 20


def accept(browser: Browser, ticket: Ticket, seen: int, together: Barrier) -> tuple[int, str]:
    """Press the button; return the answer's status and page."""
    try:
        together.wait(timeout=PATIENCE)
        address = reverse("desk:ticket-step", args=[ticket.pk, "accept"])
        response: Any = browser.post(address, {"seen": seen})
        return response.status_code, response.content.decode()
    finally:
        connections.close_all()


def test_one_of_twenty_gets_the_ticket_and_the_others_read_who_has_it() -> None:
    item = RequestTypeFactory()
    agents = [agent_of(item.service.group, full_name=f"Agent No{n}x") for n in range(ACCEPTING)]
    client = ClientFactory()
    ticket = opened_by_door(request_type=item, client=client, requester=contact_of(client))
    advance.act(ticket, "classify", by=agents[0])
    browsers = [signed_in(agent) for agent in agents]
    seen = ticket.events.latest("pk").pk
    together = Barrier(ACCEPTING)
    with ThreadPoolExecutor(ACCEPTING) as pool:
        answers = list(pool.map(lambda browser: accept(browser, ticket, seen, together), browsers))
    assert sorted(status for status, _page in answers) == [302] + [409] * (ACCEPTING - 1)
    ticket.refresh_from_db()
    winner: User = agents[[status for status, _page in answers].index(302)]
    assert ticket.assignee == winner
    assert ticket.events.filter(kind=EventKind.ACCEPTED).count() == 1
    for page in (page for status, page in answers if status == 409):
        assert f"{winner} has accepted this ticket already." in page
        assert f"<b>{winner}</b> accepted the ticket" in page.split("data-focus")[1]
        assert "In progress" in page
        assert f'action="/desk/tickets/{ticket.pk}/steps/accept/"' not in page
