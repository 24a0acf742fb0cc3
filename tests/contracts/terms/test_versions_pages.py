"""The terms' form with its “when” and “why”, the versions on the contract's page, and who may what."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from contracts.models import Contract
from contracts.terms import versions
from contracts.terms.agreements import change
from tests.contracts.agreed import agreed, holds, plan, stored
from tests.contracts.conftest import Desk, signed_in
from tests.contracts.terms.pages import page, sent, url
from tests.factories import ServiceFactory, agent_of, contact_of, published_policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def contract(desk: Desk) -> Contract:
    Contract.objects.filter(pk=desk.contract.pk).update(is_archived=True)
    return agreed(desk.mill, by=desk.grace, services=[ServiceFactory(name="Mail")])


def test_channels_kinds_and_the_reason_are_kept_as_a_version(desk: Desk, contract: Contract) -> None:
    browser = signed_in(desk.grace)
    typed = sent(contract, channels=["mail", "phone"], work_kinds=["remote"], note="Only by mail now")
    answer = browser.post(url(contract), typed)
    assert answer.status_code == 302
    now = stored(contract)
    assert (now.channels, now.work_kinds, now.version) == (["mail", "phone"], ["remote"], 2)
    shown = page(browser, contract)
    for words in (
        "Only by mail now",
        "Channels:",
        "E-mail, Phone",
        "Version 2",
        "Grace Holm",
        "all channels",
    ):
        assert words in shown
    holds(contract)


def test_an_unknown_channel_is_refused_beside_the_field(desk: Desk, contract: Contract) -> None:
    answer = signed_in(desk.grace).post(url(contract), sent(contract, channels=["fax"]))
    assert answer.status_code == 422
    assert "channels" in answer.context["form"].errors
    assert stored(contract).version == 1


def test_terms_from_a_day_stand_on_top_and_can_be_withdrawn(desk: Desk, contract: Contract) -> None:
    browser = signed_in(desk.grace)
    typed = sent(contract, hourly_rate="95", when="day", effective_on="2026-07-01", note="Indexed")
    answer = browser.post(url(contract), typed, follow=True)
    assert "come into force on 1 Jul 2026" in answer.content.decode()
    assert stored(contract).hourly_rate == Decimal(90)
    shown = page(browser, contract)
    assert shown.index("From 1 Jul 2026 on") < shown.index("The first terms on record.")
    for words in ("planned", "Indexed", "90 EUR", "95 EUR"):
        assert words in shown
    assert (
        "new terms 1 Jul 2026" in browser.get(reverse("clients:client", args=[desk.mill.pk])).content.decode()
    )
    coming = contract.versions.get(applied_at=None)
    back = browser.post(reverse("clients:version-withdraw", args=[contract.pk, coming.pk]), follow=True)
    assert "What was planned from 1 Jul 2026 on is withdrawn." in back.content.decode()
    assert "Indexed" not in page(browser, contract)
    again = browser.post(reverse("clients:version-withdraw", args=[contract.pk, coming.pk]), follow=True)
    assert "were withdrawn or replaced" in again.content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"when": "day"}, "effective_on", "Enter the first day."),
        ({"effective_on": "2026-07-01"}, "when", "There is a day below"),
        ({"when": "day", "effective_on": "2026-05-31"}, "effective_on", "31 May 2026 has passed"),
        ({"when": "day", "effective_on": "2027-01-01"}, "effective_on", "ends on 31 Dec 2026"),
        ({"when": "day", "effective_on": "soon"}, "effective_on", "valid date"),
        ({"when": "never"}, "when", "valid choice"),
        ({"note": "x" * 301}, "note", "at most 300"),
    ],
)
def test_a_day_that_cannot_be_is_refused_beside_its_field(
    desk: Desk, contract: Contract, typed: dict[str, str], field: str, words: str
) -> None:
    answer = signed_in(desk.grace).post(url(contract), sent(contract, name="Platinum", **typed))
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert "Platinum" in answer.content.decode()
    assert stored(contract).name == "Gold"


def test_planning_what_is_in_force_already_is_refused_with_a_sentence(desk: Desk, contract: Contract) -> None:
    typed = sent(contract, when="day", effective_on="2026-07-01")
    answer = signed_in(desk.grace).post(url(contract), typed)
    assert answer.status_code == 422
    assert "nothing would change on that day" in answer.content.decode()


def test_saving_without_a_change_says_so(desk: Desk, contract: Contract) -> None:
    answer = signed_in(desk.grace).post(url(contract), sent(contract), follow=True)
    assert "nothing was saved" in answer.content.decode()
    assert contract.versions.count() == 1


def test_closing_the_books_beside_planned_terms_holds_at_once(desk: Desk, contract: Contract) -> None:
    typed = sent(contract, name="Platinum", when="day", effective_on="2026-07-01", closed_until="2026-05-31")
    assert signed_in(desk.grace).post(url(contract), typed).status_code == 302
    assert (stored(contract).closed_until, stored(contract).name) == (date(2026, 5, 31), "Gold")


def test_a_plan_in_the_way_of_another_contract_says_why_on_the_page(desk: Desk, contract: Contract) -> None:
    network = ServiceFactory()
    plan(contract, [network])
    agreed(desk.mill, services=[network], name="Network only")
    with time_machine.travel(datetime(2026, 7, 1, tzinfo=UTC), tick=False):
        versions.sweep(datetime(2026, 7, 1, tzinfo=UTC))
        shown = page(signed_in(desk.grace), contract)
    assert "These terms cannot come into force:" in shown
    assert "Network only" in shown


def test_agents_read_versions_and_change_nothing(desk: Desk, contract: Contract) -> None:
    coming = plan(contract, contract.services.all(), hourly_rate=Decimal(95), note="Indexed")
    withdraw = reverse("clients:version-withdraw", args=[contract.pk, coming.pk])
    agent = signed_in(agent_of())
    shown = page(agent, contract)
    assert "Indexed" in shown
    for words in (withdraw, "Restore these terms", url(contract)):
        assert words not in shown
    for person in (agent_of(), desk.other, contact_of(desk.mill, is_manager=True)):
        assert signed_in(person).post(withdraw).status_code == 404
        assert signed_in(person).post(url(contract), sent(contract, name="Mine")).status_code == 404
    assert signed_in(desk.grace).get(withdraw).status_code == 405
    assert stored(contract).next_version_on == date(2026, 7, 1)
    assert signed_in(desk.admin).post(withdraw).status_code == 302
    assert stored(contract).next_version_on is None


def test_a_version_of_another_contract_is_not_withdrawn(desk: Desk, contract: Contract) -> None:
    theirs = agreed(desk.port)
    coming = plan(theirs, hourly_rate=Decimal(95))
    signed_in(desk.grace).post(reverse("clients:version-withdraw", args=[contract.pk, coming.pk]))
    assert theirs.versions.filter(pk=coming.pk).exists()


def test_what_somebody_wrote_is_shown_as_text(desk: Desk, contract: Contract) -> None:
    change(contract, contract.services.all(), name="<b>Gold</b>", note="<script>alert(1)</script>")
    answer = signed_in(desk.grace).get(reverse("clients:contract", args=[contract.pk])).content.decode()
    assert "<script>alert" not in answer
    assert "<b>Gold" not in answer


def test_a_contract_from_before_says_that_it_has_no_versions_yet(desk: Desk) -> None:
    assert "The terms have not changed since versioning began." in page(signed_in(desk.grace), desk.contract)


def test_the_page_costs_the_same_whatever_the_number_of_versions(
    desk: Desk, contract: Contract, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = signed_in(desk.grace)
    change(contract, [], hourly_rate=Decimal(91))
    page(browser, contract)
    with CaptureQueriesContext(connection) as few:
        page(browser, contract)
    for rate in range(100, 114):
        service = ServiceFactory()
        change(contract, [service], hourly_rate=Decimal(rate), policy=published_policy(f"P{rate}"))
    change(contract, [])
    with CaptureQueriesContext(connection) as many:
        shown = page(browser, contract)
    assert len(many) == len(few)
    assert "Earlier versions" in shown
