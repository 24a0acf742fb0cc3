"""Asking for hours, offering, buying."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from contracts.hours import prepaid
from contracts.hours.offers import lifecycle as offers
from contracts.hours.offers.lifecycle import OfferRefused
from contracts.models import Contract, HoursOffer
from servicedesk.people.models import User
from servicedesk.tickets.errors import NotPermitted
from tests.contracts.conftest import make_contract
from tests.factories import ClientFactory, UserFactory, contact_of

pytestmark = pytest.mark.django_db
State = HoursOffer.State


@pytest.fixture
def grace(db: None) -> User:
    return UserFactory(is_account_manager=True)


@pytest.fixture
def contract(grace: User) -> Contract:
    return make_contract(ClientFactory(account_manager=grace))


@pytest.fixture
def manager(contract: Contract) -> User:
    return contact_of(contract.client, is_manager=True)


def test_asked_offered_accepted_is_a_purchase(contract, manager, grace):
    offers.ask(contract, Decimal(20), by=manager, wish="For the move in May")
    offered = offers.offer(contract, Decimal(25), by=grace, price=Decimal(2000), note="With 5 on top")
    done = offers.accept(offered, by=manager)
    assert prepaid.balance(contract) == Decimal(25)
    assert done.purchase is not None
    assert (done.state, done.purchase.note) == (State.ACCEPTED, f"Offer {done.pk}")
    assert HoursOffer.objects.count() == 1  # the answer is on the question


def test_an_offer_is_accepted_once(contract, manager, grace):
    offered = offers.offer(contract, Decimal(5), by=grace)
    offers.accept(offered, by=manager)
    with pytest.raises(OfferRefused, match="Accepted"):
        offers.accept(offered, by=manager)
    assert prepaid.balance(contract) == Decimal(5)


def test_what_is_asked_for_is_not_bought_yet(contract, manager):
    asked = offers.ask(contract, Decimal(20), by=manager)
    with pytest.raises(OfferRefused):
        offers.accept(asked, by=manager)
    assert prepaid.balance(contract) == Decimal(0)


def test_one_thing_is_asked_for_at_a_time(contract, manager):
    offers.ask(contract, Decimal(20), by=manager)
    with pytest.raises(OfferRefused, match="requested already"):
        offers.ask(contract, Decimal(30), by=manager)


def test_a_better_offer_replaces_the_former_one(contract, manager, grace):
    first = offers.offer(contract, Decimal(5), by=grace)
    second = offers.offer(contract, Decimal(8), by=grace)
    assert first.pk == second.pk
    assert offers.accept(second, by=manager).hours == Decimal(8)


def test_after_a_refusal_one_may_ask_anew(contract, manager, grace):
    offered = offers.offer(contract, Decimal(5), by=grace, price=Decimal(500))
    assert offers.decline(offered, by=manager, reason="Too dear").reason == "Too dear"
    assert offers.ask(contract, Decimal(2), by=manager).state == State.ASKED


def test_both_sides_may_withdraw(contract, manager, grace):
    for person in (manager, grace):
        asked = offers.ask(contract, Decimal(5), by=manager)
        assert offers.withdraw(asked, by=person).state == State.WITHDRAWN


def test_an_ordinary_contact_neither_asks_nor_accepts(contract, grace):
    contact = contact_of(contract.client)
    with pytest.raises(NotPermitted):
        offers.ask(contract, Decimal(5), by=contact)
    offered = offers.offer(contract, Decimal(5), by=grace)
    with pytest.raises(NotPermitted):
        offers.accept(offered, by=contact)


def test_another_account_manager_offers_nothing(contract):
    with pytest.raises(NotPermitted):
        offers.offer(contract, Decimal(5), by=UserFactory(is_account_manager=True))


@pytest.mark.parametrize("size", ["0", "-3", "1000000"])
def test_absurd_hours_are_refused(contract, manager, size):
    with pytest.raises(OfferRefused):
        offers.ask(contract, Decimal(size), by=manager)


def test_hours_that_are_over_already_cannot_be_offered(contract, grace):
    with pytest.raises(OfferRefused):
        offers.offer(contract, Decimal(5), by=grace, expires_on=timezone.localdate() - timedelta(days=1))
