"""How a client is doing, in figures and worries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from contracts.clients import health
from contracts.hours import prepaid
from contracts.models import AtZero, Contract
from servicedesk.people.models import Client
from servicedesk.tickets.models import DueKind
from servicedesk.tickets.statuses import Status
from sla.models import Clock
from tests.contracts.conftest import make_contract
from tests.factories import (
    ClientFactory,
    GroupFactory,
    TicketFactory,
    UserFactory,
    agent_of,
    contract_for,
    opened_by_door,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_june():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def client() -> Client:
    client = ClientFactory(name="Old Mill")
    make_contract(client)
    return client


def of(client: Client) -> health.Health:
    return health.of_clients([client], AT)[0]


def judged(client: Client, *states: str) -> None:
    """Promises that came to their end an hour ago."""
    Contract.objects.update(is_archived=True)  # whose policy promises nothing
    contract_for(client)
    for state in states:
        ticket = opened_by_door(client=client)
        ticket.clocks.exclude(kind=DueKind.RESOLUTION).delete()
        ticket.clocks.update(state=state, stopped_at=AT - timedelta(hours=1))


def test_a_client_with_a_contract_and_nothing_else_is_well(client):
    assert (of(client).state, of(client).worries) == ("ok", [])


def test_open_and_overdue_tickets_are_counted(client):
    past = AT - timedelta(minutes=1)
    TicketFactory(client=client)
    TicketFactory(client=client, due_at=past)
    TicketFactory(client=client, due_at=AT + timedelta(hours=1), is_overdue=True)  # late once, and not now
    for done in (Status.RESOLVED, Status.CLOSED):
        TicketFactory(client=client, due_at=past, is_overdue=True, status=done)
    found = of(client)
    assert (found.open, found.overdue, found.state) == (4, 1, "warn")
    assert found.worries == ["1 open ticket is overdue."]


def test_ratings_of_the_last_ninety_days_are_averaged(client):
    for rating, days in ((5, 1), (2, 30), (1, 91)):
        TicketFactory(client=client, status=Status.CLOSED, rating=rating, rated_at=AT - timedelta(days=days))
    assert of(client).rating == 3.5


def test_a_low_rating_is_a_worry(client):
    TicketFactory(client=client, status=Status.CLOSED, rating=2, rated_at=AT)
    assert of(client).worries == ["The average rating is 2.0."]


def test_the_share_of_kept_promises_is_rounded_as_in_reports(client):
    judged(client, Clock.State.MET, Clock.State.MET, Clock.State.BREACHED)
    assert of(client).compliance == 66.7


def test_many_broken_promises_are_grave(client):
    judged(client, Clock.State.MET, Clock.State.BREACHED)
    assert (of(client).state, of(client).worries[0]) == ("bad", "SLA compliance is only 50 %.")


def test_hours_of_contracts_are_never_added_up(client):
    """Eight hours of one contract do not pay what another owes."""
    first, second = Contract.objects.get(), make_contract(client, at_zero=AtZero.ALLOW)
    prepaid.correct(second, Decimal(-6), by=None, note="Owed")
    prepaid.purchase(first, Decimal(8), by=None, note="Invoice 1")
    found = of(client)
    assert [account.left for account in found.accounts] == [8, -6]
    assert found.worries == [f"{second}: The prepaid hours are overdrawn: −6 h."]
    assert found.is_bad


def test_figures_in_sentences_are_written_as_the_language_does(client):
    judged(client, Clock.State.MET, Clock.State.MET, Clock.State.BREACHED)
    with translation.override("ru"):
        assert "66,7" in of(client).worries[0]


def test_hours_left_are_those_of_contracts_in_force(client):
    first = Contract.objects.get()
    prepaid.purchase(first, Decimal(3), by=None, note="Invoice 1")
    later = make_contract(client, starts_on=date(2026, 7, 1))
    prepaid.purchase(later, Decimal(50), by=None, note="Invoice 2")
    found = of(client)
    assert [account.left for account in found.accounts] == [3]
    assert found.worries == ["Only 3 h are left."]


def test_without_a_contract_in_force_a_client_is_in_trouble():
    client = ClientFactory()
    make_contract(client, ends_on=date(2026, 5, 31))
    assert of(client).worries == ["No contract is in force today."]


def test_a_contract_that_ends_soon_is_to_be_watched(client):
    Contract.objects.update(ends_on=date(2026, 7, 1))
    assert of(client).state == "warn"
    assert "ends on" in of(client).worries[0]


def test_the_figures_cost_the_same_for_one_client_and_for_many(client, django_assert_num_queries):
    clients = [client, *ClientFactory.create_batch(6)]
    for one in clients:
        TicketFactory(client=one)
    with django_assert_num_queries(5):
        health.of_clients([client], AT)
    with django_assert_num_queries(5):
        health.of_clients(clients, AT)


def test_tickets_of_private_groups_count_for_those_who_may_see_them(client):
    group = GroupFactory(is_private=True)
    judged(client, Clock.State.BREACHED)
    client.tickets.update(group=group, rating=1, rated_at=AT, due_at=AT - timedelta(days=1))
    client.account_manager = manager = UserFactory(is_account_manager=True)
    client.save()

    def figures(reader):
        one = health.of_clients([client], AT, reader=reader)[0]
        return one.open, one.overdue, one.rating, one.compliance

    whole = (1, 1, 1.0, 0.0)
    assert figures(agent_of(GroupFactory())) == (0, 0, None, None)
    for reader in (None, manager, agent_of(group), UserFactory(is_superuser=True)):
        assert figures(reader) == whole
    group.is_private = False
    group.save()
    assert figures(agent_of(GroupFactory())) == whole
