"""Each change of terms is a version: who, why, since when, and what it was before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from contracts.errors import ContractError, OverlappingContracts
from contracts.models import AtZero, Contract, ContractVersion, Coverage
from contracts.terms import versions
from contracts.terms.agreements import change
from contracts.terms.text import differences
from servicedesk.people.models import Client, User
from sla.models import Policy
from tests.contracts.agreed import agreed, holds
from tests.contracts.conftest import covered_ticket, make_contract
from tests.factories import ClientFactory, ServiceFactory, UserFactory, published_calendar, published_policy

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
def grace() -> User:
    person: User = UserFactory(full_name="Grace Holm")
    return person


def changes(contract: Contract) -> list[tuple[str, ...]]:
    """What the newest version changed, in words."""
    new, old = contract.versions.exclude(applied_at=None).order_by("-number")[:2]
    return [tuple(one) for one in differences(old.terms, new.terms)]


def test_a_new_contract_has_version_one_with_its_terms(company: Client, grace: User) -> None:
    service = ServiceFactory(name="Mail")
    contract = agreed(company, services=[service], by=grace, note="Signed in May", channels=["mail"])
    first = contract.versions.get()
    assert (first.number, first.starts_on, first.made_by, first.note) == (
        1, date(2026, 1, 1), grace, "Signed in May",
    )  # fmt: skip
    assert first.applied_at == JUNE_1
    assert (first.terms["hourly_rate"], first.terms["services"], first.terms["channels"]) == (
        "90.00", [service.pk], ["mail"],
    )  # fmt: skip
    holds(contract)


def test_a_change_writes_the_next_version_with_who_and_why(company: Client, grace: User) -> None:
    contract = agreed(company)
    now = change(contract, [], by=grace, note="Raised", hourly_rate=Decimal(95), at_zero=AtZero.REFUSE)
    assert (now.version, now.hourly_rate, now.at_zero) == (2, Decimal(95), "refuse")
    newest = contract.versions.order_by("-number")[0]
    assert (newest.number, newest.starts_on, newest.made_by, newest.note) == (
        2, date(2026, 6, 1), grace, "Raised",
    )  # fmt: skip
    assert changes(contract) == [
        ("When no hours are left", "Continue with a warning", "Reject the time entry"),
        ("Hourly rate", "90 EUR", "95 EUR"),
    ]
    holds(contract)


def test_saving_the_same_terms_writes_no_version(company: Client) -> None:
    service = ServiceFactory()
    contract = agreed(company, services=[service], channels=["portal", "mail"])
    same: dict[str, Any] = {"hourly_rate": Decimal("90.0"), "channels": ["mail", "portal"], "name": "Gold"}
    assert change(contract, [service], **same).version == 1
    assert contract.versions.count() == 1


def test_closing_the_books_is_no_version_and_holds_at_once(company: Client) -> None:
    contract = agreed(company)
    change(contract, [], closed_until=date(2026, 5, 31))
    stored = Contract.objects.get(pk=contract.pk)
    assert (stored.closed_until, stored.version) == (date(2026, 5, 31), 1)


def test_a_contract_from_before_gets_its_former_terms_as_version_one(company: Client, grace: User) -> None:
    old = make_contract(company, name="Silver")
    change(old, [], by=grace, name="Gold")
    first, second = old.versions.order_by("number")
    assert (first.number, first.terms["name"], first.starts_on, first.made_by) == (
        1, "Silver", date(2026, 1, 1), None,
    )  # fmt: skip
    assert (second.number, second.terms["name"], second.made_by) == (2, "Gold", grace)
    holds(old)


def test_a_change_before_the_contract_begins_holds_from_its_first_day(company: Client) -> None:
    contract = agreed(company, starts_on=date(2026, 9, 1))
    change(contract, [], hourly_rate=Decimal(95))
    assert contract.versions.get(number=2).starts_on == date(2026, 9, 1)


def test_what_is_left_out_stays(company: Client) -> None:
    service = ServiceFactory()
    contract = agreed(company, services=[service], work_kinds=["remote"], monthly_fee=Decimal(100))
    now = change(contract, [service], name="Platinum")
    assert (now.work_kinds, now.monthly_fee, list(now.services.all())) == (
        ["remote"],
        Decimal(100),
        [service],
    )


def test_a_change_takes_nothing_from_the_ledgers_columns(company: Client) -> None:
    """Somebody who read the contract long ago does not write back what they read."""
    contract = agreed(company)
    Contract.objects.filter(pk=contract.pk).update(next_expiry_on=date(2026, 7, 1))
    change(contract, [], name="Platinum")
    assert Contract.objects.get(pk=contract.pk).next_expiry_on == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"channels": ["portal", "fax"]}, "“fax” is no channel"),
        ({"work_kinds": ["sleep"]}, "“sleep” is no kind of work"),
        ({"ends_on": date(2025, 12, 31)}, "cannot end before it starts"),
        ({"number": "TAKEN"}, "The number TAKEN is taken"),
    ],
)
def test_what_cannot_be_agreed_is_refused_and_nothing_changes(
    company: Client, fields: dict[str, Any], words: str
) -> None:
    make_contract(ClientFactory(), number="TAKEN")
    contract = agreed(company)
    with pytest.raises(ContractError, match=words):
        change(contract, [], **fields)
    with pytest.raises(ContractError, match=words):
        agreed(company, **({"name": "Second", "services": [ServiceFactory()]} | fields))
    assert contract.versions.count() == 1
    holds(contract)


def test_an_overlap_is_refused_and_leaves_no_version(company: Client) -> None:
    mail, network = ServiceFactory(), ServiceFactory()
    agreed(company, services=[mail], name="Mail only")
    contract = agreed(company, services=[network])
    with pytest.raises(OverlappingContracts, match="Mail only"):
        change(contract, [mail, network])
    assert contract.versions.count() == 1
    assert list(contract.services.all()) == [network]


def test_tickets_keep_the_contract_they_were_opened_under(company: Client) -> None:
    contract = agreed(company)
    ticket = covered_ticket(contract)
    before = Coverage.objects.values().get(ticket=ticket)
    change(contract, [ServiceFactory()], policy=published_policy("Other"))
    assert Coverage.objects.values().get(ticket=ticket) == before


def test_history_names_what_was_renamed_or_deleted_since(company: Client) -> None:
    mail = ServiceFactory(name="Mail", translations={"ru": "Почта"})
    swift, calm = published_policy("Swift"), published_policy("Calm")
    contract = agreed(company, services=[mail], policy=calm)
    change(contract, [ServiceFactory(name="Network")], policy=swift)
    Policy.objects.filter(pk=swift.pk).update(name="Renamed")
    calm.versions.all().delete()
    calm.delete()
    mail.delete()
    assert ("SLA policy", "Calm", "Swift") in changes(contract)
    assert ("Services", "Mail", "Network") in changes(contract)
    with override("ru"):
        assert "Почта" in [before for _label, before, _after in changes(contract)]


def test_differences_are_told_in_words(company: Client, grace: User) -> None:
    contract = agreed(company, rollover_hours=Decimal("2.5"))
    calendar = published_calendar("Round the clock")
    change(
        contract,
        [],
        ends_on=None,
        calendar=calendar,
        account_manager=grace,
        channels=["phone", "portal"],
        work_kinds=["on_site"],
        minimum_slot=30,
        rollover_hours=None,
        rollover_days=1,
        monthly_fee=Decimal("1200.50"),
        hourly_rate=None,
        currency="USD",
        alert_percents=[90, 50],
    )
    office = contract.calendar.name
    assert changes(contract) == [
        ("Valid to", "31 Dec 2026", "no end"),
        ("Intake hours", office, "Round the clock"),
        ("Account manager", "as for the client", "Grace Holm"),
        ("Channels", "all channels", "Portal, Phone"),
        ("Kinds of work", "all kinds of work", "On site"),
        ("Minimum slot", "15 minutes", "30 minutes"),
        ("Hours that roll over", "2.5 h", "none"),
        ("Days they stay usable", "90 days", "1 day"),
        ("Monthly fee", "–", "1,200.50 USD"),
        ("Hourly rate", "90 EUR", "–"),
        ("Currency", "EUR", "USD"),
        ("Alerts", "80 %, 95 %", "50 %, 90 %"),
    ]


def test_words_ask_the_database_nothing(company: Client, django_assert_num_queries: Any) -> None:
    contract = agreed(company, services=[ServiceFactory()])
    change(contract, [ServiceFactory(), ServiceFactory()], policy=published_policy("Swift"))
    new, old = contract.versions.order_by("-number")
    with django_assert_num_queries(0):
        assert len(differences(old.terms, new.terms)) == 2


def test_a_term_that_one_version_does_not_know_is_no_difference(company: Client) -> None:
    contract = agreed(company)
    known = contract.versions.get().terms
    assert differences({"name": "Gold", "names": {}}, known) == []


def test_versions_have_one_writer_and_stay_in_order(company: Client) -> None:
    contract = agreed(company)
    for rate in (91, 92, 93):
        change(contract, [], hourly_rate=Decimal(rate))
    numbers = ContractVersion.objects.filter(contract=contract).values_list("number", flat=True)
    assert list(numbers) == [4, 3, 2, 1]
    holds(contract)


def test_a_page_made_before_somebody_elses_change_is_refused(company: Client) -> None:
    contract = agreed(company)
    seen = versions.mark(contract)
    change(contract, [], name="Platinum", seen=seen)
    with pytest.raises(versions.TermsMoved):
        change(contract, [], name="Bronze", seen=seen)
    assert Contract.objects.get(pk=contract.pk).name == "Platinum"
