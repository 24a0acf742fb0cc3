"""The page that says what is covered for a client on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Service
from contracts.models import Contract, IntakeRule
from servicedesk.people.models import User
from tests.contracts.conftest import Desk, make_contract, signed_in
from tests.factories import CategoryFactory, ServiceFactory, agent_of, contact_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(desk: Desk) -> dict[str, Service]:
    """Mail and Network in one category, Vault by contract in another; Gold for Mail through 2026."""
    first, second = CategoryFactory(name="Daily"), CategoryFactory(name="Special", position=1)
    found: dict[str, Service] = {
        "Mail": ServiceFactory(name="Mail", category=first),
        "Network": ServiceFactory(name="Network", category=first, position=1),
        "Vault": ServiceFactory(name="Vault", category=second, is_restricted=True),
    }
    ServiceFactory(name="Fax machines", is_archived=True)
    desk.contract.services.set([found["Mail"]])
    return found


def page(desk: Desk, person: User | None = None, /, **asked: str) -> Any:
    address = reverse("clients:coverage", args=[desk.mill.pk])
    return signed_in(person or desk.grace).get(address, {"on": "2026-06-01"} | asked)


def told(answer: Any) -> list[tuple[str, str, str]]:
    return [(row.service.name, row.state, row.sentence) for row in answer.context["rows"]]


def test_every_offered_service_says_whether_and_why(desk: Desk, services: dict[str, Service]) -> None:
    answer = page(desk)
    assert told(answer) == [
        ("Mail", "covered", "Gold 2026, because it covers Mail and is valid to 31 Dec 2026."),
        ("Network", "not_covered", "The contract Gold 2026 does not cover Network."),
        ("Vault", "not_offered", "Available only by contract, and no contract in force includes it."),
    ]
    text = answer.content.decode()
    assert "1 of 3 services covered" in text
    assert text.index("Daily") < text.index("Network") < text.index("Special")
    assert "Fax machines" not in text
    assert reverse("clients:contract", args=[desk.contract.pk]) in text


def test_a_day_and_a_channel_are_asked_for(desk: Desk, services: dict[str, Service]) -> None:
    Contract.objects.update(channels=["mail"])
    assert told(page(desk, channel="phone"))[0][2] == (
        "The contract Gold 2026 does not take requests by phone."
    )
    assert told(page(desk, channel="mail"))[0][1] == "covered"
    assert told(page(desk, on="2027-01-01"))[0][2] == "The contract Gold 2026 ended on 31 Dec 2026."


def test_a_restricted_service_is_offered_where_a_contract_names_it_that_day(
    desk: Desk, services: dict[str, Service]
) -> None:
    make_contract(desk.mill, services=[services["Vault"]], name="Vault care", starts_on=date(2026, 6, 1))
    assert told(page(desk))[2][1] == "covered"
    assert told(page(desk, on="2026-05-31"))[2][1] == "not_offered"


@pytest.mark.parametrize("asked", [{"on": "31.13.2026"}, {"on": "x" * 400}, {"channel": "fax"}, {"on": "0"}])
def test_bad_input_gets_a_sentence_and_the_result_of_today(
    desk: Desk, services: dict[str, Service], asked: dict[str, str]
) -> None:
    answer = page(desk, desk.grace, **asked)
    assert answer.status_code == 422
    assert "This date is not valid" in answer.content.decode()
    assert len(answer.context["rows"]) == 3


def test_without_a_day_it_is_today_where_the_client_is(desk: Desk, services: dict[str, Service]) -> None:
    desk.mill.time_zone = "Pacific/Kiritimati"
    desk.mill.save()
    with time_machine.travel("2026-12-31T12:00+00:00", tick=False):  # there it is 2027
        assert told(page(desk, on=""))[0][1] == "not_covered"


@pytest.mark.parametrize(
    ("rule", "sentences"),
    [
        ({}, ["Requests that no contract covers are accepted without deadlines."]),
        (
            {"without_contract": "ask", "after_end": "ask"},
            [
                "Requests that no contract covers are accepted without deadlines; "
                "the account manager is asked."
            ],
        ),
        (
            {"without_contract": "accept", "after_end": "refuse"},
            [
                "Requests that no contract covers are accepted without deadlines.",
                "After the end of a contract they are rejected.",
            ],
        ),
        ({"without_contract": "refuse"}, ["Requests that no contract covers are rejected."]),
    ],
)
def test_what_happens_without_coverage_is_said_once(
    desk: Desk, services: dict[str, Service], rule: dict[str, str], sentences: list[str]
) -> None:
    if rule:
        IntakeRule(pk=1, **rule).save()
    answer = page(desk)
    assert answer.context["otherwise"] == sentences
    assert answer.content.decode().count(sentences[0]) == 1
    assert reverse("clients:rule") not in answer.content.decode()
    assert reverse("clients:rule") in page(desk, desk.admin).content.decode()


def test_whoever_sees_the_client_sees_it(desk: Desk, services: dict[str, Service]) -> None:
    assert page(desk, desk.admin).status_code == 200
    assert page(desk, agent_of()).status_code == 200
    assert page(desk, desk.other).status_code == 404
    assert page(desk, contact_of(desk.mill, is_manager=True)).status_code == 404
    card = signed_in(desk.grace).get(reverse("clients:client", args=[desk.mill.pk])).content.decode()
    assert reverse("clients:coverage", args=[desk.mill.pk]) in card


def test_without_services_it_says_where_they_come_from(desk: Desk) -> None:
    assert "No services yet" in page(desk).content.decode()


def test_the_page_costs_the_same_however_much_is_agreed(desk: Desk, services: dict[str, Service]) -> None:
    browser = signed_in(desk.grace)
    address = reverse("clients:coverage", args=[desk.mill.pk])

    def cost() -> int:
        with CaptureQueriesContext(connection) as spent:
            browser.get(address, {"on": "2026-06-01"})
        return len(spent)

    few = cost()
    for number in range(6):
        service = ServiceFactory(is_restricted=number % 2 == 0)
        make_contract(desk.mill, services=[service])
    assert cost() == few
