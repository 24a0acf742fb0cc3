"""A mail of somebody we know, from an address we do not know."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.intake.email import mail_processing
from servicedesk.mail.models import RawMail
from servicedesk.people import addresses
from servicedesk.people.models import Address
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import MONDAY_9, Cast, signed_in
from tests.factories import ClientFactory, contact_of
from tests.mail.mails import raw_mail

SENDER = "helen@home.example"


@pytest.fixture
def marta(cast: Cast) -> Browser:
    return signed_in(cast.marta)


def arrived(sender: str = f"H. Marsh <{SENDER}>", **headers: Any) -> RawMail:
    mail_processing.take(raw_mail(sender=sender, **headers), received_at=MONDAY_9)
    return RawMail.objects.latest("pk")


def url(row: RawMail) -> str:
    return reverse("desk:raw-mail-recognise", args=[row.pk])


def page(browser: Browser, row: RawMail) -> str:
    return browser.get(reverse("desk:raw-mail-one", args=[row.pk])).content.decode()


def test_the_address_becomes_theirs_and_the_mail_their_ticket(marta: Browser, cast: Cast) -> None:
    row = arrived()
    assert "A known contact with another address?" in page(marta, row)
    answer = marta.post(url(row), {"client": cast.company.pk, "contact": cast.helen.pk})
    ticket = Ticket.objects.get()
    assert answer["Location"] == reverse("desk:ticket", args=[ticket.pk])
    assert (ticket.requester, ticket.client) == (cast.helen, cast.company)
    assert addresses.owner(SENDER) == addresses.Owner(cast.helen, True)
    assert "A known contact" not in page(marta, row)


def test_the_chosen_client_brings_its_contacts_alone(marta: Browser, cast: Cast) -> None:
    row = arrived()
    sent = {"client": cast.company.pk, "choose": "client"}
    answer = marta.post(url(row), sent, headers={"hx-request": "true"})
    text = answer.content.decode()
    assert f"Helen Marsh · {cast.helen.email}" in text
    assert 'id="known_contact"' in text
    assert "<html" not in text
    assert "HX-Request" in answer["Vary"]
    whole = marta.post(url(row), sent).content.decode()
    assert "<html" in whole
    assert "Helen Marsh ·" in whole
    assert not Ticket.objects.exists()


def test_whoever_is_called_so_is_proposed(marta: Browser, cast: Cast) -> None:
    row = arrived(sender=f"helen MARSH <{SENDER}>")
    assert f'<option value="{cast.helen.pk}" selected>Helen Marsh' in page(marta, row)
    contact_of(ClientFactory(), full_name="Helen Marsh")
    assert "Choose the client first." in page(marta, row)


@pytest.mark.parametrize(("client", "contact"), [("", ""), ("own", ""), ("own", "stranger"), ("gone", "own")])
def test_what_is_missing_is_told(marta: Browser, cast: Cast, client: str, contact: str) -> None:
    row = arrived()
    clients = {"": "", "own": cast.company.pk, "gone": ClientFactory(is_active=False).pk}
    people = {"": "", "own": cast.helen.pk, "stranger": contact_of(ClientFactory()).pk}
    answer = marta.post(url(row), {"client": clients[client], "contact": people[contact]})
    assert answer.status_code == 422
    assert answer.context["known"].errors
    assert not answer.context["form"].errors
    assert "Who wrote this?" in answer.content.decode()
    assert addresses.owner(SENDER) is None


def test_a_settled_mail_is_refused(marta: Browser, cast: Cast) -> None:
    row = arrived()
    sent = {"client": cast.company.pk, "contact": cast.helen.pk}
    marta.post(url(row), sent)
    answer = marta.post(url(row), sent)
    assert answer.status_code == 409
    assert "is already identified" in answer.content.decode()
    assert Ticket.objects.count() == 1


def test_it_is_for_those_who_read_the_mail(cast: Cast) -> None:
    row = arrived()
    sent = {"client": cast.company.pk, "contact": cast.helen.pk}
    statuses = [signed_in(who).post(url(row), sent).status_code for who in (cast.account_manager, cast.helen)]
    assert statuses == [404, 404]
    assert signed_in(cast.marta).get(url(row)).status_code == 405
    assert addresses.owner(SENDER) is None
    assert signed_in(cast.admin).post(url(row), sent).status_code == 302


def test_whose_address_is_switched_off_is_said(marta: Browser, cast: Cast) -> None:
    Address.objects.create(user=cast.helen, email=SENDER, is_active=False)
    text = page(marta, arrived())
    assert f"{SENDER} is a deactivated address of Helen Marsh." in text
    assert "A known contact" not in text
    type(cast.helen).objects.filter(pk=cast.helen.pk).update(is_active=False)
    assert "is a deactivated address" not in page(marta, arrived(message_id="<2@home.example>"))
