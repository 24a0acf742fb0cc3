"""An unknown sender is made known, once, and their mail comes in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from servicedesk.intake.email import mail_processing, unknown_senders
from servicedesk.mail.models import RawMail
from servicedesk.people.addresses import AddressRefused
from servicedesk.people.models import Client, Membership, User
from servicedesk.tickets.errors import NotPermitted, TicketError
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, GroupFactory, UserFactory, agent_of, contact_of
from tests.mail.mails import raw_mail

pytestmark = pytest.mark.django_db
ARRIVED = datetime(2026, 3, 2, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _moment() -> Any:
    GroupFactory(name="First line")
    with time_machine.travel(ARRIVED, tick=False):
        yield


@pytest.fixture
def harbour() -> Client:
    return ClientFactory(name="Harbour")


def waiting(**headers: Any) -> RawMail:
    mail_processing.take(raw_mail(**headers), received_at=ARRIVED)
    return RawMail.objects.latest("pk")


def test_the_sender_gets_an_account_without_a_password_and_a_ticket(harbour: Client) -> None:
    row = waiting(sender="Anna <Anna@Client.example>")
    result = unknown_senders.make_known(row, client=harbour, full_name=" Anna Ivanova ", by=agent_of())
    anna = User.objects.get(email__iexact="anna@client.example")
    assert (anna.full_name, anna.has_usable_password(), anna.is_staff) == ("Anna Ivanova", False, False)
    [membership] = anna.memberships.all()
    assert (membership.client, membership.role) == (harbour, Membership.Role.CONTACT)
    assert (result.result, result.reason) == ("created", "")
    assert result.ticket is not None
    assert (result.ticket.requester, result.ticket.client) == (anna, harbour)


def test_the_next_mail_of_the_person_comes_in_by_itself(harbour: Client) -> None:
    unknown_senders.make_known(waiting(), client=harbour, full_name="Anna", by=agent_of())
    waiting(message_id="<2@client.example>", text="Another matter")
    assert Ticket.objects.count() == 2


def test_an_answer_to_a_ticket_of_another_client_becomes_a_matter_of_their_own(harbour: Client) -> None:
    item_of_another = contact_of(ClientFactory(), email="boris@other.example")
    mail_processing.take(raw_mail(sender=item_of_another.email), received_at=ARRIVED)
    ticket = Ticket.objects.get()
    row = waiting(subject=f"Re: [{ticket.reference}] Printer", message_id="<2@client.example>")
    result = unknown_senders.make_known(row, client=harbour, full_name="Anna", by=agent_of())
    assert result.ticket is not None
    assert (result.result, result.ticket.client) == ("created", harbour)
    assert ticket.messages.count() == 1


def test_somebody_known_by_now_is_not_made_twice(harbour: Client) -> None:
    row = waiting()
    contact_of(harbour, email="ANNA@client.example")
    with pytest.raises(TicketError, match="is already known"):
        unknown_senders.make_known(row, client=harbour, full_name="Anna", by=agent_of())
    assert User.objects.filter(email__iexact="anna@client.example").count() == 1


def test_a_mail_that_waits_for_something_else_makes_nobody_known(harbour: Client) -> None:
    contact_of(harbour, email="anna@client.example", is_active=False)
    for row in (waiting(), waiting(Auto_Submitted="auto-replied", message_id="<2@client.example>")):
        with pytest.raises(TicketError, match="is already identified"):
            unknown_senders.make_known(row, client=harbour, full_name="Anna", by=agent_of())


def test_what_is_no_address_is_refused(harbour: Client) -> None:
    row = waiting()
    RawMail.objects.filter(pk=row.pk).update(from_address="anna@nowhere")
    with pytest.raises(AddressRefused, match="is not an e-mail address"):
        unknown_senders.make_known(row, client=harbour, full_name="Anna", by=agent_of())
    assert not harbour.memberships.exists()


@pytest.mark.parametrize("role", ["is_account_manager", "is_active"])
def test_others_than_agents_and_administrators_may_not(harbour: Client, role: str) -> None:
    with pytest.raises(NotPermitted):
        unknown_senders.make_known(
            waiting(), client=harbour, full_name="Anna", by=UserFactory(**{role: True})
        )
    assert not User.objects.filter(email="anna@client.example").exists()
