"""Who may choose a restricted service, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from catalog.models import Service
from contracts.coverage import offered_services
from contracts.coverage.offered_services import ServiceNotOffered
from servicedesk.people.models import Client
from tests.contracts.conftest import at, make_contract
from tests.factories import CategoryFactory, ClientFactory, RequestTypeFactory, ServiceFactory

pytestmark = pytest.mark.django_db
NOON = at("2026-03-10T12:00+00:00")


@pytest.fixture
def mill() -> Client:
    found: Client = ClientFactory(name="Old Mill", time_zone="UTC")
    return found


@pytest.fixture
def vault() -> Service:
    found: Service = ServiceFactory(name="Vault", is_restricted=True)
    return found


def offered(*clients: Client, moment: datetime = NOON) -> set[str]:
    found = {service.name for service in offered_services.services_for(clients, moment)}
    types = offered_services.types_for(clients, moment).select_related("service")
    assert {item.service.name for item in types} == found & {one.service.name for one in types}
    return found


def test_a_service_by_contract_is_hidden_from_other_clients(mill: Client, vault: Service) -> None:
    open_to_all = ServiceFactory(name="Mail")
    RequestTypeFactory(service=vault)
    RequestTypeFactory(service=open_to_all)
    make_contract(mill, services=[vault])
    assert offered(mill) == {"Vault", "Mail"}
    assert {item.service for item in offered_services.types_for([mill], NOON)} == {vault, open_to_all}
    other = ClientFactory()
    assert offered(other) == {"Mail"}
    assert {item.service for item in offered_services.types_for([other], NOON)} == {open_to_all}
    assert offered() == {"Mail"}


def _for_all_services(mill: Client, vault: Service) -> None:
    make_contract(mill)


def _for_another_service(mill: Client, vault: Service) -> None:
    make_contract(mill, services=[ServiceFactory()])


def _ended(mill: Client, vault: Service) -> None:
    make_contract(mill, services=[vault], ends_on=date(2026, 3, 9))


def _to_come(mill: Client, vault: Service) -> None:
    make_contract(mill, services=[vault], starts_on=date(2026, 3, 11))


def _archived(mill: Client, vault: Service) -> None:
    make_contract(mill, services=[vault], is_archived=True)


@pytest.mark.parametrize("given", [_for_all_services, _for_another_service, _ended, _to_come, _archived])
def test_only_a_contract_in_use_that_holds_and_names_it_will_do(
    mill: Client, vault: Service, given: Any
) -> None:
    given(mill, vault)
    assert "Vault" not in offered(mill)
    assert not offered_services.is_offered(vault, mill, NOON)
    assert offered_services.entitled(vault, [mill], NOON) == []
    with pytest.raises(ServiceNotOffered, match=r"^Vault is not available to Old Mill"):
        offered_services.require(vault, mill, NOON)


def test_the_first_and_the_last_day_count_and_the_day_is_the_clients_own(vault: Service) -> None:
    madrid = ClientFactory(time_zone="Europe/Madrid")
    make_contract(madrid, services=[vault], starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 2))
    days = {
        "2026-03-31T21:59+00:00": False,
        "2026-03-31T22:00+00:00": True,  # midnight in Madrid
        "2026-04-02T21:59+00:00": True,
        "2026-04-02T22:00+00:00": False,
    }
    for moment, is_offered in days.items():
        assert offered_services.is_offered(vault, madrid, at(moment)) is is_offered
        assert ("Vault" in offered(madrid, moment=at(moment))) is is_offered


def test_of_several_companies_each_is_asked_on_its_own_day(mill: Client, vault: Service) -> None:
    tomorrow = ClientFactory(time_zone="Pacific/Kiritimati")
    for client in (mill, tomorrow):
        make_contract(client, services=[vault], starts_on=date(2026, 3, 11))
    both: list[Client] = [mill, tomorrow]
    assert offered_services.entitled(vault, both, NOON) == [tomorrow]
    assert "Vault" in offered(*both)
    assert offered_services.entitled(vault, both, at("2026-03-11T09:00+00:00")) == both


def test_what_is_archived_is_offered_to_nobody(mill: Client, vault: Service) -> None:
    make_contract(mill, services=[vault])
    vault.is_archived = True
    vault.save()
    assert "Vault" not in offered(mill)
    hidden = ServiceFactory(name="Hidden", category=CategoryFactory(is_archived=True))
    assert "Hidden" not in offered(mill)
    assert offered_services.is_offered(hidden, mill, NOON), "the restriction alone is asked"


def test_a_service_for_all_costs_nothing_and_a_restricted_one_a_statement(
    mill: Client, vault: Service, django_assert_num_queries: Any
) -> None:
    plain = ServiceFactory()
    with django_assert_num_queries(0):
        assert offered_services.is_offered(plain, mill, NOON)
        assert offered_services.entitled(plain, [mill], NOON) == [mill]
    with django_assert_num_queries(1):
        offered_services.is_offered(vault, mill, NOON)
    for _ in range(5):
        make_contract(ClientFactory(time_zone="Asia/Tokyo"), services=[vault])
    clients = list(Client.objects.all())
    for choices in (offered_services.services_for, offered_services.types_for):
        with django_assert_num_queries(1):
            list(choices(clients, NOON))
