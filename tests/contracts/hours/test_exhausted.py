"""What happens at zero: the request type's rule, else the contract's; what is set aside stays its own."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from contracts.errors import ClientNotAsked, NoHoursLeft
from contracts.hours import estimates, exhausted, expiry, prepaid, reservations
from contracts.ledger_check.differences import differences
from contracts.models import AtZero, Contract, LedgerEntry, TimeEntry
from contracts.time import ticket_hours
from contracts.time.entries import correct_time, log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import at, covered_ticket, make_contract
from tests.contracts.work import worked
from tests.factories import ClientFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db
Kind = LedgerEntry.Kind


def contract_with(bought: int, rule: AtZero = AtZero.REFUSE) -> Contract:
    contract = make_contract(ClientFactory(), at_zero=rule)
    prepaid.purchase(contract, Decimal(bought), by=None, note="Invoice 1")
    return contract


def ticket_of(contract: Contract, rule: str) -> Ticket:
    snapshot = {"at_zero": rule, "name": "New laptop", "translations": {"ru": "Новый ноутбук"}}
    return covered_ticket(contract, catalog_snapshot=snapshot)


def work(ticket: Ticket, minutes: int) -> TimeEntry:
    return log_time(ticket, by=agent_of(), minutes=minutes, work_kind="remote")


def left_and_aside(contract: Contract, ticket: Ticket) -> tuple[float, float]:
    return float(prepaid.balance(contract)), float(reservations.aside(contract, ticket))


@pytest.mark.parametrize("own", [None, "", "sometimes", 3, ["allow"]])
@pytest.mark.parametrize("agreed", AtZero)
def test_without_a_rule_of_its_own_a_request_follows_the_contract(own: object, agreed: AtZero) -> None:
    contract = make_contract(ClientFactory(), at_zero=agreed)
    assert exhausted.rule_of(covered_ticket(contract, catalog_snapshot={"at_zero": own}), contract) == agreed
    assert exhausted.rule_of(covered_ticket(contract), contract) == agreed


@pytest.mark.parametrize("own", AtZero)
def test_the_rule_of_the_request_type_holds_and_stands_on_the_ledger(own: AtZero) -> None:
    contract = contract_with(1, AtZero.WARN)
    ticket = ticket_of(contract, own)
    assert exhausted.rule_of(ticket, contract) == own
    entry = work(ticket, 60)
    assert entry.ledger_entries.get().at_zero == own
    assert contract.ledger.get(kind=Kind.PURCHASE).at_zero == AtZero.WARN


def test_a_stricter_type_refuses_with_its_name_where_the_contract_goes_on() -> None:
    contract = contract_with(1, AtZero.ALLOW)
    ticket = ticket_of(contract, AtZero.REFUSE)
    with pytest.raises(NoHoursLeft, match=r"^“New laptop” needs prepaid hours: Gold 2026 has 1 h"):
        work(ticket, 90)
    with translation.override("ru"), pytest.raises(NoHoursLeft, match="Новый ноутбук"):
        work(ticket, 90)
    assert not TimeEntry.objects.exists()


def test_a_type_that_asks_says_so_where_the_contract_only_warns() -> None:
    contract = contract_with(1, AtZero.WARN)
    with pytest.raises(ClientNotAsked, match=r"^For “New laptop” the client must approve"):
        work(ticket_of(contract, AtZero.ASK), 90)
    with pytest.raises(NoHoursLeft, match=r"^Gold 2026 has 1 h left"):
        work(covered_ticket(contract_with(1)), 90)


@pytest.mark.parametrize("own", [AtZero.ALLOW, AtZero.WARN])
def test_a_milder_type_goes_on_where_the_contract_refuses(own: AtZero) -> None:
    contract = contract_with(1)
    work(ticket_of(contract, own), 90)
    assert prepaid.balance(contract) == Decimal("-0.5")
    with pytest.raises(NoHoursLeft):
        work(covered_ticket(contract), 15)
    assert list(differences()) == []


def test_hours_are_set_aside_by_the_rule_of_the_type() -> None:
    contract = contract_with(1)
    reservations.reserve(contract, Decimal(3), ticket=ticket_of(contract, AtZero.ASK), by=None)
    assert prepaid.balance(contract) == -2
    with pytest.raises(NoHoursLeft):
        reservations.reserve(contract, Decimal(1), ticket=covered_ticket(contract), by=None)


def test_corrections_follow_the_contract() -> None:
    contract = contract_with(1)
    work(ticket_of(contract, AtZero.ALLOW), 60)
    with pytest.raises(NoHoursLeft):
        prepaid.correct(contract, Decimal(-1), by=None, note="Counted again")


def test_what_is_set_aside_is_not_lost_to_a_request_that_may_overdraw() -> None:
    contract = contract_with(5)
    mine, other = covered_ticket(contract), ticket_of(contract, AtZero.ALLOW)
    reservations.reserve(contract, Decimal(4), ticket=mine, by=None)
    work(other, 240)
    assert left_and_aside(contract, mine) == (-3, 4)
    work(mine, 90)
    assert left_and_aside(contract, mine) == (-3, 2.5)
    with pytest.raises(NoHoursLeft, match=r"has 2.5 h left, and this takes 2.75 h"):
        work(mine, 165)
    work(mine, 150)
    assert left_and_aside(contract, mine) == (-3, 0)
    with pytest.raises(NoHoursLeft):
        work(mine, 15)
    assert list(differences()) == []


def test_within_what_is_set_aside_nobody_asks_the_client_again() -> None:
    contract = contract_with(2)
    mine, other = ticket_of(contract, AtZero.ASK), ticket_of(contract, AtZero.ALLOW)
    reservations.reserve(contract, Decimal(2), ticket=mine, by=None)
    work(other, 60)
    work(mine, 60)
    with pytest.raises(ClientNotAsked, match="1 h left"):
        work(mine, 75)
    assert left_and_aside(contract, mine) == (-1, 1)


def test_a_smaller_reservation_is_never_refused() -> None:
    contract = contract_with(4)
    mine = covered_ticket(contract)
    reservations.reserve(contract, Decimal(4), ticket=mine, by=None)
    work(ticket_of(contract, AtZero.ALLOW), 60)
    with pytest.raises(NoHoursLeft, match=r"has 4 h left, and this takes 5 h"):
        reservations.reserve(contract, Decimal(5), ticket=mine, by=None)
    reservations.reserve(contract, Decimal(3), ticket=mine, by=None)
    assert left_and_aside(contract, mine) == (0, 3)


@pytest.fixture
def people() -> tuple[Contract, Ticket, User, User]:
    contract = contract_with(5)
    ticket = covered_ticket(contract, requester=contact_of(contract.client))
    return contract, ticket, agent_of(ticket.group), contact_of(contract.client, is_manager=True)


def approved(ticket: Ticket, size: str, agent: User, manager: User) -> None:
    made = estimates.offer(ticket, Decimal(size), by=agent)
    estimates.decide(made, by=manager, is_approved=True)


def test_time_taken_back_is_set_aside_again(people: tuple[Contract, Ticket, User, User]) -> None:
    contract, ticket, agent, manager = people
    approved(ticket, "4", agent, manager)
    entry = log_time(ticket, by=agent, minutes=120, work_kind="remote")
    work(ticket_of(contract, AtZero.ALLOW), 180)
    correct_time(entry, by=agent, reason="Wrong day")
    assert left_and_aside(contract, ticket) == (-2, 4)
    assert list(differences()) == []


def test_an_estimate_below_the_work_done_sets_nothing_aside(
    people: tuple[Contract, Ticket, User, User],
) -> None:
    contract, ticket, agent, manager = people
    approved(ticket, "4", agent, manager)
    log_time(ticket, by=agent, minutes=120, work_kind="remote")
    approved(ticket, "1.5", agent, manager)
    assert left_and_aside(contract, ticket) == (3, 0)


@pytest.mark.parametrize(
    ("rule", "told"), [(AtZero.WARN, True), (AtZero.ASK, True), (AtZero.ALLOW, False), ("", True)]
)
def test_below_zero_one_is_warned_by_the_rule_of_the_type(rule: str, told: bool) -> None:
    contract = contract_with(1, AtZero.WARN)
    ticket = ticket_of(contract, AtZero.ALLOW)
    work(ticket, 150)
    entry = TimeEntry.objects.get()
    ticket.catalog_snapshot["at_zero"] = rule
    ticket.save(update_fields=["catalog_snapshot"])
    entry.refresh_from_db()
    sentence = "The hours of Gold 2026 are used up: −1.5 h." if told else ""
    assert ticket_hours.warning(entry) == sentence
    assert ticket_hours.of_ticket(ticket).is_used_up is told


def test_nobody_is_warned_before_zero_or_when_nothing_was_taken() -> None:
    contract = contract_with(1, AtZero.WARN)
    ticket = covered_ticket(contract)
    assert ticket_hours.warning(work(ticket, 60)) == ""
    on_top = log_time(ticket, by=agent_of(), minutes=60, work_kind="remote", is_billable=True)
    assert ticket_hours.warning(on_top) == ""


def test_hours_set_aside_outlive_their_last_day() -> None:
    march, april = at("2026-03-02T10:00:00+00:00"), at("2026-04-01T10:00:00+00:00")
    contract = make_contract(ClientFactory(time_zone="UTC"), at_zero=AtZero.REFUSE)
    prepaid.purchase(
        contract, Decimal(5), by=None, note="Pack", at=march, expires_on=at("2026-03-31T00:00").date()
    )
    ticket = covered_ticket(contract)
    reservations.reserve(contract, Decimal(5), ticket=ticket, by=None, at=march)
    worked(contract, 120, april, ticket)
    expiry.sweep(at("2026-04-02T10:00:00+00:00"))
    assert left_and_aside(contract, ticket) == (0, 3)
    assert list(differences()) == []
