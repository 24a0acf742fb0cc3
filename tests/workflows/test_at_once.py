"""Two people at the same instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from servicedesk.people.models import User
from servicedesk.tickets.errors import TakenByAnother, TicketError
from servicedesk.tickets.models import EventKind, Ticket
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contact_of
from tests.profiles import PATIENCE
from tests.workflows.conftest import opened
from workflows import advance

pytestmark = pytest.mark.django_db(transaction=True)
ACCEPTING = 8


def accept(pk: int, agent: User, start: Barrier) -> str:
    """Try to accept in a connection of its own; return what came of it."""
    try:
        ticket = Ticket.objects.get(pk=pk)
        start.wait(timeout=PATIENCE)
        advance.act(ticket, "accept", by=agent)
    except TakenByAnother:
        return "taken"
    except TicketError as error:
        return str(error)
    finally:
        connections.close_all()
    return "accepted"


def test_one_of_many_who_accept_at_once_gets_the_ticket():
    item = RequestTypeFactory()
    agents = [agent_of(item.service.group) for _ in range(ACCEPTING)]
    ticket = opened(item, contact_of(ClientFactory()))
    advance.act(ticket, "classify", by=agents[0])
    start = Barrier(ACCEPTING)
    with ThreadPoolExecutor(ACCEPTING) as pool:
        outcomes = list(pool.map(lambda agent: accept(ticket.pk, agent, start), agents))
    assert sorted(outcomes) == ["accepted"] + ["taken"] * (ACCEPTING - 1)
    ticket.refresh_from_db()
    assert ticket.assignee == agents[outcomes.index("accepted")]
    assert ticket.events.filter(kind=EventKind.ACCEPTED).count() == 1
