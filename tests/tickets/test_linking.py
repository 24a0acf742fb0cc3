"""Which tickets belong together: said once, both ways, and only by those who see both."""

from __future__ import annotations

import pytest

from servicedesk.people.models import Client, User
from servicedesk.tickets import linking
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import EventKind, Ticket, TicketLink
from tests.factories import ClientFactory, GroupFactory, ServiceFactory, TicketFactory, agent_of

pytestmark = pytest.mark.django_db
Kind = TicketLink.Kind


@pytest.fixture
def client() -> Client:
    return ClientFactory()


@pytest.fixture
def tickets(client: Client) -> list[Ticket]:
    service = ServiceFactory()
    return [TicketFactory(client=client, service=service) for _number in range(4)]


@pytest.fixture
def agent(tickets: list[Ticket]) -> User:
    group = tickets[0].group
    assert group
    return agent_of(group)


def told(ticket: Ticket, kind: EventKind) -> list[dict[str, object]]:
    return list(ticket.events.filter(kind=kind).values_list("details", flat=True))


def refused(ticket: Ticket, other: Ticket, kind: str, by: User) -> str:
    with pytest.raises(TicketError) as error:
        linking.link(ticket, other, kind, by=by)
    return str(error.value)


def test_both_tickets_remember_a_link(tickets, agent):
    one, other = tickets[:2]
    linking.link(one, other, Kind.DUPLICATE_OF, by=agent)
    assert told(one, EventKind.LINKED) == [{"link": "duplicate_of", "other": other.pk}]
    assert told(other, EventKind.LINKED) == [{"link": "duplicate_of", "other": one.pk, "is_back": True}]


def test_both_remember_that_it_was_taken_back_and_it_can_be_made_again(tickets, agent):
    one, other = tickets[:2]
    linking.unlink(linking.link(one, other, Kind.CAUSED_BY, by=agent), by=agent)
    assert not TicketLink.objects.exists()
    assert len(told(one, EventKind.UNLINKED)) == len(told(other, EventKind.UNLINKED)) == 1
    linking.link(one, other, Kind.CAUSED_BY, by=agent)
    assert one.links.get().other == other


def test_taking_a_link_back_twice_is_told_once(tickets, agent):
    link = linking.link(tickets[0], tickets[1], Kind.RELATED_TO, by=agent)
    again = TicketLink.objects.get(pk=link.pk)
    linking.unlink(link, by=agent)
    linking.unlink(again, by=agent)
    assert len(told(tickets[0], EventKind.UNLINKED)) == 1


def test_no_ticket_is_linked_with_itself(tickets, agent):
    same = Ticket.objects.get(pk=tickets[0].pk)
    assert "itself" in refused(tickets[0], same, Kind.RELATED_TO, agent)


@pytest.mark.parametrize("kind", [Kind.DUPLICATE_OF, Kind.CAUSED_BY, Kind.RELATED_TO])
def test_the_same_is_not_said_twice(tickets, agent, kind):
    one, other = tickets[:2]
    linking.link(one, other, kind, by=agent)
    assert "already" in refused(one, other, kind, agent)
    assert TicketLink.objects.count() == 1


def test_related_is_the_same_from_both_sides(tickets, agent):
    one, other = tickets[:2]
    linking.link(one, other, Kind.RELATED_TO, by=agent)
    assert "already" in refused(other, one, Kind.RELATED_TO, agent)


@pytest.mark.parametrize("kind", [Kind.DUPLICATE_OF, Kind.CAUSED_BY])
def test_two_tickets_cannot_be_each_the_others(tickets, agent, kind):
    one, other = tickets[:2]
    linking.link(one, other, kind, by=agent)
    assert "the other way round" in refused(other, one, kind, agent)


def test_a_ticket_has_one_parent_only(tickets, agent):
    part, whole, second, _free = tickets
    linking.link(part, whole, Kind.CHILD_OF, by=agent)
    assert f"a part of {whole.reference} already" in refused(part, second, Kind.CHILD_OF, agent)


def test_a_part_has_no_parts(tickets, agent):
    part, whole, deeper, _free = tickets
    linking.link(part, whole, Kind.CHILD_OF, by=agent)
    assert "cannot have parts" in refused(deeper, part, Kind.CHILD_OF, agent)
    assert "has parts of its own" in refused(whole, deeper, Kind.CHILD_OF, agent)


def test_parents_make_no_circle(tickets, agent):
    part, whole = tickets[:2]
    linking.link(part, whole, Kind.CHILD_OF, by=agent)
    assert "the other way round" in refused(whole, part, Kind.CHILD_OF, agent)


def test_a_ticket_that_one_may_not_see_is_as_if_it_were_not_there(tickets, agent, client):
    private = TicketFactory(client=client, group=GroupFactory(is_private=True))
    assert "no such ticket" in refused(tickets[0], private, Kind.RELATED_TO, agent)
    assert "no such ticket" in refused(private, tickets[0], Kind.RELATED_TO, agent)


def test_only_whoever_works_on_one_of_them_links_them(tickets):
    elsewhere = agent_of(GroupFactory())
    with pytest.raises(NotPermitted):
        linking.link(tickets[0], tickets[1], Kind.RELATED_TO, by=elsewhere)


def test_of_two_clients_too(tickets, agent):
    foreign = TicketFactory(service=tickets[0].service)
    linking.link(foreign, tickets[0], Kind.CAUSED_BY, by=agent)
    assert tickets[0].linked_by.get().ticket == foreign
