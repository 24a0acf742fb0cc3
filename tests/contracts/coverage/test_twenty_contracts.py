"""Twenty contracts of all sorts, and what is said of each service on each day, word for word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.models import Service
from contracts import coverage_text
from contracts.coverage import decision as coverage
from contracts.coverage.decision import Finding
from contracts.models import Contract, ContractVersion
from contracts.terms.agreements import change
from servicedesk.people.models import Client
from servicedesk.tickets.models import Channel
from tests.contracts.conftest import make_contract
from tests.factories import ClientFactory, ServiceFactory
from tests.profiles import examples

NAMES = ("Mail", "Network", "Printing", "Phones", "Backup")
PORTAL, MAIL, PHONE = Channel.PORTAL, Channel.MAIL, Channel.PHONE
MAY_1 = datetime(2026, 5, 1, 12, tzinfo=UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


# client: (name, first day, last day, services, channels, other columns)
TWENTY: dict[str, list[tuple[str, str, str, tuple[str, ...], list[str], dict[str, Any]]]] = {
    "Mill": [
        ("Base 2025", "2025-01-01", "2025-12-31", (), [], {}),
        ("Base 2026", "2026-01-01", "2026-12-31", (), [], {"version": 3}),
        ("Base 2027", "2027-01-01", "2027-12-31", (), [], {}),
        ("Mail plus", "2026-03-01", "", ("Mail",), [], {}),
        ("Night phones", "2026-01-01", "2026-12-31", ("Phones",), [PHONE], {}),
        ("Old deal", "2024-01-01", "", (), [], {"is_archived": True}),
    ],
    "Port": [
        ("Network care", "2026-01-01", "2026-06-30", ("Network",), [], {}),
        ("Network care II", "2026-07-01", "", ("Network",), [], {}),
        ("Vault", "2026-01-01", "2026-12-31", ("Backup",), [], {}),
        ("Printing trial", "2026-02-01", "2026-02-28", ("Printing",), [MAIL], {}),
        ("Printing", "2026-09-01", "2027-08-31", ("Printing",), [PORTAL, MAIL], {}),
    ],
    "Orchard": [
        ("Letters", "2026-01-01", "2026-12-31", (), [MAIL], {}),
        ("Web mail", "2026-01-01", "2026-12-31", ("Mail",), [PORTAL], {}),
        ("Everything", "2026-06-01", "", (), [], {}),
    ],
    "Kestrel": [
        ("Silver", "2026-01-01", "", ("Mail",), [], {}),
        ("Bronze 2025", "2025-01-01", "2025-06-30", (), [], {}),
        ("Bronze 2028", "2028-01-01", "", (), [], {}),
    ],
    "Halden": [
        ("Past", "2024-01-01", "2024-12-31", ("Mail",), [PHONE], {}),
        ("Last", "2025-01-01", "2025-12-31", ("Network",), [], {}),
        ("Coming", "2027-01-01", "", ("Printing",), [], {}),
    ],
    "Lonely": [],
}

# service, day, channel: what is said; “-” is none, or any channel
SAID = {
    "Mill": """
    # renewed year after year; the archived one never counts
    Network  2024-06-01 -      The contract Base 2025 starts on 1 Jan 2025.
    Network  2025-12-31 -      Base 2025, because it covers Network and is valid to 31 Dec 2025.
    Network  2026-01-01 -      Base 2026, version 3, because it covers Network and is valid to 31 Dec 2026.
    Network  2027-01-01 phone  Base 2027, because it covers Network and is valid to 31 Dec 2027.
    Network  2028-01-01 -      The contract Base 2027 ended on 31 Dec 2027.
    -        2026-04-01 -      Base 2026, version 3, because it is valid to 31 Dec 2026.
    # a named service beats all, and goes on beyond them
    Mail     2026-02-28 -      Base 2026, version 3, because it covers Mail and is valid to 31 Dec 2026.
    Mail     2026-03-01 mail   Mail plus, because it covers Mail and has no end date.
    Mail     2029-01-01 -      Mail plus, because it covers Mail and has no end date.
    -        2029-01-01 -      Mail plus, because it is valid without an end date.
    # where the named one takes no such requests, the one for all does
    Phones   2026-05-01 phone  Night phones, because it covers Phones and is valid to 31 Dec 2026.
    Phones   2026-05-01 portal Base 2026, version 3, because it covers Phones and is valid to 31 Dec 2026.
    Phones   2026-05-01 -      Night phones, because it covers Phones and is valid to 31 Dec 2026.
    Backup   2026-05-01 -      Base 2026, version 3, because it covers Backup and is valid to 31 Dec 2026.
    """,
    "Port": """
    # a renewal that follows on the next day
    Network  2026-06-30 portal Network care, because it covers Network and is valid to 30 Jun 2026.
    Network  2026-07-01 portal Network care II, because it covers Network and has no end date.
    Network  2025-12-31 portal The contract Network care starts on 1 Jan 2026.
    # a restricted service is covered like any other
    Backup   2026-05-01 portal Vault, because it covers Backup and is valid to 31 Dec 2026.
    Backup   2027-01-01 portal The contract Vault ended on 31 Dec 2026.
    # channels: what would do it today, then what would have done it, then what is for other things
    Printing 2026-02-10 mail   Printing trial, because it covers Printing and is valid to 28 Feb 2026.
    Printing 2026-02-10 phone  The contract Printing trial does not take requests by phone.
    Printing 2026-05-01 mail   The contract Printing trial ended on 28 Feb 2026.
    Printing 2026-05-01 portal The contract Printing starts on 1 Sep 2026.
    Printing 2026-05-01 phone  The contract Vault does not cover Printing.
    Printing 2026-09-01 portal Printing, because it covers Printing and is valid to 31 Aug 2027.
    Printing 2026-09-01 phone  The contract Printing does not take requests by phone.
    Mail     2026-09-01 -      The contract Printing does not cover Mail.
    Mail     2026-09-01 phone  The contract Network care II does not cover Mail.
    """,
    "Orchard": """
    Mail     2026-05-01 portal Web mail, because it covers Mail and is valid to 31 Dec 2026.
    Mail     2026-05-01 mail   Letters, because it covers Mail and is valid to 31 Dec 2026.
    Mail     2026-05-01 phone  The contract Web mail does not take requests by phone.
    Network  2026-05-01 portal The contract Letters does not take requests through the portal.
    Network  2026-05-01 api    The contract Letters does not take requests through the API.
    # among those for all the latest start
    Network  2026-06-01 mail   Everything, because it covers Network and has no end date.
    Mail     2026-06-01 phone  Everything, because it covers Mail and has no end date.
    -        2026-05-01 phone  The contract Letters does not take requests by phone.
    """,
    "Kestrel": """
    # Mail, from 1 May on Network too, from 1 August on by mail alone and under another name
    Mail     2026-04-30 -      Silver, because it covers Mail and has no end date.
    Network  2026-04-30 -      The contract Bronze 2025 ended on 30 Jun 2025.
    Network  2026-05-01 portal Silver, version 2, because it covers Network and has no end date.
    Network  2026-08-01 mail   Slate, version 3, because it covers Network and has no end date.
    Network  2026-08-01 portal The contract Slate does not take requests through the portal.
    Printing 2028-01-01 portal Bronze 2028, because it covers Printing and has no end date.
    """,
    "Halden": """
    Mail     2026-05-01 phone  The contract Past ended on 31 Dec 2024.
    Mail     2026-05-01 portal The contract Past ended on 31 Dec 2024.
    Printing 2026-05-01 -      The contract Coming starts on 1 Jan 2027.
    Backup   2026-05-01 -      The contract Last ended on 31 Dec 2025.
    """,
    "Lonely": """
    Mail     2026-05-01 portal The client has no contract.
    -        2026-05-01 -      The client has no contract.
    """,
}


def rows() -> list[tuple[str, str, date, str | None, str]]:
    lines = [(client, line.strip()) for client, text in SAID.items() for line in text.strip().splitlines()]
    split = [(client, *line.split(maxsplit=3)) for client, line in lines if not line.startswith("#")]
    return [
        (client, name, day(on), None if channel == "-" else channel, said)
        for client, name, on, channel, said in split
    ]


@pytest.fixture
def services(db: None) -> dict[str, Service]:
    return {name: ServiceFactory(name=name, is_restricted=name == "Backup") for name in NAMES}


@pytest.fixture
def clients(services: dict[str, Service]) -> dict[str, Client]:
    found: dict[str, Client] = {name: ClientFactory(name=name) for name in TWENTY}
    for client, contracts in TWENTY.items():
        for name, first, last, named, channels, more in contracts:
            make_contract(
                found[client],
                name=name,
                starts_on=day(first),
                ends_on=day(last) if last else None,
                services=[services[one] for one in named],
                channels=channels,
                **more,
            )
    _negotiate(Contract.objects.get(name="Silver"), services)
    return found


def _negotiate(silver: Contract, services: dict[str, Service]) -> None:
    with time_machine.travel(MAY_1, tick=False):
        both = [services["Mail"], services["Network"]]
        now = change(silver, both)
        change(now, both, effective_on=date(2026, 8, 1), channels=[MAIL], name="Slate")


def sentence(finding: Finding) -> str:
    with override("en"):
        return coverage_text.sentence(finding.reason, finding.details)


def test_there_are_twenty(clients: dict[str, Client]) -> None:
    assert Contract.objects.count() == 20


@pytest.mark.parametrize("client", TWENTY)
def test_each_service_on_each_day_is_explained_in_one_sentence(
    clients: dict[str, Client], services: dict[str, Service], client: str
) -> None:
    asked = [row for row in rows() if row[0] == client]
    found = [
        (client, name, on, channel, sentence(
            coverage.covering(clients[client], services.get(name), on, channel)
        ))
        for client, name, on, channel, _said in asked
    ]  # fmt: skip
    assert asked
    assert found == asked


def test_all_services_at_once_are_told_the_same(
    clients: dict[str, Client], services: dict[str, Service]
) -> None:
    for name, on, channel in {(client, on, channel) for client, _name, on, channel, _said in rows()}:
        client = clients[name]
        assert coverage.explained(client, services.values(), on, channel) == [
            (service, coverage.covering(client, service, on, channel)) for service in services.values()
        ]


@pytest.mark.parametrize("client", ["Mill", "Kestrel", "Lonely"])
@pytest.mark.parametrize("number", [1, 5])
def test_however_many_services_and_contracts_there_are_it_takes_two_statements(
    clients: dict[str, Client],
    services: dict[str, Service],
    client: str,
    number: int,
    django_assert_max_num_queries: Any,
) -> None:
    with django_assert_max_num_queries(2):
        for _service, finding in coverage.explained(
            clients[client], list(services.values())[:number], date(2026, 5, 1)
        ):
            assert sentence(finding)
            assert finding.contract is None or finding.contract.policy.name


def test_one_service_takes_one_statement_whatever_the_versions(
    clients: dict[str, Client], services: dict[str, Service], django_assert_num_queries: Any
) -> None:
    for on in ("2026-04-30", "2026-05-01", "2026-08-01"):
        with django_assert_num_queries(1):
            coverage.covering(clients["Kestrel"], services["Mail"], day(on), MAIL)


DAYS = st.integers(0, 30).map(lambda number: date(2026, 1, 1) + timedelta(days=number))
CONTRACTS = st.lists(
    st.fixed_dictionaries(
        {
            "starts_on": DAYS,
            "lasts": st.none() | st.integers(0, 15),
            "services": st.sets(st.sampled_from(NAMES), max_size=3),
            "channels": st.lists(st.sampled_from(Channel.values), unique=True, max_size=2),
            "is_archived": st.sampled_from([False, False, False, True]),
            "planned": st.none() | st.tuples(DAYS, st.sets(st.sampled_from(NAMES), max_size=2)),
        }
    ),
    max_size=5,
)


@pytest.mark.usefixtures("_nobody_listens")
class CoverageProperties(TestCase):
    """`hypothesis` rolls the database back after each example."""

    @settings(max_examples=examples(40), deadline=None)
    @given(CONTRACTS, DAYS, st.none() | st.sampled_from(Channel.values))
    def test_together_and_one_by_one_it_is_the_same(
        self, contracts: list[dict[str, Any]], on: date, channel: str | None
    ) -> None:
        services: dict[str, Service] = {name: ServiceFactory(name=name) for name in NAMES}
        client = ClientFactory()
        for one in contracts:
            _make(client, services, one)
        for service, finding in coverage.explained(client, services.values(), on, channel):
            assert finding == coverage.covering(client, service, on, channel)
            if finding.contract:
                assert finding.contract.starts_on <= on
                assert finding.contract.ends_on is None or finding.contract.ends_on >= on
                assert channel is None or channel in (finding.contract.channels or [channel])


def _make(client: Client, services: dict[str, Service], drawn: dict[str, Any]) -> None:
    fields = dict(drawn)
    lasts, planned = fields.pop("lasts"), fields.pop("planned")
    fields["ends_on"] = None if lasts is None else fields["starts_on"] + timedelta(days=lasts)
    fields["services"] = [services[name] for name in fields["services"]]
    contract = make_contract(client, **fields)
    if planned:
        starts_on, names = planned
        terms = {"changes": ["services"], "services": [services[name].pk for name in names]}
        ContractVersion.objects.create(contract=contract, number=2, starts_on=starts_on, terms=terms)
