"""Who gets which mail."""

from __future__ import annotations

import pytest

from servicedesk.intake import client_reply
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import Group, User
from servicedesk.tickets import access, conversation
from servicedesk.tickets.models import Message, Ticket
from tests.factories import ClientFactory, RequestTypeFactory, agent_of, contact_of, opened_by_door
from workflows import advance

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return RequestTypeFactory()


@pytest.fixture
def agent(item):
    return agent_of(item.service.group, full_name="Marta Ruiz", email="marta@desk.example")


@pytest.fixture
def contact():
    return contact_of(ClientFactory(language="ru"), email="anna@client.example", language="ru")


@pytest.fixture
def ticket(item, agent, contact):
    ticket = opened_by_door(request_type=item, client=contact.memberships.get().client, requester=contact)
    advance.act(ticket, "classify", by=agent)
    advance.act(ticket, "accept", by=agent)
    OutgoingMail.objects.all().delete()
    return ticket


def mails_to(address: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to=address))


def test_the_requester_learns_the_number(item, contact):
    ticket = opened_by_door(request_type=item, client=contact.memberships.get().client, requester=contact)
    (mail,) = mails_to(contact.email)
    assert ticket.reference in mail.subject
    assert mail.language == "ru"


def test_a_public_answer_goes_to_the_requester_and_the_copied(ticket, agent):
    ticket.participants.create(email="boss@client.example")
    conversation.post(ticket, author=agent, body="I am on it")
    assert {mail.to for mail in OutgoingMail.objects.all()} == {"anna@client.example", "boss@client.example"}
    assert "I am on it" in mails_to("anna@client.example")[0].text


def test_an_internal_note_never_reaches_the_client(ticket, agent):
    colleague = agent_of(ticket.group)
    conversation.post(ticket, author=colleague, body="secret", visibility=Message.Visibility.INTERNAL)
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["marta@desk.example"]


def test_a_personal_message_goes_to_its_addressee_alone(ticket, agent):
    colleague = agent_of(ticket.group, email="ilya@desk.example")
    conversation.post(
        ticket, author=agent, body="psst", visibility=Message.Visibility.PERSONAL, addressee=colleague
    )
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["ilya@desk.example"]


def test_the_solution_comes_once_with_links_to_rate(ticket, agent):
    advance.act(ticket, "resolve", by=agent, solution="The relay limit is lifted.")
    (mail,) = mails_to("anna@client.example")
    assert "The relay limit is lifted." in mail.text
    assert mail.text.count("/answer/") == 6


def test_a_reopened_ticket_is_told_to_its_assignee(ticket, agent):
    advance.act(ticket, "resolve", by=agent, solution="Done")
    OutgoingMail.objects.all().delete()
    client_reply.reply(ticket, author=ticket.requester, body="Still slow")
    kinds = {mail.kind for mail in mails_to("marta@desk.example")}
    assert "reopened" in kinds


def test_the_approver_is_asked(contact):
    manager = contact_of(contact.memberships.get().client, is_manager=True, email="boss@client.example")
    item = RequestTypeFactory(kind="service_request", approvals=[{"who": "client_manager"}])
    opened_by_door(request_type=item, client=manager.memberships.get().client, requester=contact)
    assert [mail.kind for mail in mails_to("boss@client.example")] == ["approval_asked"]


def test_whoever_did_it_is_not_told(ticket, agent):
    conversation.post(ticket, author=agent, body="note", visibility=Message.Visibility.INTERNAL)
    assert not OutgoingMail.objects.exists()


def test_words_from_outside_are_escaped(ticket, agent):
    conversation.post(ticket, author=agent, body="<script>alert(1)</script>")
    assert "<script>" not in mails_to("anna@client.example")[0].html


def test_whoever_has_left_a_private_group_is_told_nothing_more() -> None:
    ticket = opened_by_door()
    agent, other = agent_of(ticket.group), agent_of(ticket.group)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=agent)
    Group.objects.filter(pk__in=[ticket.group_id]).update(is_private=True)
    for is_member in (True, False):
        fresh = Ticket.objects.get(pk=ticket.pk)
        conversation.post(fresh, author=other, body="A note", visibility=Message.Visibility.INTERNAL)
        assert OutgoingMail.objects.filter(to=agent.email, kind="message_posted.internal").count() == 1
        assert access.may_write(User.objects.get(pk=agent.pk), fresh) == is_member
        agent.group_memberships.all().delete()
