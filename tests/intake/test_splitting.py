"""A second matter in a message becomes a ticket of its own."""

from __future__ import annotations

import pytest

from servicedesk.intake import splitting
from servicedesk.intake.splitting import Split
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Channel, EventKind, Message, Ticket, TicketLink
from servicedesk.tickets.statuses import Status
from tests.factories import (
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    client = ClientFactory()
    contract_for(client)
    return opened_by_door(request_type=RequestTypeFactory(), client=client)


@pytest.fixture
def agent(ticket: Ticket) -> User:
    assert ticket.group
    return agent_of(ticket.group)


@pytest.fixture
def message(ticket: Ticket) -> Message:
    return conversation.post(
        ticket,
        author=ticket.requester,
        body="And the printer is dead.",
        channel=Channel.MAIL,
        files=[Upload("label.txt", "text/plain", b"serial 4711"), Upload("cat.txt", "text/plain", b"purr")],
    )


def wanted(message: Message, **fields: object) -> Split:
    values = {"subject": "Printer", "body": message.body, "request_type": None, "key": "one", "files": ()}
    return Split(**(values | fields))  # type: ignore[arg-type]


def test_the_new_ticket_is_the_same_persons_and_came_through_the_door(ticket, message, agent):
    new = splitting.split(ticket, message, wanted(message), by=agent)
    assert (new.client, new.requester, new.service, new.kind) == (
        ticket.client, ticket.requester, ticket.service, ticket.kind,
    )  # fmt: skip
    assert (new.subject, new.messages.get().body) == ("Printer", "And the printer is dead.")
    assert (new.status, new.channel) == (Status.NEW, Channel.MAIL)
    assert new.clocks.count() == 2
    assert new.runs.count() == 1


def test_another_request_type_brings_its_own_service(ticket, message, agent):
    item = RequestTypeFactory()
    new = splitting.split(ticket, message, wanted(message, request_type=item), by=agent)
    assert (new.request_type, new.service, new.group) == (item, item.service, item.service.group)


def test_chosen_files_go_along_as_copies(ticket, message, agent):
    label = message.attachments.get(name="label.txt")
    new = splitting.split(ticket, message, wanted(message, files=[label]), by=agent)
    copy = new.messages.get().attachments.get()
    with copy.file.open("rb") as content:
        assert (copy.name, content.read()) == ("label.txt", b"serial 4711")
    assert copy.file.name != label.file.name
    assert message.attachments.count() == 2


def test_both_tickets_know_of_each_other(ticket, message, agent):
    new = splitting.split(ticket, message, wanted(message), by=agent)
    link = TicketLink.objects.get()
    assert (link.ticket, link.other, link.kind) == (new, ticket, TicketLink.Kind.SPLIT_FROM)
    told = ticket.events.get(kind=EventKind.SPLIT_OFF)
    assert (told.actor, told.details["other"], told.details["message"]) == (agent, new.pk, message.pk)
    assert new.events.get(kind=EventKind.LINKED).details["other"] == ticket.pk


def test_sent_twice_it_opens_one_ticket(ticket, message, agent):
    new = splitting.split(ticket, message, wanted(message), by=agent)
    assert splitting.split(ticket, message, wanted(message), by=agent) == new
    assert splitting.split(ticket, message, wanted(message, key="two"), by=agent) != new
    assert Ticket.objects.count() == 3


def test_nothing_is_opened_without_words(ticket, message, agent):
    with pytest.raises(TicketError):
        splitting.split(ticket, message, wanted(message, body=" "), by=agent)
    assert Ticket.objects.count() == 1
    assert not TicketLink.objects.exists()


def test_only_whoever_works_on_the_ticket_splits_it(ticket, message):
    for person in (agent_of(GroupFactory()), contact_of(ticket.client, is_manager=True)):
        with pytest.raises(NotPermitted):
            splitting.split(ticket, message, wanted(message), by=person)


def test_a_message_that_one_may_not_read_is_not_split(ticket, agent):
    other, third = agent_of(ticket.group), agent_of(ticket.group)
    secret = conversation.post(
        ticket, author=other, body="Between us", visibility=Message.Visibility.PERSONAL, addressee=third
    )
    with pytest.raises(NotPermitted):
        splitting.split(ticket, secret, wanted(secret), by=agent)


def test_a_message_of_another_ticket_is_not_split(ticket, agent):
    foreign = opened_by_door(client=ticket.client).messages.get()
    with pytest.raises(NotPermitted):
        splitting.split(ticket, foreign, wanted(foreign), by=agent)
