"""The door: clients get what is offered to them, the desk opens anything for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import RequestType
from contracts.coverage.offered_services import ServiceNotOffered
from contracts.models import Contract
from contracts.terms.agreements import change
from servicedesk.intake import client_reply
from servicedesk.intake.email import mail_processing
from servicedesk.intake.submit import Submission, submit
from servicedesk.lib.refusals import Refusal
from servicedesk.mail.models import OutgoingMail, RawMail
from servicedesk.people.models import Client
from servicedesk.tickets.models import Channel, Ticket
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    ServiceFactory,
    TicketFactory,
    UserFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def client() -> Client:
    found: Client = ClientFactory(name="Old Mill")
    return found


@pytest.fixture
def vault() -> RequestType:
    found: RequestType = RequestTypeFactory(service=ServiceFactory(name="Vault", is_restricted=True))
    return found


def test_it_is_opened_for_whom_it_is_offered_to(client, vault):
    contract_for(client).services.set([vault.service])
    assert opened_by_door(client=client, request_type=vault).service == vault.service


@pytest.mark.parametrize("channel", Channel.values)
def test_a_client_whom_it_is_not_offered_to_is_refused_by_any_channel(client, vault, channel):
    contract_for(client)  # for all services, but it names none
    with pytest.raises(ServiceNotOffered, match="Vault is not available to Old Mill") as caught:
        opened_by_door(client=client, request_type=vault, channel=channel, at=AT)
    assert isinstance(caught.value, Refusal)
    assert not Ticket.objects.exists()


def test_a_service_without_a_type_is_refused_too(client, vault):
    person = contact_of(client)
    for by in (None, person):
        with pytest.raises(ServiceNotOffered):
            submit(Submission(person, client, "Vault", "Open it", service=vault.service, by=by))


@pytest.mark.parametrize("role", ["is_agent", "is_account_manager", "is_superuser"])
def test_the_desk_may_open_it_for_anybody(client, vault, role):
    contract_for(client)
    staff = UserFactory(**{role: True})
    ticket = opened_by_door(client=client, request_type=vault, by=staff, channel=Channel.PHONE)
    assert ticket.coverage.contract


def test_it_ends_with_the_contract_and_what_is_open_goes_on(client, vault):
    contract = contract_for(client)
    contract.services.set([vault.service])
    person = contact_of(client)
    ticket = opened_by_door(client=client, request_type=vault, requester=person)
    Contract.objects.filter(pk=contract.pk).update(ends_on=date(2025, 12, 31))
    with pytest.raises(ServiceNotOffered):
        opened_by_door(client=client, request_type=vault, requester=person)
    assert client_reply.reply(ticket, author=person, body="And?").outcome == "posted"


def test_a_word_on_a_request_closed_long_ago_cannot_bring_it_back(client, vault):
    person = contact_of(client)
    closed = datetime.now(UTC) - timedelta(days=400)
    old = TicketFactory(
        client=client, requester=person, service=vault.service, status="closed", closed_at=closed
    )
    with pytest.raises(ServiceNotOffered):
        client_reply.reply(old, author=person, body="Once more, please.")
    raw = (
        f"From: {person.email}\r\nTo: desk@quayside.example\r\nSubject: Re: [{old.reference}] Vault\r\n"
        "Message-ID: <again@example.com>\r\n\r\nOnce more, please.\r\n"
    ).encode()
    mail_processing.take(raw, received_at=datetime.now(UTC))
    assert RawMail.objects.get().reason == RawMail.Reason.REFUSED
    assert "Vault is not available to Old Mill" in OutgoingMail.objects.get(kind="refused").text
    assert Ticket.objects.count() == 1


def test_terms_that_begin_today_open_the_door(client, vault):
    with time_machine.travel(AT, tick=False):
        contract = contract_for(client)
        change(contract, [vault.service], effective_on=date(2026, 3, 5))
    with time_machine.travel(AT + timedelta(days=2), tick=False), pytest.raises(ServiceNotOffered):
        opened_by_door(client=client, request_type=vault)
    with time_machine.travel(AT + timedelta(days=3), tick=False):
        assert opened_by_door(client=client, request_type=vault).coverage.details["version"] == 2


def test_only_a_restricted_service_is_asked_about(client, vault):
    contract = contract_for(client)
    usual = RequestTypeFactory()
    contract.services.set([vault.service, usual.service])
    person = agent_of()
    requester = contact_of(client)
    stored = RequestType.objects.select_related("service__group", "group")

    def cost(item: RequestType, **fields: Any) -> int:
        asked = stored.get(pk=item.pk)
        with CaptureQueriesContext(connection) as spent:
            opened_by_door(client=client, requester=requester, request_type=asked, **fields)
        return len(spent)

    cost(usual)  # reads the versions, which are kept
    cost(usual)  # what is read once in a process
    assert cost(vault) == cost(usual) + 1
    assert cost(vault, by=person) == cost(usual, by=person)
