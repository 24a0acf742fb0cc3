"""Unusual amounts are asked about once, without any script, and booked when they are confirmed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from contracts.hours import prepaid
from contracts.models import Contract, HoursOffer, RateClass
from contracts.unusual_amounts import rules as unusual
from tests.contracts.conftest import Desk, signed_in
from tests.factories import contact_of

pytestmark = pytest.mark.django_db


def mark_in(answer: Any) -> str:
    """The value of the box to tick, which is not ticked."""
    text = answer.content.decode()
    box = next(tag for tag in re.findall(r"<input[^>]*>", text) if "confirmed" in tag)
    assert "checked" not in box
    found = re.search(r'value="([0-9a-f]{16})"', box)
    assert found
    return found[1]


def test_a_large_correction_is_booked_only_when_it_is_confirmed(desk: Desk) -> None:
    path = reverse("clients:correction", args=[desk.contract.pk])
    browser, typed = signed_in(desk.grace), {"hours": "-99999", "note": "Counted again"}
    asked = browser.post(path, typed)
    assert asked.status_code == 422
    assert "−99,999 h is an unusually large correction. Then −99,999 h are left." in asked.content.decode()
    assert prepaid.balance(desk.contract) == 0
    confirmed = typed | {"confirmed": mark_in(asked)}
    other = browser.post(path, confirmed | {"hours": "-88888"})
    assert other.status_code == 422  # the tick was for other hours
    assert browser.post(path, confirmed).status_code == 302
    assert prepaid.balance(desk.contract) == Decimal(-99999)


def test_an_ordinary_correction_is_booked_at_once(desk: Desk) -> None:
    prepaid.purchase(desk.contract, Decimal(10), by=None, note="Invoice 1")
    path = reverse("clients:correction", args=[desk.contract.pk])
    sent = {"hours": "-2", "note": "Counted again"}
    assert signed_in(desk.grace).post(path, sent).status_code == 302


def test_a_correction_below_zero_is_asked_about_unless_it_is_refused_anyway() -> None:
    left = Decimal(3)
    assert "Then −2 h are left" in unusual.corrected(Decimal(-5), left)
    assert unusual.corrected(Decimal(-5), left, may_pass_zero=False) == ""
    assert unusual.corrected(Decimal(-3), left) == ""


def test_many_hours_bought_or_offered_or_dear_ones_are_asked_about(desk: Desk) -> None:
    browser = signed_in(desk.grace)
    for name, typed in (
        ("clients:purchase", {"hours": "5000", "note": "Invoice 1"}),
        ("clients:offer", {"hours": "5000"}),
        ("clients:offer", {"hours": "2", "price": "9000"}),
    ):
        path = reverse(name, args=[desk.contract.pk])
        asked = browser.post(path, typed)
        assert asked.status_code == 422
        assert browser.post(path, typed | {"confirmed": mark_in(asked)}).status_code == 302
    assert prepaid.balance(desk.contract) == 5000
    assert HoursOffer.objects.get().price == 9000


def test_a_client_asking_for_many_hours_is_asked_back(desk: Desk) -> None:
    path = reverse("portal:ask-hours", args=[desk.contract.pk])
    browser = signed_in(contact_of(desk.mill, is_manager=True))
    asked = browser.post(path, {"hours": "5000"})
    assert asked.status_code == 422
    assert browser.post(path, {"hours": "5000", "confirmed": mark_in(asked)}).status_code == 302
    assert HoursOffer.objects.get().hours == 5000


def test_a_factor_out_of_the_way_is_asked_about_in_its_row(desk: Desk) -> None:
    path = reverse("clients:rates", args=[desk.contract.pk])
    typed = {
        "rate_classes-TOTAL_FORMS": "1", "rate_classes-INITIAL_FORMS": "0",
        "rate_classes-0-name": "Night", "rate_classes-0-when": "night", "rate_classes-0-factor": "15",
    }  # fmt: skip
    asked = signed_in(desk.grace).post(path, typed)
    assert asked.status_code == 422
    assert "15 hours for one are unusually many." in asked.content.decode()
    assert not RateClass.objects.exists()
    confirmed = {"rate_classes-0-confirmed": mark_in(asked)}
    assert signed_in(desk.grace).post(path, typed | confirmed).status_code == 302
    assert RateClass.objects.get().factor == 15


def test_a_rate_out_of_the_way_is_asked_about_in_the_terms(desk: Desk) -> None:
    contract = desk.contract
    typed = {
        "name": contract.name, "number": contract.number, "starts_on": contract.starts_on,
        "ends_on": contract.ends_on, "policy": contract.policy_id, "calendar": contract.calendar_id,
        "at_zero": contract.at_zero, "minimum_slot": contract.minimum_slot, "rollover_days": 90,
        "currency": "EUR", "hourly_rate": "9000", "rounding": "day",
    }  # fmt: skip
    path = reverse("clients:contract-terms", args=[contract.pk])
    asked = signed_in(desk.grace).post(path, typed)
    assert "9,000 EUR an hour is unusually much." in asked.content.decode()
    confirmed = typed | {"confirmed": mark_in(asked)}
    assert signed_in(desk.grace).post(path, confirmed).status_code == 302
    kept = Contract.objects.get(pk=contract.pk)
    assert (kept.hourly_rate, kept.rounding) == (Decimal(9000), "day")


def test_twelve_hours_are_a_stretch_and_more_than_a_day_is_no_question() -> None:
    assert [bool(unusual.worked(minutes)) for minutes in (720, 721, 1440, 1441, 9999)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert unusual.estimated(Decimal(200)) == ""
    assert "201 h for one request" in unusual.estimated(Decimal(201))
