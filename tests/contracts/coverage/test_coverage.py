from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import translation

from contracts.coverage import decision as coverage
from contracts.models import Coverage
from servicedesk.people.models import Client
from servicedesk.tickets.models import Ticket
from tests.contracts.conftest import DAY, at, make_contract
from tests.factories import ClientFactory, ServiceFactory, TicketFactory

pytestmark = pytest.mark.django_db
Reason = Coverage.Reason
NOON = at("2026-03-10T12:00+00:00")


@pytest.fixture
def client_company() -> Client:
    company: Client = ClientFactory(time_zone="Europe/Madrid")
    return company


def test_the_contract_valid_that_day_covers_and_says_why(client_company: Client) -> None:
    mail = ServiceFactory(name="Mail", translations={"ru": "Почта"})
    gold = make_contract(client_company, services=[mail])
    found = coverage.cover(TicketFactory(client=client_company, service=mail), at=NOON)
    assert (found.contract, found.reason) == (gold, Reason.COVERED)
    with translation.override("ru"):
        assert found.reason_text().count("Почта") == 1
        assert "31.12.2026" in found.reason_text()
    with translation.override("en"):
        assert found.reason_text().startswith("Gold 2026, because it covers Mail and is valid to")


def test_a_contract_without_end_says_so(client_company: Client) -> None:
    make_contract(client_company, ends_on=None)
    mail = ServiceFactory(name="Mail")
    found = coverage.cover(TicketFactory(client=client_company, service=mail), at=NOON)
    assert found.reason_text() == "Gold 2026, because it covers Mail and has no end date."


def test_a_named_service_beats_a_contract_for_everything(client_company: Client) -> None:
    mail = ServiceFactory()
    narrow = make_contract(client_company, services=[mail])
    wide = make_contract(client_company, starts_on=date(2026, 2, 1))
    assert coverage.covering(client_company, mail, DAY).contract == narrow
    assert coverage.covering(client_company, ServiceFactory(), DAY).contract == wide


def test_among_equals_the_latest_start_wins(client_company: Client) -> None:
    make_contract(client_company, starts_on=date(2026, 1, 1))
    later = make_contract(client_company, starts_on=date(2026, 3, 1))
    make_contract(client_company, starts_on=date(2026, 2, 1))
    assert coverage.covering(client_company, ServiceFactory(), DAY).contract == later


def test_without_a_service_a_contract_for_everything_comes_first(client_company: Client) -> None:
    wide = make_contract(client_company)
    narrow = make_contract(client_company, services=[ServiceFactory()], starts_on=date(2026, 2, 1))
    assert coverage.covering(client_company, None, DAY).contract == wide
    wide.is_archived = True
    wide.save()
    finding = coverage.covering(client_company, None, DAY)
    assert finding.contract == narrow
    assert "service" not in finding.details


def test_the_day_is_the_clients_own(client_company: Client) -> None:
    make_contract(client_company, starts_on=date(2026, 4, 1))
    late_evening = at("2026-03-31T22:30+00:00")  # 00:30 on 1 April in Madrid
    assert coverage.cover(TicketFactory(client=client_company), at=late_evening).reason == Reason.COVERED
    before = at("2026-03-31T21:30+00:00")
    assert coverage.cover(TicketFactory(client=client_company), at=before).reason == Reason.NOT_YET


def test_the_last_day_counts_and_the_next_does_not(client_company: Client) -> None:
    make_contract(client_company, ends_on=DAY)
    service = ServiceFactory()
    assert coverage.covering(client_company, service, DAY).reason == Reason.COVERED
    assert coverage.covering(client_company, service, date(2026, 3, 11)).reason == Reason.EXPIRED


def _no_contract(company: Client, service: Any) -> None:
    return None


def _expired(company: Client, service: Any) -> None:
    make_contract(company, name="Gold 2024", starts_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    make_contract(company, name="Gold 2025", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))


def _to_come(company: Client, service: Any) -> None:
    make_contract(company, name="Gold 2028", starts_on=date(2028, 1, 1), ends_on=None)
    make_contract(company, name="Gold 2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))


def _for_another(company: Client, service: Any) -> None:
    make_contract(company, services=[ServiceFactory()])


def _for_another_now_and_for_this_before(company: Client, service: Any) -> None:
    _for_another(company, service)
    make_contract(
        company, name="Old mail", services=[service], starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 31)
    )


def _archived(company: Client, service: Any) -> None:
    make_contract(company, is_archived=True)


@pytest.mark.parametrize(
    ("given", "reason", "named"),
    [
        (_no_contract, Reason.NO_CONTRACT, "has no contract"),
        (_archived, Reason.NO_CONTRACT, "has no contract"),
        (_expired, Reason.EXPIRED, "Gold 2025 ended on"),
        (_to_come, Reason.NOT_YET, "Gold 2027 starts on"),
        (_for_another, Reason.SERVICE_NOT_COVERED, "Gold 2026 does not cover Mail"),
        (_for_another_now_and_for_this_before, Reason.EXPIRED, "Old mail ended on"),
    ],
)
def test_no_cover_names_the_nearest_miss(
    client_company: Client, given: Any, reason: Coverage.Reason, named: str
) -> None:
    mail = ServiceFactory(name="Mail")
    given(client_company, mail)
    found = coverage.cover(TicketFactory(client=client_company, service=mail), at=NOON)
    assert (found.reason, found.contract) == (reason, None)
    assert named in found.reason_text()


def test_asking_twice_keeps_the_first_answer(client_company: Client) -> None:
    ticket = TicketFactory(client=client_company)
    first = coverage.cover(ticket, at=NOON)
    make_contract(client_company)
    assert coverage.cover(ticket, at=NOON) == first
    assert Coverage.objects.get(ticket=ticket).reason == Reason.NO_CONTRACT


def test_a_corrected_service_is_reconsidered_for_the_day_of_opening(client_company: Client) -> None:
    mail, network = ServiceFactory(), ServiceFactory()
    make_contract(client_company, services=[mail], ends_on=date(2026, 3, 31))
    ticket = TicketFactory(client=client_company, service=network, opened_at=NOON)
    assert coverage.cover(ticket, at=NOON).reason == Reason.SERVICE_NOT_COVERED
    ticket.service = mail
    ticket.save()
    assert coverage.reconsider(ticket, at=at("2026-04-05T12:00+00:00")).reason == Reason.COVERED


@pytest.mark.parametrize("contracts", [1, 12])
def test_three_statements_however_many_contracts(
    client_company: Client, contracts: int, django_assert_num_queries: Any
) -> None:
    for _ in range(contracts):
        make_contract(client_company, services=[ServiceFactory()])
    make_contract(client_company)
    ticket = Ticket.objects.select_related("client", "service").get(
        pk=TicketFactory(client=client_company).pk
    )
    with django_assert_num_queries(3):
        found = coverage.cover(ticket, at=NOON)
        assert found.contract
        assert found.contract.policy.name
        assert found.contract.calendar.name


def test_covered_without_a_contract_cannot_be_stored(client_company: Client) -> None:
    with pytest.raises(IntegrityError):
        Coverage.objects.create(ticket=TicketFactory(client=client_company), reason=Reason.COVERED)
