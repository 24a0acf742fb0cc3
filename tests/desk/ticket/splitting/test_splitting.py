"""Splitting off from a message: the form says who will read it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.attachments import Upload
from servicedesk.tickets.models import Message, Ticket
from tests.desk.conftest import Cast, signed_in
from tests.desk.ticket.pages import get, page
from tests.factories import GroupFactory, RequestTypeFactory, agent_of
from workflows.many_tickets import merging

NOTE = "The director told me on the phone that the projector is broken too."


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return cast.ticket(subject="Scanner")


def url(ticket: Ticket, message: Message) -> str:
    return reverse("desk:ticket-split", args=[ticket.pk, message.pk])


def form(person: User, ticket: Ticket, message: Message) -> Any:
    response = signed_in(person).get(url(ticket, message))
    assert response.status_code == 200
    return response.context["form"]


def send(person: User, ticket: Ticket, message: Message, **data: Any) -> Any:
    values = {"subject": "Projector", "body": "The projector is dark.", "request_type": ""}
    return signed_in(person).post(url(ticket, message), values | data)


def test_the_form_holds_the_message_and_its_files(cast: Cast, ticket: Ticket) -> None:
    message = conversation.post(
        ticket, author=cast.helen, body="And the projector", files=[Upload("p.txt", "text/plain", b"x")]
    )
    filled = form(cast.marta, ticket, message)
    assert filled.initial["body"] == "And the projector"
    assert filled.initial["attached"] == [str(message.attachments.get().pk)]
    assert "The client can read this." in signed_in(cast.marta).get(url(ticket, message)).content.decode()


def test_each_message_leads_to_it_for_those_who_work_on_the_ticket(cast: Cast, ticket: Ticket) -> None:
    address = url(ticket, ticket.messages.get())
    assert address in page(cast.marta, ticket)
    assert address not in page(agent_of(GroupFactory()), ticket)


def test_the_agent_lands_on_the_new_ticket(cast: Cast, ticket: Ticket) -> None:
    response = send(cast.marta, ticket, ticket.messages.get(), request_type=str(cast.item.pk))
    new = Ticket.objects.get(subject="Projector")
    assert response["Location"] == reverse("desk:ticket", args=[new.pk])
    assert new.request_type == cast.item
    assert [str(label) for label, _found in get(cast.marta, new).context["related"].groups] == ["Split from"]
    assert f"split {new.reference} off from a message" in page(cast.marta, ticket)


def test_one_that_goes_to_a_private_group_is_told_on_the_former_page(cast: Cast, ticket: Ticket) -> None:
    item = RequestTypeFactory()
    item.service.group.is_private = True
    item.service.group.save()
    response = send(cast.marta, ticket, ticket.messages.get(), request_type=str(item.pk))
    assert response["Location"] == reverse("desk:ticket", args=[ticket.pk])


def test_a_note_is_not_copied_by_itself_nor_its_files(cast: Cast, ticket: Ticket) -> None:
    note = conversation.post(
        ticket, author=cast.oleg, body=NOTE, visibility=Message.Visibility.INTERNAL,
        files=[Upload("bill.txt", "text/plain", b"x")],
    )  # fmt: skip
    filled = form(cast.marta, ticket, note)
    assert "body" not in filled.initial
    assert "attached" not in filled.initial
    assert (
        "The client has not read this message."
        in signed_in(cast.marta).get(url(ticket, note)).content.decode()
    )


def test_nor_by_hand(cast: Cast, ticket: Ticket) -> None:
    note = conversation.post(ticket, author=cast.oleg, body=NOTE, visibility=Message.Visibility.INTERNAL)
    response = send(cast.marta, ticket, note, body=f"He said: {NOTE}")
    assert response.status_code == 422
    assert not Ticket.objects.filter(subject="Projector").exists()
    assert send(cast.marta, ticket, note).status_code == 302


def test_personal_messages_of_others_and_messages_of_other_tickets_are_not_found(
    cast: Cast, ticket: Ticket
) -> None:
    secret = conversation.post(
        ticket,
        author=cast.oleg,
        body="Between us",
        visibility=Message.Visibility.PERSONAL,
        addressee=cast.admin,
    )
    foreign = cast.ticket().messages.get()
    for message in (secret, foreign):
        assert signed_in(cast.marta).get(url(ticket, message)).status_code == 404
        assert send(cast.marta, ticket, message).status_code == 404


def test_clients_find_nothing_and_other_groups_are_refused(cast: Cast, ticket: Ticket) -> None:
    message = ticket.messages.get()
    assert send(cast.helen, ticket, message).status_code == 404
    assert send(agent_of(GroupFactory()), ticket, message).status_code == 409
    assert Ticket.objects.count() == 1


def test_what_is_missing_is_named_and_nothing_typed_is_lost(cast: Cast, ticket: Ticket) -> None:
    response = send(cast.marta, ticket, ticket.messages.get(), subject="", body="Long words")
    assert response.status_code == 422
    assert "Long words" in response.content.decode()


def test_a_message_that_came_with_a_merge_can_be_split_off_too(cast: Cast, ticket: Ticket) -> None:
    other = cast.ticket()
    message = other.messages.get()
    merging.merge(other, ticket, by=cast.marta)
    assert send(cast.marta, ticket, message).status_code == 302
    assert Ticket.objects.get(subject="Projector").links.get().other == ticket
