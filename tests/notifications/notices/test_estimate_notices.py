"""Mails about estimates of a request."""

from __future__ import annotations

from decimal import Decimal

import pytest

from contracts.hours import estimates
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, TicketFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    client = ClientFactory(language="en")
    return TicketFactory(client=client, requester=contact_of(client, language="en"))


@pytest.fixture
def marta(ticket: Ticket) -> User:
    return agent_of(ticket.group, full_name="Marta Vidal", language="en")


@pytest.fixture
def victor(ticket: Ticket) -> User:
    return contact_of(ticket.client, is_manager=True, full_name="Victor Kim", language="en")


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("to", "text"))


def test_the_clients_managers_are_asked_with_hours_and_note(ticket, marta, victor):
    estimates.offer(ticket, Decimal("2.5"), by=marta, note="Move the mail")
    [(to, text)] = mails()
    assert to == victor.email
    assert f"Marta Vidal sent an estimate of 2.5 hours for your request {ticket.reference}" in text
    assert "Move the mail" in text
    assert f"/requests/{ticket.pk}/" in text


def test_where_nobody_manages_the_requester_is_asked(ticket, marta):
    estimates.offer(ticket, Decimal(2), by=marta)
    assert [to for to, _text in mails()] == [ticket.requester.email]


def test_whoever_made_it_hears_the_answer_and_why(ticket, marta, victor):
    agent_of(ticket.group)
    for is_approved, words in ((False, "has declined your estimate"), (True, "has approved your estimate")):
        made = estimates.offer(ticket, Decimal(2), by=marta)
        OutgoingMail.objects.all().delete()
        estimates.decide(made, by=victor, is_approved=is_approved, reason="As we said")
        [(to, text)] = mails()
        assert to == marta.email
        assert words in text
        assert "As we said" in text
