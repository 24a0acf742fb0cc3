"""A phone call becomes a ticket of the contact, written by the agent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from catalog.models import Kind
from contracts.models import Contract
from servicedesk.people.models import Membership, User
from servicedesk.tickets.models import Channel, EventKind, Message, Ticket
from tests.desk.conftest import MONDAY_9, Cast, signed_in
from tests.factories import ClientFactory, GroupFactory, RequestTypeFactory, contact_of

URL = reverse("desk:new-ticket")


@pytest.fixture
def marta(cast: Cast) -> Browser:
    return signed_in(cast.marta)


def filled(cast: Cast, **changes: Any) -> dict[str, Any]:
    values = {
        "client": cast.company.pk,
        "contact": cast.helen.pk,
        "request_type": cast.item.pk,
        "urgency": "",
        "impact": "",
        "subject": "Mail is late",
        "body": "She says that letters arrive hours late.",
    }
    return values | changes


def test_a_call_becomes_a_ticket_of_the_contact(marta: Browser, cast: Cast) -> None:
    response = marta.post(URL, filled(cast))
    ticket = Ticket.objects.get()
    assert response["Location"] == reverse("desk:ticket", args=[ticket.pk])
    assert (ticket.requester, ticket.client, ticket.channel) == (cast.helen, cast.company, Channel.PHONE)
    assert (ticket.request_type, ticket.group) == (cast.item, cast.item.service.group)
    assert (ticket.urgency, ticket.impact) == (cast.item.default_urgency, cast.item.default_impact)
    message = ticket.messages.get()
    assert (message.author, message.side, message.channel) == (cast.helen, Message.Side.CLIENT, "phone")
    assert ticket.events.get(kind=EventKind.OPENED).actor == cast.marta
    assert ticket.due_at == MONDAY_9 + timedelta(hours=1)


def test_given_urgency_and_impact_count(marta: Browser, cast: Cast) -> None:
    marta.post(URL, filled(cast, urgency="1", impact="1"))
    ticket = Ticket.objects.get()
    assert (ticket.urgency, ticket.impact, ticket.priority) == (1, 1, 1)


def test_something_else_needs_no_request_type(marta: Browser, cast: Cast) -> None:
    marta.post(URL, filled(cast, request_type="other"))
    ticket = Ticket.objects.get()
    assert (ticket.request_type, ticket.kind) == (None, Kind.INCIDENT)


def test_without_a_contract_the_ticket_is_opened_all_the_same(marta: Browser, cast: Cast) -> None:
    Contract.objects.all().delete()
    marta.post(URL, filled(cast))
    assert Ticket.objects.get().due_at is None


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        ({"client": ""}, "client", "Choose the client."),
        ({"contact": ""}, "contact", "Choose the caller."),
        ({"request_type": ""}, "request_type", "Choose what it is about."),
        ({"subject": " "}, "subject", "Write in a few words what it is about."),
        ({"body": "\n"}, "body", "Write what happens or what is needed."),
        ({"urgency": "7"}, "urgency", "Select a valid choice. 7 is not one of the available choices."),
    ],
)
def test_what_is_missing_is_told_and_the_rest_kept(
    marta: Browser, cast: Cast, changes: dict[str, str], name: str, sentence: str
) -> None:
    values = filled(cast, subject="Mail & more", **changes) if name != "subject" else filled(cast, **changes)
    response = marta.post(URL, values)
    assert response.status_code == 422
    assert response.context["form"].errors == {name: [sentence]} or name == "client"
    text = response.content.decode()
    assert sentence in text
    assert ("She says that letters" in text) is (name != "body")
    assert ("Mail &amp; more" in text) is (name != "subject")
    assert not Ticket.objects.exists()


def test_a_contact_of_another_client_is_refused(marta: Browser, cast: Cast) -> None:
    stranger = contact_of(ClientFactory())
    response = marta.post(URL, filled(cast, contact=stranger.pk))
    assert response.status_code == 422
    assert response.context["form"].errors == {"contact": ["Choose a contact of this client."]}


def test_people_who_left_are_not_offered(marta: Browser, cast: Cast) -> None:
    contact_of(cast.company, full_name="Switched Off", is_active=False)
    gone = contact_of(cast.company, full_name="Gone Elsewhere")
    Membership.objects.filter(user=gone).update(is_active=False)
    text = marta.get(URL, {"client": cast.company.pk}).content.decode()
    assert f"Helen Marsh · {cast.helen.email}" in text
    assert "Switched Off" not in text
    assert "Gone Elsewhere" not in text


def test_archived_request_types_are_not_offered(marta: Browser, cast: Cast) -> None:
    old = RequestTypeFactory(name="Fax is broken", is_archived=True)
    assert "Fax is broken" not in marta.get(URL).content.decode()
    assert marta.post(URL, filled(cast, request_type=old.pk)).status_code == 422


def test_another_client_brings_its_contacts_alone(marta: Browser, cast: Cast) -> None:
    harbour = ClientFactory(name="Harbour Ltd")
    contact_of(harbour, full_name="Nina Petrova")
    sent = filled(cast, client=harbour.pk, choose="client")
    response = marta.post(URL, sent, headers={"hx-request": "true"})
    text = response.content.decode()
    assert "Nina Petrova" in text
    assert "Helen Marsh" not in text
    assert "<html" not in text
    assert 'name="subject"' not in text
    assert "HX-Request" in response["Vary"]


def test_choosing_without_scripts_keeps_the_text_and_opens_nothing(marta: Browser, cast: Cast) -> None:
    response = marta.post(URL, filled(cast, contact="", request_type="", choose="client"))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Helen Marsh" in text
    assert "She says that letters" in text
    assert not response.context["form"].errors
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("client", ["", "x", "²", "0", "9" * 30])
def test_an_odd_client_offers_nobody(marta: Browser, cast: Cast, client: str) -> None:
    response = marta.post(URL, {"client": client, "choose": "client"}, headers={"hx-request": "true"})
    assert response.status_code == 200
    assert "Choose the client first." in response.content.decode()


def test_a_client_without_people_is_said_so(marta: Browser, cast: Cast) -> None:
    text = marta.get(URL, {"client": ClientFactory().pk}).content.decode()
    assert "This client has no contacts yet." in text


def test_a_ticket_of_a_private_group_leads_back_to_the_queue(marta: Browser, cast: Cast) -> None:
    item = RequestTypeFactory(group=GroupFactory(is_private=True))
    response = marta.post(URL, filled(cast, request_type=item.pk), follow=True)
    assert response.redirect_chain[-1][0] == reverse("desk:queue")
    assert "assigned to a private group" in response.content.decode()
    assert Ticket.objects.get().group == item.group


def test_only_agents_and_administrators_open_tickets(cast: Cast) -> None:
    def status(person: User) -> tuple[int, int]:
        browser = signed_in(person)
        return browser.get(URL).status_code, browser.post(URL, filled(cast)).status_code

    assert status(cast.account_manager) == (403, 403)
    assert status(cast.helen) == (404, 404)
    assert not Ticket.objects.exists()
    assert status(cast.admin) == (200, 302)
    assert Browser().get(URL)["Location"].startswith(reverse("people:sign-in"))
