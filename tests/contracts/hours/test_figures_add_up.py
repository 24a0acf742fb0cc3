"""Every page tells the same of a contract's hours, and its figures add up: recounted by plain SQL."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from catalog.models import Service
from contracts.clients import health
from contracts.coverage import decision as coverage
from contracts.hours import account, alerts, burndown, expiry, prepaid, reservations, usage
from contracts.hours.statement.statement import statement, sum_words
from contracts.ledger_check.differences import differences
from contracts.models import AtZero, Contract, HoursAlert, LedgerEntry, RateClass, Rounding
from contracts.time.entries import correct_time, log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import covered_ticket, make_contract, signed_in
from tests.factories import ClientFactory, ServiceFactory, UserFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db
START = datetime(2026, 2, 2, 10, tzinfo=UTC)
END = datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.fixture
def contract() -> Iterator[Contract]:
    """Hours that were bought, corrected, expired, carried over, reserved, used at rates, taken back,
    recalculated; work on top of the contract and on a ticket that was merged."""
    client = ClientFactory(account_manager=UserFactory(is_account_manager=True), time_zone="Europe/Madrid")
    contract = make_contract(
        client, rounding=Rounding.DAY, rollover_hours=Decimal(2), rollover_days=60, at_zero=AtZero.ALLOW
    )
    RateClass.objects.create(
        contract=contract, name="Travel", when="work_kind", work_kind="travel", factor=Decimal("1.5")
    )
    with time_machine.travel(START, tick=False) as clock:
        prepaid.purchase(contract, Decimal(20), by=None, note="Invoice 1")
        prepaid.purchase(contract, Decimal(6), by=None, note="Pack", expires_on=date(2026, 3, 31))
        people = [agent_of(full_name=name) for name in ("Marta Vidal", "Oleg Orlov")]
        tickets = [covered_ticket(contract, service=ServiceFactory()) for _number in range(3)]
        entries = []
        for week in range(12):
            clock.move_to(START + timedelta(weeks=week))
            expiry.sweep(START + timedelta(weeks=week))
            for number, kind in enumerate(("remote", "remote", "travel")):
                entries.append(
                    log_time(tickets[week % 3], by=people[number % 2], minutes=5 + week, work_kind=kind)
                )
            log_time(tickets[0], by=people[0], minutes=50, work_kind="remote", is_billable=True)
            if week == 2:
                reservations.reserve(contract, Decimal(3), ticket=tickets[1], by=None)
        for entry in (entries[3], entries[12], entries[20]):
            correct_time(entry, by=entry.person, reason="Wrong ticket")
        prepaid.correct(contract, Decimal("-1.25"), by=None, note="Counted again")
        Ticket.objects.filter(pk=tickets[2].pk).update(merged_into=tickets[0])
        clock.move_to(END)
        yield contract


def counted(contract: Contract) -> dict[str, Decimal]:
    """The ledger by plain SQL, with nothing of ours in between."""
    query = """
        SELECT
            SUM(CASE WHEN e.kind IN ('purchase', 'correction') THEN e.hours ELSE 0 END),
            SUM(CASE WHEN e.kind = 'rollover' THEN e.hours ELSE 0 END),
            -SUM(CASE WHEN e.kind = 'consumption' OR r.kind = 'consumption' THEN e.hours ELSE 0 END),
            -SUM(CASE WHEN e.kind = 'reserve' OR r.kind = 'reserve' THEN e.hours ELSE 0 END),
            -SUM(CASE WHEN e.kind = 'expiry' THEN e.hours ELSE 0 END),
            SUM(e.hours)
        FROM contracts_ledgerentry e LEFT JOIN contracts_ledgerentry r ON r.id = e.reverses_id
        WHERE e.contract_id = %s
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [contract.pk])
        row = cursor.fetchone()
    names = ("bought", "carried_over", "used", "reserved", "expired", "left")
    return {
        name: Decimal(str(value)).quantize(Decimal("0.01")) for name, value in zip(names, row, strict=True)
    }


def test_the_totals_are_those_of_the_ledger_and_add_up(contract: Contract) -> None:
    sums, found = prepaid.totals(contract), counted(contract)
    assert {name: getattr(sums, name) for name in found} == found
    assert all(found[name] > 0 for name in found), "the world has some of everything"
    assert sums.bought + sums.carried_over - sums.used - sums.reserved - sums.expired == sums.left
    assert (sums.corrected, sums.total) == (Decimal("-1.25"), sums.used + sums.reserved + sums.left)
    assert list(differences()) == []


def test_by_service_and_by_person_add_up_to_what_is_used(contract: Contract) -> None:
    for by in usage.GROUPINGS:
        assert sum(one.hours for one in usage.grouped(contract, by)) == counted(contract)["used"]
    assert len(usage.grouped(contract, "service")) == 2  # the third was merged into the first


def test_services_are_named_in_the_readers_language(contract: Contract) -> None:
    Service.objects.update(translations={"ru": "Печать"})
    with translation.override("ru"):
        assert {one.name for one in usage.grouped(contract, "service")} == {"Печать"}


def test_the_account_ends_at_the_totals(contract: Contract) -> None:
    made, found = account.account(contract, END), counted(contract)
    last = made.levels[-1]
    assert (last.left, last.reserved) == (found["left"], found["reserved"])
    assert sum(level.used for level in made.levels) == found["used"]
    assert sum(level.bought for level in made.levels) == 26 + found["carried_over"]
    assert made.forecast is not None
    assert "reserved" in burndown.in_words(made)


def test_a_statement_adds_up_by_what_the_movements_were(contract: Contract) -> None:
    for first, last in ((date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 3, 1), date(2026, 3, 31))):
        made = statement(contract, first, last)
        (_opening, opening), *middle, (_closing, closing) = sum_words(made)
        assert opening + sum(amount for _label, amount in middle) == closing == made.closing
    whole, found = statement(contract, date(2026, 1, 1), date(2026, 12, 31)).sums, counted(contract)
    assert {name: getattr(whole, name) for name in found if name != "left"} == {
        name: amount for name, amount in found.items() if name != "left"
    }
    within = sum(one.minutes for one in worked_within(contract))
    assert whole.worked == within


def worked_within(contract: Contract) -> Any:
    standing = LedgerEntry.objects.filter(contract=contract, kind="consumption", reversals=None)
    return [one.time_entry for one in standing.select_related("time_entry")]


def test_pages_of_portal_and_desk_tell_the_same_figures(contract: Contract) -> None:
    manager: Any = contract.client.account_manager
    boss = contact_of(contract.client, is_manager=True)
    for person, name in ((manager, "clients:contract"), (boss, "portal:contract")):
        text = text_of(person, reverse(name, args=[contract.pk]))
        for label, key in {"Bought": "bought", "Used": "used", "Reserved": "reserved", "Left": "left",
                           "Expired": "expired", "Carried over": "carried_over"}.items():  # fmt: skip
            shown = f"{counted(contract)[key].normalize():f}"
            assert f'{label}</span><div class="val">{shown} ' in text, (name, label)
    for by in usage.GROUPINGS:
        address = reverse("portal:contract", args=[contract.pk]) + f"?by={by}"
        assert f'<b class="m">{counted(contract)["used"].normalize():f}</b>' in text_of(boss, address)
    reserved = f"{counted(contract)['reserved'].normalize():f} h reserved"
    assert reserved in text_of(boss, reverse("portal:home"))
    assert reserved in text_of(manager, reverse("clients:client", args=[contract.client_id]))
    assert reserved in text_of(manager, reverse("clients:clients"))


def text_of(person: User, address: str) -> str:
    answer = signed_in(person).get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_workbook_has_the_sums(contract: Contract) -> None:
    period = {"first": "2026-01-01", "last": "2026-12-31", "format": "xlsx"}
    manager: Any = contract.client.account_manager
    answer = signed_in(manager).get(reverse("clients:statement", args=[contract.pk]), period)
    sheet = load_workbook(io.BytesIO(answer.content))["Totals"]
    rows: dict[Any, Any] = {row[0]: Decimal(str(row[1])) for row in sheet.values if row[1] is not None}
    found = counted(contract)
    assert (rows["Used"], rows["Reserved"], rows["Closing"]) == (
        -found["used"],
        -found["reserved"],
        found["left"],
    )


def test_nobody_is_told_that_hours_set_aside_are_used() -> None:
    contract = make_contract(ClientFactory(), ends_on=None, at_zero=AtZero.ALLOW)
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice 1")
    reservations.reserve(contract, Decimal(10), ticket=covered_ticket(contract), by=None)
    assert alerts.sweep(END) == 0
    one = health.of_clients([contract.client], END)[0]
    assert [(each.left, each.reserved) for each in one.accounts] == [(Decimal(0), Decimal(10))]
    assert "No prepaid hours are left; 10 h are reserved." in one.worries


def test_the_sweep_of_alerts_asks_the_same_however_many_contracts(django_assert_num_queries: Any) -> None:
    for _number in range(4):
        contract = make_contract(ClientFactory(), ends_on=None)
        prepaid.purchase(contract, Decimal(1), by=None, note="Invoice 1")
        log_time(covered_ticket(contract), by=agent_of(), minutes=55, work_kind="remote")
    assert alerts.sweep(END) == HoursAlert.objects.count() == 4
    with django_assert_num_queries(2):
        assert alerts.sweep(END) == 0


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_days_are_the_clients_own_also_over_summer_time(zone: str) -> None:
    contract = make_contract(ClientFactory(time_zone=zone), at_zero=AtZero.ALLOW)
    now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    moments = [now - timedelta(hours=17 * number, minutes=7 * number) for number in range(500)][::-1]
    for at in moments:
        prepaid.correct(contract, Decimal("0.25"), by=None, note="Counted", at=at)
    levels = account.account(contract, now).levels
    days = sorted({at.astimezone(ZoneInfo(zone)).date() for at in moments})
    since = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=account.DAYS)
    assert [level.day for level in levels] == [day for day in days if day >= since]
    assert levels[-1].left == Decimal(125)
    for level in levels:
        until = [at for at in moments if at.astimezone(ZoneInfo(zone)).date() <= level.day]
        assert level.left == Decimal("0.25") * len(until)


def test_hours_owed_are_drawn_below_zero() -> None:
    contract = make_contract(ClientFactory(), at_zero=AtZero.ALLOW)
    prepaid.correct(contract, Decimal(-6), by=None, note="Counted", at=END)
    drawn = str(burndown.draw(account.account(contract, END)))
    assert ">−5<" in drawn or ">-5<" in drawn or ">-6<" in drawn


def test_what_is_set_aside_follows_the_ticket_to_another_contract() -> None:
    client, service = ClientFactory(), ServiceFactory()
    first = make_contract(client, at_zero=AtZero.REFUSE)
    second = make_contract(client, services=[service], at_zero=AtZero.REFUSE)
    prepaid.purchase(first, Decimal(10), by=None, note="Invoice 1", at=START)
    prepaid.purchase(second, Decimal(3), by=None, note="Invoice 2", at=START)
    ticket = covered_ticket(first, opened_at=START, channel="portal")
    reservations.reserve(first, Decimal(4), ticket=ticket, by=None, at=START)
    ticket.service = service
    ticket.save()
    coverage.reconsider(ticket, at=END)
    assert (prepaid.totals(first).reserved, prepaid.totals(first).left) == (Decimal(0), Decimal(10))
    second_sums = prepaid.totals(second)  # as many as there are
    assert (second_sums.reserved, second_sums.left) == (Decimal(3), Decimal(0))
    assert list(differences()) == []
