"""Mails about prepaid hours."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from contracts.hours import alerts, prepaid
from contracts.hours.offers import lifecycle as offers
from contracts.models import Contract
from contracts.time.entries import log_time
from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import User
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, UserFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(db: None) -> User:
    return UserFactory(is_account_manager=True, full_name="Grace Holm")


@pytest.fixture
def contract(grace: User) -> Contract:
    return make_contract(ClientFactory(name="Old Mill", account_manager=grace, language="es"))


@pytest.fixture
def manager(contract: Contract) -> User:
    return contact_of(contract.client, is_manager=True, full_name="Victor Kim", language="en")


def mails() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("to", "subject"))


def test_the_account_manager_hears_what_is_asked_for(contract, manager, grace):
    offers.ask(contract, Decimal(20), by=manager, wish="For the move in May")
    assert mails() == [(grace.email, "Hours requested: Gold 2026")]
    text = OutgoingMail.objects.get().text
    assert "Victor Kim of Old Mill requests 20 hours" in text
    assert "For the move in May" in text
    assert f"/clients/contracts/{contract.pk}/" in text


def test_the_clients_managers_hear_the_offer_with_price_and_note(contract, manager, grace):
    contact_of(contract.client)  # an ordinary contact hears nothing
    offers.offer(contract, Decimal("2.5"), by=grace, price=Decimal(250), note="As agreed by phone")
    assert [to for to, _subject in mails()] == [manager.email]
    text = OutgoingMail.objects.get().text
    assert "Grace Holm offers you 2.5 hours" in text
    assert "250 EUR" in text
    assert "As agreed by phone" in text
    assert f"/portal/contract/{contract.pk}" in text or "/portal/" in text


def test_the_account_manager_hears_yes_and_no(contract, manager, grace):
    offers.decline(offers.offer(contract, Decimal(5), by=grace), by=manager, reason="Too dear")
    offers.accept(offers.offer(contract, Decimal(5), by=grace), by=manager)
    assert [subject for to, subject in mails() if to == grace.email] == [
        "Offer declined: Gold 2026",
        "Hours bought: Gold 2026",
    ]


def test_a_reader_gets_their_own_language(contract, grace):
    contact_of(contract.client, is_manager=True, full_name="Ana Gil", language="")
    offers.offer(contract, Decimal(5), by=grace)
    assert OutgoingMail.objects.get().language == "es"


def test_both_sides_hear_once_that_hours_run_out(contract, manager, grace):
    prepaid.purchase(contract, Decimal(1), by=None, note="Invoice 1")
    ticket = covered_ticket(contract)
    log_time(ticket, by=agent_of(ticket.group), minutes=60, work_kind="remote")
    OutgoingMail.objects.all().delete()
    for _time in range(2):
        alerts.sweep(timezone.now())
    assert sorted(to for to, _subject in mails()) == sorted([grace.email, manager.email])
    assert "0 h are left" in OutgoingMail.objects.filter(to=manager.email).get().text
