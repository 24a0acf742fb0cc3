"""Two people merge at the same instant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from servicedesk.people.models import User
from servicedesk.tickets import linking
from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import Ticket, TicketLink
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contact_of
from tests.profiles import PATIENCE
from tests.workflows.conftest import opened
from workflows.maintenance import status_check
from workflows.many_tickets import merging

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair():
    item, contact = RequestTypeFactory(), contact_of(ClientFactory())
    return opened(item, contact), opened(item, contact)


def at_once(*acts):
    """Do these at the same instant, each in a connection of its own; return what came of each."""
    start = Barrier(len(acts))

    def run(act):
        try:
            start.wait(timeout=PATIENCE)
            act()
        except TicketError as error:
            return str(error)
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def merge(ticket: Ticket, target: Ticket, by: User):
    ticket, target = (Ticket.objects.get(pk=one.pk) for one in (ticket, target))
    return lambda: merging.merge(ticket, target, by=by)


def test_of_two_who_merge_each_into_the_other_one_wins(pair):
    one, other = pair
    agents = [agent_of(one.group) for _each in range(2)]
    outcomes = at_once(merge(one, other, agents[0]), merge(other, one, agents[1]))
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True]
    refusal = next(outcome for outcome in outcomes if outcome != "done")
    assert "is merged into" in refusal
    assert Ticket.objects.exclude(merged_into=None).count() == 1
    assert list(status_check.disagreements()) == []


def test_the_same_merge_twice_happens_once(pair):
    one, other = pair
    agents = [agent_of(one.group) for _each in range(4)]
    outcomes = at_once(*(merge(one, other, agent) for agent in agents))
    assert outcomes.count("done") == 1
    assert other.events.filter(kind="took_in").count() == 1
    assert other.participants.count() == 0  # the requester is the same


def test_two_links_that_would_contradict_each_other_make_one(pair):
    one, other = pair
    agent = agent_of(one.group)
    kind = TicketLink.Kind.CHILD_OF
    outcomes = at_once(
        lambda: linking.link(one, other, kind, by=agent),
        lambda: linking.link(Ticket.objects.get(pk=other.pk), Ticket.objects.get(pk=one.pk), kind, by=agent),
    )
    assert outcomes.count("done") == 1
    assert TicketLink.objects.count() == 1
