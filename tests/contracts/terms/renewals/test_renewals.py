"""Renewing contracts, one and many."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from contracts.errors import ContractError, OverlappingContracts
from contracts.hours import prepaid
from contracts.models import Contract
from contracts.terms import agreements
from contracts.terms import values as terms
from contracts.terms.renewals import renewal as renewals
from contracts.terms.renewals.forms import next_number
from tests.contracts.conftest import make_contract, signed_in
from tests.factories import ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_december():
    with time_machine.travel(datetime(2026, 12, 1, 12, tzinfo=UTC), tick=False):
        yield


def test_a_renewal_begins_the_day_after_with_the_same_terms(desk):
    service = ServiceFactory()
    desk.contract.services.set([service])
    made = renewals.renew(desk.contract, months=12, number="T-2", by=desk.grace)
    assert (made.starts_on, made.ends_on) == (date(2027, 1, 1), date(2027, 12, 31))
    assert (made.policy, made.calendar, list(made.services.all())) == (
        desk.contract.policy, desk.contract.calendar, [service],
    )  # fmt: skip


def test_a_renewal_carries_over_everything_that_is_agreed(desk):
    kept = {
        "monthly_fee": Decimal(1200),
        "hourly_rate": Decimal(90),
        "currency": "USD",
        "alert_percents": [50, 90],
        "channels": ["mail", "portal"],
        "work_kinds": ["remote"],
        "at_zero": "refuse",
        "minimum_slot": 30,
        "rollover_hours": Decimal(4),
        "rollover_days": 30,
        "account_manager": desk.other,
    }
    agreements.change(desk.contract, [ServiceFactory()], by=desk.grace, **kept)
    made = renewals.renew(desk.contract, months=12, number="T-2", by=desk.grace)
    stored = Contract.objects.get(pk=made.pk)
    assert {name: getattr(stored, name) for name in kept} == kept
    before, after = (
        terms.of(one, one.services.all()) for one in (Contract.objects.get(pk=desk.contract.pk), stored)
    )
    assert terms.changed(before, after) == ["number", "starts_on", "ends_on"]


def test_a_renewal_copies_the_rate_classes_in_their_order(desk):
    for place, (name, factor) in enumerate([("Weekend", "2"), ("Night", "1.5"), ("Urgent", "1.25")]):
        when = {"Weekend": "weekend", "Night": "night", "Urgent": "urgent"}[name]
        desk.contract.rate_classes.create(name=name, when=when, factor=Decimal(factor), position=2 - place)
    made = renewals.renew(desk.contract, months=12, number="T-2", by=desk.grace)
    told = [
        list(one.rate_classes.values_list("name", "when", "work_kind", "factor", "position"))
        for one in (desk.contract, made)
    ]
    assert told[0] == told[1]
    assert [name for name, *_rest in told[1]] == ["Urgent", "Night", "Weekend"]


def test_a_renewal_begins_with_version_one_that_names_its_origin(desk):
    made = renewals.renew(desk.contract, months=12, number="T-2", by=desk.grace)
    first = made.versions.get()
    assert (first.number, first.made_by, first.note) == (1, desk.grace, f"Renewal of {desk.contract.number}")


def test_hours_bought_with_it_are_valid_to_its_end(desk):
    made = renewals.renew(desk.contract, months=6, number="T-2", by=desk.grace, bought=Decimal(40))
    assert prepaid.balance(made) == Decimal(40)
    assert made.ledger.get().expires_on == date(2027, 6, 30)


def test_it_is_renewed_once(desk):
    renewals.renew(desk.contract, months=12, number="T-2", by=desk.grace)
    with pytest.raises(OverlappingContracts):
        renewals.renew(desk.contract, months=12, number="T-3", by=desk.grace)
    assert Contract.objects.count() == 2


def test_a_taken_number_and_a_contract_without_end_are_refused(desk):
    with pytest.raises(ContractError, match="taken"):
        renewals.renew(desk.contract, months=12, number=desk.contract.number, by=desk.grace)
    endless = make_contract(desk.port, ends_on=None)
    with pytest.raises(ContractError, match="no end"):
        renewals.renew(endless, months=12, number="X", by=desk.grace)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_where_the_month_ends(day, months, last):
    assert renewals.add_months(day, months) == last


@pytest.mark.parametrize(
    ("number", "following"), [("C-12", "C-12/2"), ("C-12/9", "C-12/10"), ("A/B", "A/B/2")]
)
def test_the_next_number_counts_on(number, following):
    assert next_number(Contract(number=number)) == following


def test_of_many_chosen_those_that_can_be_renewed_are(desk):
    second = make_contract(desk.mill, name="Nights", services=[ServiceFactory()], ends_on=date(2026, 12, 20))
    sent: dict[str, str] = {}
    for contract, number in ((desk.contract, "T-2"), (second, desk.contract.number)):
        name = f"contract-{contract.pk}"
        sent |= {
            f"{name}-is_chosen": "on",
            f"{name}-number": number,
            f"{name}-months": "12",
            f"{name}-hours": "10",
        }
    answer = signed_in(desk.grace).post(reverse("clients:renewals"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 contract is renewed." in page
    assert "is taken" in page
    assert Contract.objects.filter(number="T-2", starts_on=date(2027, 1, 1)).exists()
    assert not Contract.objects.filter(name="Nights", starts_on__year=2027).exists()


def test_the_list_holds_ones_own_contracts_that_end_soon_and_that_nothing_follows(desk):
    make_contract(desk.port, name="Of another manager")
    followed = make_contract(desk.mill, name="Followed", services=[ServiceFactory()])
    renewals.renew(followed, months=12, number="F-2", by=UserFactory())
    page = signed_in(desk.grace).get(reverse("clients:renewals")).content.decode()
    assert "Gold 2026" in page
    assert "Of another manager" not in page
    assert "Followed" not in page


def test_agents_find_no_renewals(desk):
    assert signed_in(UserFactory(is_agent=True)).get(reverse("clients:renewals")).status_code == 404
