"""Buying hours on both sides' pages, documents, and terms that are typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.hours import prepaid
from contracts.hours.offers import lifecycle as offers
from contracts.models import Contract, ContractDocument, HoursOffer
from tests.contracts.clients.test_pages import terms_of
from tests.contracts.conftest import signed_in
from tests.factories import contact_of

pytestmark = pytest.mark.django_db


def test_hours_are_asked_for_offered_and_bought_on_the_pages(desk):
    manager = contact_of(desk.mill, is_manager=True)
    client, office = signed_in(manager), signed_in(desk.grace)
    sent = {"hours": "20", "wish": "For the move"}
    assert client.post(reverse("portal:ask-hours", args=[desk.contract.pk]), sent).status_code == 302
    page = office.get(reverse("clients:contract", args=[desk.contract.pk])).content.decode()
    assert "For the move" in page
    form = office.get(reverse("clients:offer", args=[desk.contract.pk])).content.decode()
    assert 'value="20.00"' in form
    office.post(reverse("clients:offer", args=[desk.contract.pk]), {"hours": "25", "price": "2000"})
    offered = HoursOffer.objects.get()
    assert "2000.00 EUR" in client.get(reverse("portal:contract", args=[desk.contract.pk])).content.decode()
    client.post(reverse("portal:answer-offer", args=[desk.contract.pk, offered.pk]), {"answer": "accept"})
    assert prepaid.balance(desk.contract) == Decimal(25)


def test_an_offer_pressed_twice_is_bought_once(desk):
    manager = contact_of(desk.mill, is_manager=True)
    offered = offers.offer(desk.contract, Decimal(5), by=desk.grace)
    address = reverse("portal:answer-offer", args=[desk.contract.pk, offered.pk])
    for _time in range(2):
        answer = signed_in(manager).post(address, {"answer": "accept"}, follow=True)
    assert "Accepted" in answer.content.decode()
    assert prepaid.balance(desk.contract) == Decimal(5)


def test_a_second_wish_is_refused_and_stays_typed(desk):
    manager = contact_of(desk.mill, is_manager=True)
    offers.ask(desk.contract, Decimal(5), by=manager)
    sent = {"hours": "7", "wish": "Some more"}
    answer = signed_in(manager).post(reverse("portal:ask-hours", args=[desk.contract.pk]), sent)
    assert answer.status_code == 409


@pytest.mark.parametrize("typed", ["", "none", "-2", "0"])
def test_hours_that_are_none_are_asked_for_again(desk, typed):
    manager = contact_of(desk.mill, is_manager=True)
    answer = signed_in(manager).post(reverse("portal:ask-hours", args=[desk.contract.pk]), {"hours": typed})
    assert answer.status_code == 422
    assert not HoursOffer.objects.exists()


def test_a_contact_of_another_company_finds_no_contract(desk):
    stranger = contact_of(desk.port, is_manager=True)
    assert signed_in(stranger).post(reverse("portal:ask-hours", args=[desk.contract.pk])).status_code == 404


def test_a_document_is_read_by_the_client_only_when_it_is_meant_for_them(desk):
    office, client = signed_in(desk.grace), signed_in(contact_of(desk.mill, is_manager=True))
    for name, is_open in (("contract.pdf", "on"), ("margin.pdf", "")):
        file = SimpleUploadedFile(name, b"%PDF-1.7", content_type="application/pdf")
        sent = {"file": file} | ({"is_for_client": is_open} if is_open else {})
        office.post(reverse("clients:document-add", args=[desk.contract.pk]), sent)
    page = client.get(reverse("portal:contract", args=[desk.contract.pk])).content.decode()
    assert "contract.pdf" in page
    assert "margin.pdf" not in page
    theirs, ours = ContractDocument.objects.order_by("-is_for_client")
    answer: Any = client.get(reverse("clients:document", args=[theirs.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert answer["Content-Disposition"] == 'attachment; filename="contract.pdf"'
    assert client.get(reverse("clients:document", args=[ours.pk])).status_code == 404


def test_a_program_is_no_document(desk):
    file = SimpleUploadedFile("contract.exe", b"MZ")
    address = reverse("clients:document-add", args=[desk.contract.pk])
    page = signed_in(desk.grace).post(address, {"file": file}, follow=True).content.decode()
    assert "can carry programs" in page
    assert not ContractDocument.objects.exists()


def test_thresholds_are_typed_as_percents_and_books_are_closed(desk):
    sent = terms_of(desk.contract, alert_percents="95 %, 50;80", closed_until="2026-03-31", monthly_fee="900")
    address = reverse("clients:contract-terms", args=[desk.contract.pk])
    assert signed_in(desk.grace).post(address, sent).status_code == 302
    kept = Contract.objects.get()
    assert (kept.alert_percents, kept.closed_until, kept.monthly_fee) == (
        [50, 80, 95], date(2026, 3, 31), Decimal(900),
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["much", "0", "101", "8.5"])
def test_thresholds_that_are_none_are_refused_with_an_example(desk, typed):
    address = reverse("clients:contract-terms", args=[desk.contract.pk])
    answer = signed_in(desk.grace).post(address, terms_of(desk.contract, alert_percents=typed))
    assert answer.status_code == 422
    assert "such as 80, 95" in answer.content.decode()
