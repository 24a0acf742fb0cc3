"""Former and planned terms that fill in the form, and two people who save it at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from contracts.models import Contract
from contracts.terms.agreements import change
from tests.contracts.agreed import agreed, holds, plan, stored
from tests.contracts.conftest import Desk, signed_in
from tests.contracts.terms.pages import page, sent, url
from tests.factories import ServiceFactory, published_policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel(datetime(2026, 6, 1, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def contract(desk: Desk) -> Contract:
    Contract.objects.filter(pk=desk.contract.pk).update(is_archived=True)
    return agreed(desk.mill, by=desk.grace, services=[ServiceFactory(name="Mail")])


def test_former_terms_fill_in_the_form_and_hold_only_when_sent(desk: Desk, contract: Contract) -> None:
    browser, mail = signed_in(desk.grace), contract.services.get()
    now: dict[str, Any] = {
        "closed_until": date(2026, 5, 31),
        "ends_on": date(2027, 12, 31),
        "number": "N-2027",
    }
    change(contract, [], hourly_rate=Decimal(120), name="Platinum", **now)
    mail.is_archived = True
    mail.save()
    assert f'href="{url(contract, 1)}"' in page(browser, contract)
    form = browser.get(url(contract, 1))
    assert "These are the terms of version 1" in form.content.decode()
    bound = form.context["form"]
    assert (bound["name"].value(), bound["hourly_rate"].value(), bound["services"].value()) == (
        "Gold", "90.00", [mail.pk],
    )  # fmt: skip
    assert mail in bound.fields["services"].queryset, "an archived service can be used again"
    assert {name: bound[name].value() for name in now} == now, "a former end does not end the contract"
    assert stored(contract).version == 2
    typed = sent(contract, name="Gold", hourly_rate="90.00", services=[mail.pk])
    assert f'action="{url(contract, 1)}"' in form.content.decode()
    assert browser.post(url(contract, 1), typed).status_code == 302
    assert (stored(contract).version, stored(contract).name) == (3, "Gold")
    assert list(contract.services.all()) == [mail]
    holds(contract)


def test_planned_terms_fill_in_the_form_with_their_day(desk: Desk, contract: Contract) -> None:
    plan(contract, contract.services.all(), hourly_rate=Decimal(95), note="Indexed")
    change(contract, contract.services.all(), name="Platinum")
    bound = signed_in(desk.grace).get(url(contract, 3)).context["form"]
    filled = [bound[name].value() for name in ("when", "effective_on", "note", "hourly_rate", "name")]
    assert filled == ["day", date(2026, 7, 1), "Indexed", "95.00", "Platinum"]


def test_what_is_not_there_any_more_is_named(desk: Desk, contract: Contract) -> None:
    mail = contract.services.get()
    change(contract, [])
    mail.delete()
    answer = signed_in(desk.grace).get(url(contract, 1))
    assert "Not there any more: Mail." in answer.content.decode()


@pytest.mark.parametrize("like", ["99", "x", "-1", "99999999999999999999", "²"])
def test_an_unknown_version_fills_in_nothing(desk: Desk, contract: Contract, like: str) -> None:
    answer = signed_in(desk.grace).get(reverse("clients:contract-terms", args=[contract.pk]), {"like": like})
    assert answer.status_code == 200
    assert answer.context["form"]["name"].value() == "Gold"


def test_the_form_warns_of_what_is_planned(desk: Desk, contract: Contract) -> None:
    plan(contract, contract.services.all(), hourly_rate=Decimal(95))
    shown = signed_in(desk.grace).get(url(contract)).content.decode()
    assert "From 1 Jul 2026 on other terms are planned:" in shown
    assert "95 EUR" in shown


def test_the_slower_one_of_two_is_told_what_is_stored_and_keeps_what_they_typed(
    desk: Desk, contract: Contract
) -> None:
    swift = published_policy("Swift")
    typed = sent(contract, policy=swift.pk, hourly_rate="99", note="Mine")
    change(contract, contract.services.all(), hourly_rate=Decimal(95), by=desk.admin)
    browser = signed_in(desk.grace)
    answer = browser.post(url(contract), typed)
    shown = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "Someone else has changed these terms in the meantime." in shown
    assert [tuple(one)[:3] for one in answer.context["differing"]] == [
        ("SLA policy", contract.policy.name, "Swift"),
        ("Hourly rate", "95 EUR", "99 EUR"),
    ]
    assert answer.context["form"]["note"].value() == "Mine"
    assert stored(contract).hourly_rate == Decimal(95)
    assert browser.post(url(contract), typed | {"seen": answer.context["seen"]}).status_code == 302
    assert (stored(contract).hourly_rate, stored(contract).policy) == (Decimal(99), swift)
    holds(contract)


def test_a_mistake_does_not_hide_that_somebody_was_faster(desk: Desk, contract: Contract) -> None:
    typed = sent(contract, name="")
    change(contract, [], name="Platinum")
    browser = signed_in(desk.grace)
    wrong = browser.post(url(contract), typed)
    assert wrong.status_code == 422
    assert (
        browser.post(url(contract), typed | {"name": "Mine", "seen": wrong.context["seen"]}).status_code
        == 409
    )
