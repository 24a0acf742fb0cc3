"""What the contract covers and what is planned, as the client's managers read it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from contracts.models import AtZero, Contract
from contracts.terms import versions
from contracts.terms.agreements import change
from tests.factories import LONG_AGO, ServiceFactory, UserFactory, published_calendar, published_policy
from tests.portal.conftest import Cast, signed_in

JUNE_1 = datetime(2026, 6, 1, 12, tzinfo=UTC)
JULY_1 = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel(JUNE_1, tick=False):
        yield


@pytest.fixture
def contract(cast: Cast) -> Contract:
    contract: Contract = Contract.objects.get(client=cast.company)
    return contract


def page(cast: Cast, contract: Contract) -> str:
    answer = signed_in(cast.manager).get(reverse("portal:contract", args=[contract.pk]))
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def test_it_names_services_channels_kinds_and_hours(cast: Cast, contract: Contract) -> None:
    change(contract, [ServiceFactory(name="Mail")], channels=["phone", "mail"], work_kinds=["remote"])
    shown = page(cast, contract)
    for words in ("Mail", "E-mail, Phone", "Remote", "Mon–Fri 09:00–18:00", contract.calendar.name):
        assert words in shown


def test_without_limits_it_says_all(cast: Cast, contract: Contract) -> None:
    shown = page(cast, contract)
    for words in ("all services", "all channels", "all kinds of work"):
        assert words in shown


def test_hours_of_another_time_zone_name_it(cast: Cast, contract: Contract) -> None:
    from sla.versions import publishing

    tokyo = published_calendar("Tokyo office")
    publishing.publish_calendar(tokyo, {"tz": "Asia/Tokyo", "week": {"mon": ["09:00-17:00"]}}, LONG_AGO)
    change(contract, [], calendar=tokyo)
    assert "Mon 09:00–17:00 (Asia/Tokyo)" in page(cast, contract)


def test_a_planned_change_is_told_in_the_clients_words(cast: Cast, contract: Contract) -> None:
    network = ServiceFactory(name="Network")
    change(
        contract,
        [network],
        effective_on=JULY_1,
        note="They did not haggle",
        policy=published_policy("SLA secret"),
        at_zero=AtZero.REFUSE,
        monthly_fee=Decimal(1200),
        alert_percents=[99],
    )
    shown = page(cast, contract)
    assert "From 1 July 2026:" in shown
    for words in (
        "What is covered: Network",
        "until then: all services",
        "New requests get other target times.",
        "When the hours are used up: we wait until you buy more",
        "Monthly fee: 1,200 EUR",
        "Requests open at that time keep their targets.",
    ):
        assert words in shown
    for ours in ("SLA secret", "They did not haggle", "99 %", "haggle"):
        assert ours not in shown


def test_what_concerns_only_us_is_not_announced(cast: Cast, contract: Contract) -> None:
    change(contract, [], effective_on=JULY_1, alert_percents=[99])
    assert "From 1 July 2026" not in page(cast, contract)


def test_once_its_day_has_come_nothing_is_announced_any_more(cast: Cast, contract: Contract) -> None:
    change(contract, [], effective_on=JULY_1, monthly_fee=Decimal(1200))
    with time_machine.travel(datetime(2026, 7, 1, 0, 0, 30, tzinfo=UTC), tick=False):
        assert "From 1 July" not in page(cast, contract)


def test_a_withdrawn_plan_is_gone(cast: Cast, contract: Contract) -> None:
    change(contract, [], effective_on=JULY_1, monthly_fee=Decimal(1200))
    versions.withdraw(contract, contract.versions.get(applied_at=None).pk, by=UserFactory())
    assert "From 1 July" not in page(cast, contract)


def test_contacts_and_strangers_read_no_terms(cast: Cast, contract: Contract) -> None:
    path = reverse("portal:contract", args=[contract.pk])
    for person in (cast.helen, cast.stranger):
        assert signed_in(person).get(path).status_code == 404


def test_the_page_costs_the_same_whatever_is_covered_and_planned(
    cast: Cast, contract: Contract, django_assert_max_num_queries: Any
) -> None:
    change(contract, [ServiceFactory() for _ in range(6)], name="Gold")
    change(contract, [ServiceFactory() for _ in range(9)], effective_on=JULY_1, monthly_fee=Decimal(1))
    browser, path = signed_in(cast.manager), reverse("portal:contract", args=[contract.pk])
    with django_assert_max_num_queries(18):
        browser.get(path)
