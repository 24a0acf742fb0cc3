from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from contracts.errors import ContractError, OverlappingContracts
from contracts.hours import prepaid
from contracts.models import AtZero, Contract, TimeEntry
from contracts.terms.agreements import agree
from contracts.time import ticket_hours
from contracts.time.entries import Spent, log_time
from servicedesk.people.models import Client
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, ServiceFactory, TicketFactory, UserFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Client:
    client: Client = ClientFactory()
    return client


def terms(company: Client, **fields: Any) -> dict[str, Any]:
    """What `agree` needs, taken from an archived contract that overlaps with nothing."""
    model = make_contract(company, is_archived=True)
    values = {"number": f"N-{model.pk}", "name": "New", "policy": model.policy, "calendar": model.calendar}
    return values | {"starts_on": date(2026, 6, 1), "ends_on": date(2026, 12, 31)} | fields


def test_who_sees_a_contract(company: Client) -> None:
    theirs = make_contract(company)
    other = make_contract(ClientFactory())
    company.account_manager = UserFactory(is_account_manager=True)
    company.save()
    stand_in = UserFactory(is_account_manager=True)
    Contract.objects.filter(pk=other.pk).update(account_manager=stand_in)

    def seen(user: Any) -> set[Contract]:
        return set(Contract.objects.visible_to(user))

    assert seen(agent_of()) == seen(UserFactory(is_superuser=True)) == {theirs, other}
    assert seen(company.account_manager) == {theirs}
    assert seen(stand_in) == {other}
    assert seen(contact_of(company, is_manager=True)) == {theirs}
    assert seen(contact_of(company)) == set()
    assert seen(agent_of(is_active=False)) == set()
    assert seen(AnonymousUser()) == set()


def test_the_account_manager_of_the_client_stands_in(company: Client) -> None:
    company.account_manager = UserFactory()
    contract = make_contract(company)
    assert contract.responsible_manager == company.account_manager
    contract.account_manager = UserFactory()
    assert contract.responsible_manager == contract.account_manager


def test_a_contract_does_not_end_before_it_starts(company: Client) -> None:
    with pytest.raises(ContractError, match="before it starts"):
        agree(company, **terms(company, ends_on=date(2026, 5, 31)))
    assert agree(company, **terms(company, ends_on=date(2026, 6, 1))).pk
    with pytest.raises(IntegrityError):
        make_contract(company, ends_on=date(2025, 12, 31))


@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [(date(2026, 12, 31), None), (date(2025, 7, 1), date(2026, 1, 1))]
)
def test_a_second_contract_for_the_same_time_is_refused(
    company: Client, starts_on: date, ends_on: date | None
) -> None:
    make_contract(company)
    with pytest.raises(OverlappingContracts, match="Gold 2026 covers the same"):
        agree(company, **terms(company, starts_on=starts_on, ends_on=ends_on))


@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [(date(2027, 1, 1), None), (date(2025, 7, 1), date(2025, 12, 31))]
)
def test_contracts_may_follow_each_other(company: Client, starts_on: date, ends_on: date | None) -> None:
    make_contract(company)
    assert agree(company, **terms(company, starts_on=starts_on, ends_on=ends_on)).pk


def test_only_a_shared_service_makes_an_overlap(company: Client) -> None:
    mail, network = ServiceFactory(), ServiceFactory()
    make_contract(company, services=[mail], ends_on=None)
    make_contract(ClientFactory(), services=[network])
    agree(company, services=[network], **terms(company))
    agree(company, **terms(company))  # for everything else
    with pytest.raises(OverlappingContracts, match="without an end"):
        agree(company, services=[mail, ServiceFactory()], **terms(company))


def test_a_form_refuses_an_overlap_with_the_same_sentence(company: Client) -> None:
    make_contract(company)
    later = make_contract(company, starts_on=date(2027, 1, 1), ends_on=None)
    later.full_clean()
    later.starts_on = date(2026, 12, 1)
    with pytest.raises(ValidationError, match="Gold 2026 covers the same"):
        later.full_clean()


def test_the_summary_of_a_ticket_takes_three_statements(
    company: Client, django_assert_num_queries: Any
) -> None:
    contract = make_contract(company)
    prepaid.purchase(contract, Decimal(4), by=None, note="Invoice 1")
    ticket = covered_ticket(contract)
    for minutes in (20, 70):
        log_time(ticket, by=agent_of(), minutes=minutes, work_kind="remote")
    with django_assert_num_queries(3):
        found = ticket_hours.of_ticket(ticket)
    assert (found.contract, found.totals.bought, found.totals.used, found.totals.left) == (
        contract, Decimal(4), Decimal("1.75"), Decimal("2.25"),
    )  # fmt: skip
    assert (found.spent, found.totals.percent_used, found.is_used_up) == (
        Spent(90, Decimal("1.75")),
        44,
        False,
    )


@pytest.mark.parametrize(
    ("rule", "told"), [(AtZero.WARN, True), (AtZero.REFUSE, True), (AtZero.ALLOW, False)]
)
def test_used_up_hours_are_told_unless_the_contract_just_goes_on(
    company: Client, rule: AtZero, told: bool
) -> None:
    contract = make_contract(company, at_zero=rule)
    assert ticket_hours.of_ticket(covered_ticket(contract)).is_used_up is told


def test_the_summary_of_an_uncovered_ticket_is_empty() -> None:
    found = ticket_hours.of_ticket(TicketFactory())
    assert found.contract is None
    assert (found.totals.left, found.totals.percent_used, found.is_used_up) == (Decimal(0), 0, False)


def test_time_is_seen_by_those_who_see_the_ticket(company: Client) -> None:
    ticket = covered_ticket(make_contract(company))
    entry = log_time(ticket, by=agent_of(), minutes=20, work_kind="remote")
    assert TimeEntry.objects.visible_to(contact_of(company, is_manager=True)).get() == entry
    assert not TimeEntry.objects.visible_to(contact_of(company)).exists()
