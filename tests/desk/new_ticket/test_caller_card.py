"""Who is on the phone: their open tickets, and what their company has bought."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from contracts.hours import prepaid
from contracts.models import Contract
from servicedesk.desk.new_ticket import caller_card
from servicedesk.people.models import Address
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import Cast, signed_in
from tests.factories import ClientFactory, GroupFactory, TicketFactory, contact_of

URL = reverse("desk:new-ticket")


@pytest.fixture
def marta(cast: Cast) -> Browser:
    return signed_in(cast.marta)


def shown(browser: Browser, cast: Cast, choose: str = "contact", **changes: Any) -> str:
    sent = {"client": cast.company.pk, "contact": cast.helen.pk, "choose": choose} | changes
    return browser.post(URL, sent, headers={"hx-request": "true"}).content.decode()


def asked_by_helen(cast: Cast, **fields: Any) -> Ticket:
    ticket: Ticket = TicketFactory(client=cast.company, requester=cast.helen, **fields)
    return ticket


def test_the_contract_and_its_hours_stand_beside_the_form(marta: Browser, cast: Cast) -> None:
    prepaid.purchase(Contract.objects.get(), Decimal("12.5"), by=None, note="Invoice 1")
    text = shown(marta, cast, "client", contact="")
    assert "Gold Brightwater Clinics, because it is valid without an end date." in text
    assert "12:30 h" in text or "12.5 h" in text
    assert "Open tickets of the caller" not in text


def test_without_a_contract_that_is_said(marta: Browser, cast: Cast) -> None:
    Contract.objects.update(ends_on=date(2021, 1, 1))
    text = shown(marta, cast, "client")
    assert "The contract Gold Brightwater Clinics ended on" in text
    assert "prepaid hours left" not in text


def test_the_open_tickets_of_the_caller_are_listed(marta: Browser, cast: Cast) -> None:
    mine = asked_by_helen(cast, subject="Screen & cable")
    asked_by_helen(cast, subject="Long done", status="closed")
    asked_by_helen(cast, subject="Private", group=GroupFactory(is_private=True))
    TicketFactory(client=cast.company, requester=contact_of(cast.company), subject="Of a colleague")
    TicketFactory(requester=cast.helen, subject="At another company")
    text = shown(marta, cast)
    assert reverse("desk:ticket", args=[mine.pk]) in text
    assert "Screen &amp; cable" in text
    for hidden in ("Long done", "Private", "Of a colleague", "At another company"):
        assert hidden not in text
    assert "View all" not in text


def test_of_many_the_newest_five_and_the_way_to_the_rest(marta: Browser, cast: Cast) -> None:
    for number in range(6):
        asked_by_helen(cast, subject=f"Matter {number}")
    text = shown(marta, cast)
    assert "Matter 0" not in text
    assert "Matter 5" in text
    assert "q=Helen%20Marsh" in text


def test_a_contact_of_another_client_is_not_told_of(marta: Browser, cast: Cast) -> None:
    stranger = contact_of(ClientFactory(), full_name="Nina Petrova")
    TicketFactory(requester=stranger, client=cast.company, subject="Secret matter")
    assert "Secret matter" not in shown(marta, cast, contact=stranger.pk)


def test_it_costs_three_statements(cast: Cast, django_assert_num_queries: Any) -> None:
    for number in range(8):
        asked_by_helen(cast, subject=f"Matter {number}")
    cast.marta.group_ids()
    with django_assert_num_queries(3):
        card = caller_card.of(cast.company, cast.helen, None, by=cast.marta, at=timezone.now())
    assert card is not None
    assert (len(card.tickets), card.has_more, card.left) == (5, True, None)


def test_a_page_without_scripts_shows_it_too(marta: Browser, cast: Cast) -> None:
    asked_by_helen(cast, subject="Screen")
    sent = {"client": cast.company.pk, "contact": cast.helen.pk, "choose": "client"}
    assert "Open tickets of the caller" in marta.post(URL, sent).content.decode()
    assert "Client’s card" not in marta.get(URL).content.decode()


def test_contacts_are_offered_with_their_further_addresses_once(marta: Browser, cast: Cast) -> None:
    for name, is_active in (("home", True), ("phone", True), ("former", False)):
        Address.objects.create(user=cast.helen, email=f"helen@{name}.example", is_active=is_active)
    text = marta.get(URL, {"client": cast.company.pk}).content.decode()
    assert f"Helen Marsh · {cast.helen.email}, helen@home.example, helen@phone.example" in text
    assert "helen@former.example" not in text
    assert text.count("Helen Marsh ·") == 1
