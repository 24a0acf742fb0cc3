"""The account manager's pages: who sees and keeps what, and that nothing typed is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.hours import prepaid
from contracts.models import Contract
from tests.contracts.conftest import make_contract, signed_in
from tests.factories import ClientFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db


def terms_of(contract: Contract, **changes: object) -> dict[str, object]:
    given = {
        "name": contract.name,
        "number": contract.number,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on or "",
        "policy": contract.policy_id,
        "calendar": contract.calendar_id,
        "at_zero": contract.at_zero,
        "minimum_slot": contract.minimum_slot,
        "rollover_days": contract.rollover_days,
        "currency": contract.currency,
    }
    return given | changes


def test_an_account_manager_sees_their_clients_and_an_administrator_all(desk):
    assert "Port House" not in signed_in(desk.grace).get(reverse("clients:clients")).content.decode()
    page = signed_in(desk.admin).get(reverse("clients:clients")).content.decode()
    assert "Old Mill" in page
    assert "Port House" in page


def test_another_managers_client_is_not_found(desk):
    browser = signed_in(desk.other)
    assert browser.get(reverse("clients:client", args=[desk.mill.pk])).status_code == 404
    assert browser.get(reverse("clients:contract", args=[desk.contract.pk])).status_code == 404
    assert browser.post(reverse("clients:purchase", args=[desk.contract.pk])).status_code == 404


def test_an_agent_reads_and_keeps_nothing(desk):
    browser = signed_in(agent_of())
    page = browser.get(reverse("clients:contract", args=[desk.contract.pk])).content.decode()
    assert "Hours bought" not in page
    assert browser.post(reverse("clients:purchase", args=[desk.contract.pk])).status_code == 404
    assert browser.get(reverse("clients:contract-terms", args=[desk.contract.pk])).status_code == 404


def test_the_card_names_contacts_and_contracts(desk):
    contact_of(desk.mill, full_name="Helen Marsh", phone="+44 20 0000 0000")
    page = signed_in(desk.grace).get(reverse("clients:client", args=[desk.mill.pk])).content.decode()
    assert "Helen Marsh" in page
    assert "tel:+44 20 0000 0000" in page
    assert desk.contract.number in page


def test_bought_hours_are_on_the_ledger_and_on_the_page(desk):
    browser = signed_in(desk.grace)
    sent = {"hours": "12.5", "note": "Invoice 7", "expires_on": "2099-12-31"}
    answer = browser.post(reverse("clients:purchase", args=[desk.contract.pk]), sent)
    assert answer.status_code == 302
    entry = desk.contract.ledger.get()
    assert (entry.hours, entry.note, entry.by, entry.expires_on) == (
        Decimal("12.50"), "Invoice 7", desk.grace, date(2099, 12, 31),
    )  # fmt: skip
    assert "Invoice 7" in browser.get(answer["Location"]).content.decode()


def test_a_correction_that_the_ledger_refuses_says_why_and_keeps_what_was_typed(desk):
    Contract.objects.update(at_zero="refuse")
    prepaid.purchase(desk.contract, Decimal(2), by=None, note="Invoice 1")
    sent = {"hours": "-3", "note": "Counted twice"}
    answer = signed_in(desk.grace).post(reverse("clients:correction", args=[desk.contract.pk]), sent)
    assert answer.status_code == 409
    assert "2 h left" in answer.content.decode()
    assert "Counted twice" in answer.content.decode()
    assert prepaid.balance(desk.contract) == Decimal(2)


def test_terms_are_changed_for_new_tickets(desk):
    sent = terms_of(desk.contract, name="Platinum", at_zero="refuse")
    answer = signed_in(desk.grace).post(reverse("clients:contract-terms", args=[desk.contract.pk]), sent)
    assert answer.status_code == 302
    desk.contract.refresh_from_db()
    assert (desk.contract.name, desk.contract.at_zero) == ("Platinum", "refuse")


def test_a_contract_over_another_is_refused_with_its_name(desk):
    sent = terms_of(desk.contract, number="T-new", name="Twin")
    answer = signed_in(desk.grace).post(reverse("clients:contract-new", args=[desk.mill.pk]), sent)
    assert answer.status_code == 422
    assert "Gold 2026" in answer.content.decode()
    assert Contract.objects.count() == 1


def test_a_contract_that_ends_before_it_starts_is_refused(desk):
    sent = terms_of(desk.contract, starts_on="2026-05-01", ends_on="2026-04-30")
    answer = signed_in(desk.grace).post(reverse("clients:contract-terms", args=[desk.contract.pk]), sent)
    assert answer.status_code == 422


def test_the_list_costs_the_same_whatever_its_length(desk, django_assert_max_num_queries):
    browser = signed_in(desk.admin)
    browser.get(reverse("clients:clients"))
    for _ in range(8):
        make_contract(ClientFactory())
    with django_assert_max_num_queries(11):
        browser.get(reverse("clients:clients"))
