"""The contract page: what managers see of their hours, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from contracts.hours import prepaid
from contracts.models import Contract
from contracts.time.entries import log_time
from tests.factories import ClientFactory, contact_of, contract_for
from tests.portal.conftest import Cast, accepted, resolved, signed_in

START = datetime(2026, 3, 2, 10, tzinfo=UTC)  # a Monday


@pytest.fixture
def contract(cast: Cast) -> Contract:
    contract: Contract = Contract.objects.get(client=cast.company)
    Contract.objects.filter(pk=contract.pk).update(ends_on=datetime(2026, 12, 31).date())
    return contract


def weeks_of_work(cast: Cast, contract: Contract, weeks: int) -> None:
    """Forty hours bought, two used each Monday."""
    prepaid.purchase(contract, Decimal(40), by=None, note="Invoice 17", at=START)
    with time_machine.travel(START, tick=False):
        ticket = accepted(cast.ticket(subject="Mail is late"), cast.agent)
    for week in range(weeks):
        with time_machine.travel(START + timedelta(weeks=week, hours=2), tick=False):
            log_time(ticket, by=cast.agent, minutes=120, work_kind="remote")


def page(cast: Cast, contract: Contract, *, weeks: int = 0, **given: str) -> str:
    with time_machine.travel(START + timedelta(weeks=weeks, hours=3), tick=False):
        response = signed_in(cast.manager).get(reverse("portal:contract", args=[contract.pk]), given)
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_only_contract_opens_at_once(cast: Cast, contract: Contract) -> None:
    response = signed_in(cast.manager).get(reverse("portal:contracts"))
    assert response["Location"] == reverse("portal:contract", args=[contract.pk])


def test_managers_see_hours_pace_and_entries(cast: Cast, contract: Contract) -> None:
    weeks_of_work(cast, contract, 6)
    shown = page(cast, contract, weeks=5)
    for words in ("Mail is late", "Invoice 17", "+40", "in 1 request", "2.0 hours a week", "Even pace"):
        assert words in shown
    # 28 hours left, two each Monday: used up on the fourteenth Monday from now
    assert "run out 13 Jul" in shown


def test_hours_can_be_added_up_by_service_and_person(cast: Cast, contract: Contract) -> None:
    weeks_of_work(cast, contract, 2)
    assert cast.item.service.name in page(cast, contract, weeks=2, by="service")
    assert "Marta Vidal" in page(cast, contract, weeks=2, by="person")
    assert "Marta Vidal" in page(cast, contract, weeks=2, by="nonsense")


def test_promises_that_came_due_are_counted(cast: Cast, contract: Contract) -> None:
    with time_machine.travel(START, tick=False):
        resolved(cast.ticket(), cast.agent)
    shown = page(cast, contract)
    assert "SLA compliance in March" in shown
    assert "SLA breached: 0 of 1" in shown


def test_without_any_booking_the_page_says_so(cast: Cast, contract: Contract) -> None:
    shown = page(cast, contract)
    assert "No ledger entries yet" in shown
    assert "not enough data" in shown


def test_nobody_else_finds_it(cast: Cast, contract: Contract) -> None:
    other = ClientFactory()
    contract_for(other)
    path = reverse("portal:contract", args=[contract.pk])
    for person in (cast.helen, cast.stranger, contact_of(other, is_manager=True)):
        assert signed_in(person).get(path).status_code == 404
    assert (
        reverse("portal:contracts") not in signed_in(cast.helen).get(reverse("portal:home")).content.decode()
    )


def test_it_costs_the_same_however_long_the_ledger(
    cast: Cast, contract: Contract, django_assert_max_num_queries: Any
) -> None:
    weeks_of_work(cast, contract, 12)
    browser, path = signed_in(cast.manager), reverse("portal:contract", args=[contract.pk])
    with django_assert_max_num_queries(17):
        browser.get(path)
