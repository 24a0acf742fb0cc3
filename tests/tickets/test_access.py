"""Who sees which tickets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from servicedesk.people.models import Absence, Client, User
from servicedesk.tickets import access
from servicedesk.tickets.models import Message, Participant, Ticket
from tests.factories import (
    ClientFactory,
    GroupFactory,
    ServiceFactory,
    TicketFactory,
    UserFactory,
    agent_of,
    contact_of,
)

pytestmark = pytest.mark.django_db


def sees(user: User, ticket: Ticket) -> bool:
    return Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()


@pytest.fixture
def client_company():
    return ClientFactory(account_manager=UserFactory(is_account_manager=True))


@pytest.fixture
def ticket(client_company):
    return TicketFactory(client=client_company, requester=contact_of(client_company))


def test_the_requester_sees_it_and_a_colleague_does_not(ticket, client_company):
    assert sees(ticket.requester, ticket)
    assert not sees(contact_of(client_company), ticket)


def test_the_clients_manager_sees_all_of_the_company(ticket, client_company):
    assert sees(contact_of(client_company, is_manager=True), ticket)


def test_another_clients_manager_sees_nothing(ticket):
    assert not sees(contact_of(ClientFactory(), is_manager=True), ticket)


def test_whoever_is_copied_follows(ticket, client_company):
    colleague = contact_of(client_company)
    Participant.objects.create(ticket=ticket, user=colleague)
    assert sees(colleague, ticket)


def test_a_copied_person_who_left_the_company_sees_nothing(ticket, client_company):
    colleague = contact_of(client_company)
    Participant.objects.create(ticket=ticket, user=colleague)
    colleague.memberships.update(is_active=False)
    assert not sees(User.objects.get(pk=colleague.pk), ticket)


def test_an_agent_sees_open_groups_but_not_private_ones():
    private = TicketFactory(service=ServiceFactory(group=GroupFactory(is_private=True)))
    member = agent_of(private.group)
    assert not sees(agent_of(GroupFactory()), private)
    assert sees(member, private)


def test_an_account_manager_sees_their_clients_only(ticket, client_company):
    assert sees(client_company.account_manager, ticket)
    assert not sees(UserFactory(is_account_manager=True), ticket)


def test_an_inactive_person_sees_nothing(ticket):
    ticket.requester.is_active = False
    assert not sees(ticket.requester, ticket)


def test_clients_read_public_messages_only(ticket):
    agent = agent_of(ticket.group)
    for visibility in Message.Visibility:
        Message.objects.create(
            ticket=ticket, author=agent, side="staff", visibility=visibility, body=visibility
        )
    read = Message.objects.visible_to(ticket.requester).values_list("body", flat=True)
    assert list(read) == ["public"]


def test_a_personal_message_is_for_two(ticket):
    author, addressee, other = (agent_of(ticket.group) for _ in range(3))
    Message.objects.create(
        ticket=ticket, author=author, addressee=addressee, side="staff", visibility="personal", body="x"
    )
    reads = [Message.objects.visible_to(who).exists() for who in (author, addressee, other)]
    assert reads == [True, True, False]


def test_only_the_group_works_on_a_ticket(ticket):
    assert access.works_on(agent_of(ticket.group), ticket)
    assert not access.works_on(agent_of(GroupFactory()), ticket)
    assert not access.works_on(ticket.requester, ticket)


def test_the_database_refuses_an_internal_message_of_a_client(ticket):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        Message.objects.create(
            ticket=ticket, author=ticket.requester, side="client", visibility="internal", body="x"
        )


def test_a_deputy_sees_the_clients_of_an_account_manager_while_they_are_away() -> None:
    away, deputy = UserFactory(is_account_manager=True), UserFactory(is_account_manager=True)
    ticket = TicketFactory(client=ClientFactory(account_manager=away))
    assert not Ticket.objects.visible_to(deputy).exists()
    today = timezone.localdate()
    absence = Absence.objects.create(user=away, starts_on=today, ends_on=today, deputy=deputy)
    assert list(Ticket.objects.visible_to(deputy)) == [ticket]
    assert list(Client.objects.visible_to(deputy)) == [ticket.client]
    absence.ends_on = absence.starts_on = today - timedelta(days=1)
    absence.save()
    assert not Ticket.objects.visible_to(deputy).exists()
