"""Terms for a day to come: kept, shown, replaced, withdrawn, and in force at the client's midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from contracts import tasks
from contracts.errors import ContractError, OverlappingContracts
from contracts.models import Contract
from contracts.terms import versions
from contracts.terms.agreements import change
from contracts.terms.renewals import renewal as renewals
from contracts.terms.text import differences
from contracts.terms.versions import UnfitDay
from servicedesk.people.models import Client
from tests.contracts.agreed import JULY_1, MIDNIGHT, agreed, holds, plan, stored
from tests.contracts.conftest import at, make_contract
from tests.factories import ClientFactory, ServiceFactory, UserFactory, contract_for, opened_by_door

pytestmark = pytest.mark.django_db
JUNE_1 = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel(JUNE_1, tick=False):
        yield


@pytest.fixture
def company() -> Client:
    client: Client = ClientFactory(time_zone="UTC")
    return client


@pytest.fixture
def contract(company: Client) -> Contract:
    return agreed(company)


def test_planned_terms_wait_for_their_day(contract: Contract) -> None:
    grace = UserFactory()
    coming = plan(contract, by=grace, note="As discussed", hourly_rate=Decimal(95))
    now = stored(contract)
    assert (now.hourly_rate, now.version, now.next_version_on) == (Decimal(90), 1, JULY_1)
    assert (coming.number, coming.starts_on, coming.made_by, coming.note) == (
        2,
        JULY_1,
        grace,
        "As discussed",
    )
    assert versions.sweep(at("2026-06-30T23:59:59+00:00")) == 0
    assert versions.sweep(MIDNIGHT) == 1
    after = stored(contract)
    assert (after.hourly_rate, after.version, after.next_version_on) == (Decimal(95), 2, None)
    assert after.versions.get(number=2).applied_at == MIDNIGHT
    holds(contract)


@pytest.mark.parametrize(
    ("zone", "before", "midnight"),
    [
        ("Asia/Tokyo", "2026-06-30T14:59:59+00:00", "2026-06-30T15:00:00+00:00"),
        ("Pacific/Kiritimati", "2026-06-30T09:59:59+00:00", "2026-06-30T10:00:00+00:00"),
        ("America/New_York", "2026-07-01T03:59:59+00:00", "2026-07-01T04:00:00+00:00"),
    ],
)
def test_midnight_is_the_clients_own(zone: str, before: str, midnight: str) -> None:
    contract = agreed(ClientFactory(time_zone=zone))
    plan(contract, hourly_rate=Decimal(95))
    assert versions.sweep(at(before)) == 0
    assert versions.sweep(at(midnight)) == 1
    assert stored(contract).hourly_rate == Decimal(95)


def test_today_means_now_and_the_past_is_refused(contract: Contract) -> None:
    assert change(contract, [], effective_on=JUNE_1.date(), name="Platinum").version == 2
    with pytest.raises(UnfitDay, match="31 May 2026 has passed"):
        change(contract, [], effective_on=date(2026, 5, 31), name="Bronze")
    holds(contract)


def test_today_is_the_clients_own_day() -> None:
    """At noon in London it is tomorrow on Kiritimati."""
    contract = agreed(ClientFactory(time_zone="Pacific/Kiritimati"))
    assert change(contract, [], effective_on=date(2026, 6, 2), name="Platinum").version == 2
    with pytest.raises(UnfitDay):
        change(contract, [], effective_on=date(2026, 6, 1), name="Bronze")


def test_planning_again_replaces_what_was_planned(contract: Contract) -> None:
    plan(contract, hourly_rate=Decimal(95), name="Platinum")
    coming = plan(contract, day=date(2026, 8, 1), hourly_rate=Decimal(99))
    assert contract.versions.filter(applied_at=None).count() == 1
    assert stored(contract).next_version_on == date(2026, 8, 1)
    assert coming.terms["changes"] == ["hourly_rate"]
    versions.sweep(at("2026-08-01T00:00:00+00:00"))
    assert (stored(contract).hourly_rate, stored(contract).name) == (Decimal(99), "Gold")
    holds(contract)


def test_what_is_planned_can_be_withdrawn_until_it_is_in_force(contract: Contract) -> None:
    coming, grace = plan(contract, hourly_rate=Decimal(95)), UserFactory()
    assert versions.withdraw(contract, coming.pk, by=grace) == JULY_1
    assert stored(contract).next_version_on is None
    assert versions.sweep(MIDNIGHT) == 0
    holds(contract)
    for gone in (coming.pk, plan(contract, hourly_rate=Decimal(96)).pk):
        versions.sweep(MIDNIGHT)
        with pytest.raises(ContractError, match="in force already, or were withdrawn"):
            versions.withdraw(contract, gone, by=grace)


def test_a_change_now_leaves_the_plan_and_the_plan_sets_only_what_it_was_made_for(
    company: Client, contract: Contract
) -> None:
    mail = ServiceFactory(name="Mail")
    plan(contract, hourly_rate=Decimal(95))
    now = change(contract, [mail], name="Platinum", monthly_fee=Decimal(100))
    assert (now.version, now.next_version_on, now.hourly_rate) == (2, JULY_1, Decimal(90))
    holds(contract)
    versions.sweep(MIDNIGHT)
    after = stored(contract)
    assert (after.name, after.monthly_fee, after.hourly_rate, after.version) == (
        "Platinum", Decimal(100), Decimal(95), 3,
    )  # fmt: skip
    assert list(after.services.all()) == [mail]
    second, third = after.versions.filter(number__in=[2, 3]).order_by("number")
    assert [tuple(one) for one in differences(second.terms, third.terms)] == [
        ("Hourly rate", "90 EUR", "95 EUR")
    ]
    holds(contract)


def test_a_plan_that_came_true_before_its_day_is_kept_as_a_version(contract: Contract) -> None:
    plan(contract, note="Agreed in May", hourly_rate=Decimal(95))
    change(contract, [], hourly_rate=Decimal(95))
    versions.sweep(MIDNIGHT)
    assert contract.versions.get(number=3).note == "Agreed in May"
    holds(contract)


def test_terms_that_change_nothing_or_come_after_the_end_are_not_planned(contract: Contract) -> None:
    with pytest.raises(ContractError, match="nothing would change"):
        change(contract, [], effective_on=JULY_1, name="Gold")
    with pytest.raises(UnfitDay, match="ends on 31 Dec 2026"):
        change(contract, [], effective_on=date(2027, 1, 1), name="Platinum")
    assert stored(contract).next_version_on is None


def test_a_contract_can_be_planned_to_go_on_after_its_end(contract: Contract) -> None:
    plan(contract, day=date(2027, 1, 1), ends_on=date(2027, 12, 31), hourly_rate=Decimal(99))
    versions.sweep(at("2027-01-01T00:00:00+00:00"))
    assert (stored(contract).ends_on, stored(contract).hourly_rate) == (date(2027, 12, 31), Decimal(99))


def test_a_plan_over_another_contract_is_refused(company: Client) -> None:
    mail, network = ServiceFactory(), ServiceFactory()
    agreed(company, services=[mail], name="Mail only")
    contract = agreed(company, services=[network])
    with pytest.raises(OverlappingContracts, match="Mail only"):
        plan(contract, [network, mail])
    assert stored(contract).next_version_on is None


def test_a_renewal_takes_what_is_planned_to_hold_at_the_end(contract: Contract) -> None:
    plan(contract, hourly_rate=Decimal(95))
    made = renewals.renew(contract, months=12, number="N-2", by=UserFactory())
    assert (made.hourly_rate, made.starts_on, made.version) == (Decimal(95), date(2027, 1, 1), 1)
    holds(made)


def test_a_new_ticket_finds_what_is_due_and_asks_nothing_when_nothing_is(
    company: Client, contract: Contract, django_assert_num_queries: Any
) -> None:
    quiet = agreed(company, services=[ServiceFactory()], name="Quiet")
    plan(contract, hourly_rate=Decimal(95))
    both = [stored(contract), stored(quiet)]
    with django_assert_num_queries(0):
        assert not versions.due(both, date(2026, 6, 30))
        assert versions.due(both, JULY_1)
        assert not versions.due([both[1]], JULY_1)
    with django_assert_num_queries(1):
        assert not versions.apply_due_for(company, at("2026-06-30T23:59:00+00:00"))
    assert versions.apply(both[0], at("2026-07-01T00:00:10+00:00"))
    assert not versions.apply(both[0], at("2026-07-01T00:00:11+00:00")), "the second one has nothing to do"
    assert stored(contract).hourly_rate == Decimal(95)
    plan(contract, day=date(2026, 8, 1), name="Platinum")
    assert versions.apply_due_for(company, at("2026-08-01T00:00:00+00:00"))


def test_the_sweep_costs_one_statement_when_nothing_is_due(
    company: Client, contract: Contract, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        make_contract(ClientFactory())
    plan(contract, day=date(2026, 6, 2), hourly_rate=Decimal(95))
    with django_assert_num_queries(1):
        assert versions.sweep(at("2026-06-01T23:59:00+00:00")) == 0


def test_the_job_of_each_minute_applies_what_is_due(contract: Contract, settings: Any) -> None:
    plan(contract, hourly_rate=Decimal(95))
    with time_machine.travel(MIDNIGHT, tick=False):
        tasks.apply_planned_terms()
    assert stored(contract).version == 2
    row = settings.CELERY_BEAT_SCHEDULE["apply-planned-terms"]
    assert (row["task"], row["schedule"]) == (tasks.apply_planned_terms.name, 60.0)


def test_a_page_made_before_a_plan_is_refused(contract: Contract) -> None:
    seen = versions.mark(contract)
    plan(contract, hourly_rate=Decimal(95))
    with pytest.raises(versions.TermsMoved):
        change(contract, [], effective_on=JULY_1, hourly_rate=Decimal(99), seen=seen)


def test_a_ticket_ten_seconds_after_midnight_has_the_new_terms_and_the_one_before_keeps_its_own() -> None:
    company = ClientFactory(time_zone="UTC")
    contract, swift = contract_for(company), contract_for(ClientFactory()).policy
    plan(contract, policy=swift)
    with time_machine.travel(at("2026-06-30T23:59:50+00:00"), tick=False):
        before = opened_by_door(client=company)
    with time_machine.travel(at("2026-07-01T00:00:10+00:00"), tick=False):
        after = opened_by_door(client=company)
    assert [one.coverage.details["version"] for one in (before, after)] == [1, 2]
    used = [set(one.clocks.values_list("policy_version__policy__name", flat=True)) for one in (before, after)]
    assert used == [{contract.policy.name}, {swift.name}]
