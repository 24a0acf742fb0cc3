"""Planned terms that cannot come into force: they wait, say why, and hold nobody else up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from unittest.mock import patch

import pytest
import time_machine
from structlog.testing import capture_logs

from contracts.models import Contract
from contracts.terms import versions
from servicedesk.people.models import Client
from tests.contracts.agreed import JULY_1, MIDNIGHT, agreed, holds, plan, stored
from tests.contracts.conftest import at
from tests.factories import ClientFactory, ServiceFactory, published_policy

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


def in_the_way(company: Client) -> tuple[Contract, Contract]:
    """A contract whose planned service was promised by another one meanwhile, and that other one."""
    mail, network = ServiceFactory(), ServiceFactory()
    contract = agreed(company, services=[network])
    plan(contract, [network, mail])
    return contract, agreed(company, services=[mail], name="Mail only")


def test_a_plan_that_cannot_come_true_stays_and_says_why(company: Client) -> None:
    contract, other = in_the_way(company)
    with capture_logs() as logged:
        assert versions.sweep(MIDNIGHT) == 0
        assert versions.sweep(at("2026-07-01T00:01:00+00:00")) == 0
    errors = [line for line in logged if line["event"] == "terms_not_applied"]
    assert len(errors) == 1, "it is told once a day"
    assert "Mail only" in errors[0]["reason"]
    assert (stored(contract).version, stored(contract).next_version_on) == (1, JULY_1)
    coming = versions.planned(stored(contract))
    assert coming is not None
    assert "Mail only" in versions.obstacle(stored(contract), coming)
    Contract.objects.filter(pk=other.pk).update(is_archived=True)
    assert versions.obstacle(stored(contract), coming) == ""
    assert versions.sweep(at("2026-07-02T00:00:00+00:00")) == 1
    assert "refused_on" not in contract.versions.get(number=2).terms
    holds(contract)


def test_one_that_cannot_come_true_does_not_hold_up_the_others(company: Client) -> None:
    in_the_way(company)
    later = agreed(ClientFactory(time_zone="UTC"))
    plan(later, hourly_rate=Decimal(95))
    assert versions.sweep(MIDNIGHT) == 1
    assert stored(later).hourly_rate == Decimal(95)


def test_an_error_of_the_program_does_not_hold_up_the_others(company: Client) -> None:
    first, second = agreed(company), agreed(ClientFactory(time_zone="UTC"))
    plan(first, hourly_rate=Decimal(95))
    plan(second, hourly_rate=Decimal(95))
    apply = versions._apply

    def stumble(contract: Contract, moment: datetime) -> bool:
        if contract == first:
            raise RuntimeError
        return apply(contract, moment)

    with patch.object(versions, "_apply", stumble), capture_logs() as logged:
        assert versions.sweep(MIDNIGHT) == 1
    assert [line["contract"] for line in logged if line["event"] == "terms_sweep_failed"] == [first.pk]
    assert stored(second).hourly_rate == Decimal(95)


def test_rows_deleted_before_the_day_do_not_break_it(company: Client) -> None:
    mail, network = ServiceFactory(), ServiceFactory()
    swift = published_policy("Swift")
    contract = agreed(company)
    plan(contract, [mail, network])
    mail.delete()
    versions.sweep(MIDNIGHT)
    assert list(stored(contract).services.all()) == [network]
    holds(contract)
    plan(contract, [network], day=date(2026, 8, 1), policy=swift)
    swift.versions.all().delete()
    swift.delete()
    assert versions.sweep(at("2026-08-01T00:00:00+00:00")) == 0
    coming = versions.planned(stored(contract))
    assert coming is not None
    assert "“Swift” was deleted" in versions.obstacle(stored(contract), coming)


def test_a_contract_for_one_deleted_service_never_becomes_one_for_all(company: Client) -> None:
    mail = ServiceFactory(name="Mail")
    contract = agreed(company, services=[ServiceFactory()])
    plan(contract, [mail])
    mail.delete()
    assert versions.sweep(MIDNIGHT) == 0
    assert stored(contract).services.count() == 1


def test_a_number_that_was_given_away_meanwhile_keeps_the_plan_waiting(company: Client) -> None:
    contract = agreed(company)
    plan(contract, number="WANTED")
    agreed(ClientFactory(), number="WANTED")
    assert versions.sweep(MIDNIGHT) == 0
    assert stored(contract).version == 1
