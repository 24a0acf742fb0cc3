"""Several who change, plan and apply terms at the same moment, each with a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from contracts.coverage import decision as coverage
from contracts.errors import ContractError, OverlappingContracts
from contracts.models import Contract, ContractVersion, Coverage
from contracts.terms import versions
from contracts.terms.agreements import agree, change
from servicedesk.people.models import Client
from tests.contracts.agreed import agreed, holds, stored
from tests.factories import ClientFactory, ServiceFactory, TicketFactory, UserFactory
from tests.profiles import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company() -> Client:
    client: Client = ClientFactory(time_zone="UTC")
    return client


@pytest.fixture
def contract(company: Client) -> Contract:
    return agreed(company, starts_on=date(2020, 1, 1), ends_on=None)


def together(*doings: Callable[[], Any]) -> tuple[list[Any], list[ContractError]]:
    """Do all at the same moment; return what they gave and what was refused. Anything else is raised."""
    start = Barrier(len(doings))
    given: list[Any] = []
    refused: list[ContractError] = []
    broken: list[Exception] = []

    def one(doing: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=PATIENCE)
            given.append(doing())
        except ContractError as refusal:
            refused.append(refusal)
        except Exception as error:
            broken.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    if broken:
        raise broken[0]
    return given, refused


def due_now(contract: Contract, **fields: Any) -> None:
    """Plan for tomorrow, and let tomorrow come."""
    today = timezone.now().date()
    change(contract, [], effective_on=today + timedelta(days=1), **fields)
    ContractVersion.objects.filter(contract=contract, applied_at=None).update(starts_on=today)
    Contract.objects.filter(pk=contract.pk).update(next_version_on=today)


def test_of_two_who_save_the_same_page_the_slower_one_is_told(contract: Contract) -> None:
    seen = versions.mark(contract)
    done, refused = together(
        lambda: change(contract, [], name="Platinum", seen=seen),
        lambda: change(contract, [], name="Bronze", seen=seen),
    )
    assert (len(done), len(refused)) == (1, 1)
    assert isinstance(refused[0], versions.TermsMoved)
    assert stored(contract).name == done[0].name
    holds(contract)


def test_of_two_plans_from_the_same_page_one_is_kept(contract: Contract) -> None:
    seen, day = versions.mark(contract), timezone.now().date() + timedelta(days=30)
    done, refused = together(
        lambda: change(contract, [], effective_on=day, name="Platinum", seen=seen),
        lambda: change(contract, [], effective_on=day, name="Bronze", seen=seen),
    )
    assert (len(done), len(refused)) == (1, 1)
    holds(contract)


def test_changes_at_once_get_numbers_one_after_another(contract: Contract) -> None:
    rates = [Decimal(rate) for rate in range(100, 106)]
    done, refused = together(*(lambda rate=rate: change(contract, [], hourly_rate=rate) for rate in rates))
    assert (len(done), refused) == (len(rates), [])
    assert stored(contract).version == len(rates) + 1
    holds(contract)


def test_planned_terms_come_into_force_once_however_many_sweep(contract: Contract) -> None:
    due_now(contract, name="Platinum")
    done, refused = together(*(lambda: versions.sweep(timezone.now()) for _ in range(4)))
    assert (sum(done), refused) == (1, [])
    assert (stored(contract).name, stored(contract).version) == ("Platinum", 2)
    holds(contract)


def test_a_withdrawal_and_the_sweep_do_not_both_win(contract: Contract) -> None:
    due_now(contract, name="Platinum")
    coming, grace = contract.versions.get(applied_at=None), UserFactory()
    done, refused = together(
        lambda: versions.withdraw(contract, coming.pk, by=grace), lambda: versions.sweep(timezone.now())
    )
    is_withdrawn = not refused
    assert len(done) + len(refused) == 2
    assert stored(contract).name == ("Gold" if is_withdrawn else "Platinum")
    holds(contract)


def test_tickets_that_come_in_at_midnight_find_the_new_terms_and_wait_for_nobody(
    contract: Contract, settings: Any
) -> None:
    settings.TICKET_EVENT_HANDLERS = []
    due_now(contract, name="Platinum")
    tickets = [TicketFactory(client=contract.client) for _ in range(3)]
    now = timezone.now()
    done, refused = together(
        *(lambda one=one: coverage.cover(one, at=now) for one in tickets),
        lambda: versions.sweep(now),
    )
    assert (len(done), refused) == (4, [])
    assert {one.details["contract"] for one in Coverage.objects.all()} == {"Platinum"}
    holds(contract)


def test_of_two_overlapping_promises_made_at_once_one_is_refused(company: Client) -> None:
    mail, network = ServiceFactory(), ServiceFactory()
    first = agreed(company, services=[network])
    other: dict[str, Any] = {
        "number": "N-2",
        "name": "Second",
        "policy": first.policy,
        "calendar": first.calendar,
    }
    done, refused = together(
        lambda: change(first, [network, mail]),
        lambda: agree(company, services=[mail], starts_on=date(2026, 1, 1), **other),
    )
    assert (len(done), len(refused)) == (1, 1)
    assert isinstance(refused[0], OverlappingContracts)
