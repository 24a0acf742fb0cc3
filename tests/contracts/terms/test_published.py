"""What a contract names is published, whichever way the contract comes about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.errors import ContractError
from contracts.models import Contract
from contracts.terms import versions
from contracts.terms.agreements import agree, change
from contracts.terms.forms import ContractForm, TermsForm
from contracts.terms.renewals import renewal as renewals
from servicedesk.people.models import Client, User
from sla.models import Calendar, CalendarDraft, Policy, PolicyDraft
from sla.versions import publishing
from tests.contracts.agreed import JULY_1, MIDNIGHT, agreed, plan, stored
from tests.factories import ClientFactory, UserFactory, published_calendar, published_policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_spring")]


@pytest.fixture
def _spring(time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 5, 4, 10, tzinfo=UTC))


@pytest.fixture
def company() -> Client:
    client: Client = ClientFactory()
    return client


def drafted_policy() -> Policy:
    policy = Policy.objects.create(name="Drafted")
    PolicyDraft.objects.create(policy=policy)
    return policy


def drafted_calendar() -> Calendar:
    calendar = Calendar.objects.create(name="Drafted")
    CalendarDraft.objects.create(calendar=calendar)
    return calendar


def archived(row: Any) -> Any:
    row.is_archived = True
    row.save()
    return row


UNPUBLISHED = r"only a draft|in the archive"
UNFIT = {
    "drafted policy": lambda: {"policy": drafted_policy()},
    "archived policy": lambda: {"policy": archived(published_policy("Old"))},
    "drafted calendar": lambda: {"calendar": drafted_calendar()},
    "archived calendar": lambda: {"calendar": archived(published_calendar("Old"))},
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT.keys())
def test_no_contract_is_agreed_changed_or_planned_with_it(company: Client, unfit: Any) -> None:
    named = unfit()
    with pytest.raises(ContractError, match=UNPUBLISHED):
        agreed(ClientFactory(), **named)
    contract = agreed(company)
    with pytest.raises(ContractError, match=UNPUBLISHED):
        change(contract, [], **named)
    with pytest.raises(ContractError, match=UNPUBLISHED):
        change(contract, [], effective_on=JULY_1, **named)
    assert stored(contract).version == 1
    assert versions.planned(stored(contract)) is None


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT.keys())
def test_forms_do_not_offer_it_and_refuse_it(company: Client, unfit: Any) -> None:
    named = unfit()
    [(name, row)] = named.items()
    contract = agreed(company)
    forms: list[ContractForm] = [
        ContractForm({name: row.pk}, client=company),
        TermsForm({name: row.pk}, contract=contract),
    ]
    for form in forms:
        assert row not in form.fields[name].queryset  # type: ignore[attr-defined]
        assert "not published yet" in str(form.errors[name])


def test_a_form_keeps_offering_what_was_archived_after_it_was_agreed(company: Client) -> None:
    contract = agreed(company)
    archived(contract.policy)
    form = TermsForm(contract=contract)
    assert contract.policy in form.fields["policy"].queryset  # type: ignore[attr-defined]
    change(contract, [], name="Platinum")
    assert stored(contract).name == "Platinum"


def test_a_renewal_does_not_carry_on_what_is_in_the_archive(company: Client) -> None:
    contract = agreed(company)
    archived(contract.policy)
    person: User = UserFactory(is_account_manager=True)
    with pytest.raises(ContractError, match="in the archive"):
        renewals.renew(contract, months=12, number="N-2", by=person)
    assert Contract.objects.count() == 1


def test_planned_terms_wait_while_their_policy_is_in_the_archive(company: Client) -> None:
    contract, swift = agreed(company), published_policy("Swift")
    coming = plan(contract, policy=swift)
    archived(swift)
    assert versions.sweep(MIDNIGHT) == 0
    assert "“Swift” is in the archive" in versions.obstacle(stored(contract), coming)
    Policy.objects.filter(pk=swift.pk).update(is_archived=False)
    assert versions.sweep(MIDNIGHT) == 1
    assert stored(contract).policy == swift


def test_other_planned_terms_hold_although_the_policy_was_archived_meanwhile(company: Client) -> None:
    contract = agreed(company)
    plan(contract, name="Platinum")
    archived(contract.policy)
    assert versions.sweep(MIDNIGHT) == 1
    assert stored(contract).name == "Platinum"


def test_a_policy_that_is_valid_later_serves_from_that_day_on(company: Client) -> None:
    later = Policy.objects.create(name="Summer")
    publishing.publish_policy(later, [], MIDNIGHT)
    with pytest.raises(ContractError, match="valid from 1 Jul 2026 on only"):
        agreed(ClientFactory(), policy=later)
    contract = agreed(company)
    with pytest.raises(ContractError, match="on only"):
        change(contract, [], policy=later, effective_on=date(2026, 6, 30))
    assert plan(contract, policy=later).starts_on == JULY_1


def test_planned_terms_leave_out_a_manager_who_has_left(company: Client) -> None:
    manager: User = UserFactory(is_account_manager=True)
    contract = agreed(company)
    plan(contract, account_manager=manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert versions.sweep(MIDNIGHT) == 1
    assert stored(contract).account_manager is None


def test_nothing_is_agreed_with_a_former_client(company: Client) -> None:
    company.is_active = False
    with pytest.raises(ContractError, match="not an active client any more"):
        agree(company)
