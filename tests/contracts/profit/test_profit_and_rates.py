"""What a contract brings, and the classes of its rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.hours import prepaid
from contracts.models import Contract, RateClass, TimeEntry
from contracts.profit import figures as profit_figures
from tests.contracts.conftest import covered_ticket, signed_in
from tests.factories import agent_of

pytestmark = pytest.mark.django_db
JANUARY = (date(2026, 1, 1), date(2026, 1, 31))


def worked(contract: Contract, minutes: int, **fields: object) -> TimeEntry:
    ticket = covered_ticket(contract)
    values = {"work_kind": "remote", "spent_on": date(2026, 1, 20)} | fields
    return TimeEntry.objects.create(ticket=ticket, person=agent_of(), minutes=minutes, **values)


def of(contract: Contract) -> profit_figures.Profit:
    return profit_figures.of_contracts([contract], *JANUARY)[0]


@pytest.fixture
def contract(desk) -> Contract:
    desk.contract.monthly_fee, desk.contract.hourly_rate = Decimal(900), Decimal(80)
    desk.contract.save()
    agreed: Contract = desk.contract
    return agreed


def test_the_fee_is_held_against_the_hours_at_the_contracts_rate(contract):
    worked(contract, 600)
    found = of(contract)
    assert (found.fee, found.worth, found.result) == (Decimal("900.00"), Decimal("800.00"), Decimal("100.00"))


def test_billed_work_pays_for_itself_and_what_was_taken_back_counts_nowhere(contract):
    worked(contract, 60, is_billable=True)
    gone = worked(contract, 600)
    TimeEntry.objects.filter(pk=gone.pk).update(reversed_at="2026-01-21T00:00Z", reversed_by=gone.person)
    found = of(contract)
    assert (found.billed, found.worth, found.result) == (Decimal("80.00"), Decimal(0), Decimal("900.00"))


def test_a_month_in_which_it_held_in_part_brings_its_part(contract):
    contract.starts_on = date(2026, 1, 17)
    assert of(contract).fee == Decimal("435.48")  # 15 of 31 days


def test_without_a_rate_there_is_no_result(contract):
    contract.hourly_rate = None
    assert (of(contract).worth, of(contract).result) == (None, None)


def test_a_rate_and_a_fee_that_changed_leave_the_time_before_as_it_was(contract):
    for number, (since, rate, fee) in enumerate([(1, "80.00", "900.00"), (17, "100.00", "310.00")], 1):
        terms = {"hourly_rate": rate, "monthly_fee": fee}
        starts_on, applied_at = date(2026, 1, since), timezone.now()
        contract.versions.create(number=number, starts_on=starts_on, terms=terms, applied_at=applied_at)
    worked(contract, 60, spent_on=date(2026, 1, 16))
    worked(contract, 60, spent_on=date(2026, 1, 17))
    worked(contract, 60, spent_on=date(2026, 1, 17), is_billable=True)
    found = of(contract)
    assert (found.hours, found.worth, found.billed) == (Decimal(2), Decimal("180.00"), Decimal("100.00"))
    assert found.fee == Decimal("614.52")  # 16 of 31 days of the old fee, 15 of the new one
    assert found.rate == Decimal("100.00")


def test_work_from_before_a_rate_was_agreed_has_no_worth(contract):
    for number, (since, rate) in enumerate([(1, None), (17, "100.00")], 1):
        terms = {"hourly_rate": rate, "monthly_fee": "900.00"}
        starts_on, applied_at = date(2026, 1, since), timezone.now()
        contract.versions.create(number=number, starts_on=starts_on, terms=terms, applied_at=applied_at)
    worked(contract, 60, spent_on=date(2026, 1, 17))
    assert of(contract).worth == Decimal("100.00")
    worked(contract, 60, spent_on=date(2026, 1, 16))
    assert of(contract).worth is None


def test_it_costs_two_statements_whatever_the_number(contract, django_assert_num_queries):
    for _number in range(3):
        worked(contract, 10)
    with django_assert_num_queries(2):
        profit_figures.of_contracts([contract], *JANUARY)


def test_the_page_and_its_file_show_ones_own_contracts_only(desk, contract):
    worked(contract, 600)
    asked = {"first": "2026-01-01", "last": "2026-01-31"}
    page = signed_in(desk.grace).get(reverse("clients:profit"), asked).content.decode()
    assert "100.00" in page
    assert "Old Mill" not in signed_in(desk.other).get(reverse("clients:profit"), asked).content.decode()
    file = signed_in(desk.grace).get(reverse("clients:profit"), asked | {"format": "csv"})
    assert "Old Mill,Gold 2026" in file.content.decode("utf-8-sig")


def test_a_name_that_looks_like_a_formula_stays_text(desk, contract):
    desk.mill.name = "=1+1"
    desk.mill.save()
    asked = {"first": "2026-01-01", "last": "2026-01-31", "format": "csv"}
    lines = (
        signed_in(desk.grace).get(reverse("clients:profit"), asked).content.decode("utf-8-sig").splitlines()
    )
    assert not lines[1].startswith("=")


@pytest.mark.parametrize("asked", [{"first": "x"}, {"first": "2026-02-01", "last": "2026-01-01"}])
def test_a_period_that_is_none_is_said(desk, contract, asked):
    assert signed_in(desk.grace).get(reverse("clients:profit"), asked).status_code == 200


def test_rates_are_kept_in_their_order(desk, contract):
    sent = {
        "rate_classes-TOTAL_FORMS": "2",
        "rate_classes-INITIAL_FORMS": "0",
        "rate_classes-0-name": "Night",
        "rate_classes-0-when": "night",
        "rate_classes-0-factor": "2",
        "rate_classes-0-ORDER": "2",
        "rate_classes-1-name": "Weekend",
        "rate_classes-1-when": "weekend",
        "rate_classes-1-factor": "1.5",
        "rate_classes-1-ORDER": "1",
    }
    assert signed_in(desk.grace).post(reverse("clients:rates", args=[contract.pk]), sent).status_code == 302
    assert list(RateClass.objects.values_list("name", flat=True)) == ["Weekend", "Night"]


def test_another_factor_holds_from_now_on_and_the_page_says_so(desk, contract):
    night = RateClass.objects.create(contract=contract, name="Night", when="night", factor=Decimal(2))
    entry = worked(contract, 60, rate_name="Night", factor=Decimal(2))
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    prepaid.consume(contract, Decimal(2), time_entry=entry, by=None)
    browser, address = signed_in(desk.grace), reverse("clients:rates", args=[contract.pk])
    assert "Changes apply to time logged from now on" in browser.get(address).content.decode()
    sent = {
        "rate_classes-TOTAL_FORMS": "1",
        "rate_classes-INITIAL_FORMS": "1",
        "rate_classes-0-id": str(night.pk),
        "rate_classes-0-name": "Late",
        "rate_classes-0-when": "night",
        "rate_classes-0-factor": "3",
    }
    page = browser.post(address, sent, follow=True).content.decode()
    assert "The rates are changed for time logged from now on." in page
    entry.refresh_from_db()
    assert (entry.rate_name, entry.factor, prepaid.balance(contract)) == ("Night", Decimal(2), Decimal(8))
    assert browser.post(address, sent | {"rate_classes-0-factor": "-1"}).status_code == 422


def test_a_class_for_a_kind_of_work_names_it(desk, contract):
    sent = {
        "rate_classes-TOTAL_FORMS": "1",
        "rate_classes-INITIAL_FORMS": "0",
        "rate_classes-0-name": "Travel",
        "rate_classes-0-when": "work_kind",
        "rate_classes-0-factor": "0.5",
    }
    answer = signed_in(desk.grace).post(reverse("clients:rates", args=[contract.pk]), sent)
    assert answer.status_code == 422
    assert "Choose the kind of work." in answer.content.decode()


def test_two_rates_of_one_name_are_told_apart(desk, contract):
    sent = {
        "rate_classes-TOTAL_FORMS": "2",
        "rate_classes-INITIAL_FORMS": "0",
        "rate_classes-0-name": "Night",
        "rate_classes-0-when": "night",
        "rate_classes-0-factor": "2",
        "rate_classes-1-name": "NIGHT ",
        "rate_classes-1-when": "weekend",
        "rate_classes-1-factor": "1.5",
    }
    answer = signed_in(desk.grace).post(reverse("clients:rates", args=[contract.pk]), sent)
    assert answer.status_code == 422
    assert "There is “NIGHT” already." in answer.content.decode()
    assert not RateClass.objects.exists()
