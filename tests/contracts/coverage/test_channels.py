"""Channels and versions in the choice of a contract, and what is written and what is not."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from catalog.models import Service
from contracts import coverage_text
from contracts.coverage import decision as coverage
from contracts.models import Contract, Coverage
from contracts.terms.agreements import change
from servicedesk.people.models import Client
from servicedesk.tickets.models import Channel
from tests.contracts.agreed import agreed
from tests.contracts.conftest import DAY, at, make_contract
from tests.factories import ClientFactory, ServiceFactory, TicketFactory

pytestmark = pytest.mark.django_db
Reason = Coverage.Reason
NOON = at("2026-03-10T12:00+00:00")
APRIL_1 = date(2026, 4, 1)


@pytest.fixture
def company() -> Client:
    found: Client = ClientFactory(time_zone="UTC")
    return found


@pytest.fixture
def mail() -> Service:
    found: Service = ServiceFactory(name="Mail")
    return found


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel.PORTAL, "through the portal"),
        (Channel.MAIL, "by e-mail"),
        (Channel.PHONE, "by phone"),
        (Channel.API, "through the API"),
        ("fax", "this way"),
    ],
)
def test_the_sentence_names_the_channel(channel: str, words: str) -> None:
    details = {"contract": "Gold 2026", "channel": channel}
    sentence = coverage_text.sentence("channel_not_covered", details)
    assert sentence == f"The contract Gold 2026 does not take requests {words}."


def test_a_ticket_is_judged_by_the_channel_it_came_by(company: Client, mail: Service) -> None:
    make_contract(company, channels=["mail"])
    by_phone = coverage.cover(TicketFactory(client=company, service=mail, channel="phone"), at=NOON)
    assert (by_phone.reason, by_phone.contract) == (Reason.CHANNEL_NOT_COVERED, None)
    assert by_phone.details["channel"] == "phone"
    assert coverage.cover(TicketFactory(client=company, channel="mail"), at=NOON).reason == Reason.COVERED


def test_a_corrected_ticket_keeps_its_channel(company: Client, mail: Service) -> None:
    make_contract(company, services=[mail], channels=["mail"])
    ticket = TicketFactory(client=company, channel="phone", opened_at=NOON)
    assert coverage.cover(ticket, at=NOON).reason == Reason.SERVICE_NOT_COVERED
    ticket.service = mail
    assert coverage.reconsider(ticket, at=NOON).reason == Reason.CHANNEL_NOT_COVERED


def test_without_a_channel_none_is_judged(company: Client, mail: Service) -> None:
    make_contract(company, channels=["mail"])
    finding = coverage.covering(company, mail, DAY)
    assert finding.reason == Reason.COVERED
    assert "channel" not in finding.details


def test_what_was_kept_before_there_were_versions_and_channels_still_reads() -> None:
    kept = {"contract": "Gold", "service": "Mail", "ends_on": "2026-12-31", "starts_on": "2026-01-01"}
    sentence = coverage_text.sentence("covered", kept)
    assert sentence == "Gold, because it covers Mail and is valid to 31 Dec 2026."
    assert coverage_text.sentence("channel_not_covered", {})


def test_the_version_is_kept_and_named_from_the_second_on(company: Client, mail: Service) -> None:
    contract = make_contract(company)
    assert coverage.covering(company, mail, DAY).details["version"] == 1
    Contract.objects.filter(pk=contract.pk).update(version=2)
    found = coverage.covering(company, mail, DAY)
    with override("en"):
        sentence = coverage_text.sentence(found.reason, found.details)
    assert sentence == "Gold 2026, version 2, because it covers Mail and is valid to 31 Dec 2026."


@pytest.fixture
def planned(company: Client, mail: Service) -> Contract:
    """Gold, for everything; from 1 April on for Mail alone."""
    with time_machine.travel(NOON, tick=False):
        return change(agreed(company), [mail], effective_on=APRIL_1)


def test_planned_terms_are_told_and_not_written(company: Client, planned: Contract) -> None:
    with CaptureQueriesContext(connection) as spent:
        before = coverage.covering(company, ServiceFactory.build(pk=9), date(2026, 3, 31))
        after = coverage.covering(company, ServiceFactory.build(pk=9), APRIL_1)
    assert (before.reason, before.details["version"]) == (Reason.COVERED, 1)
    assert (after.reason, after.details["version"]) == (Reason.SERVICE_NOT_COVERED, 2)
    assert len(spent) == 2
    planned.refresh_from_db()
    assert planned.version == 1


def test_terms_that_are_due_come_into_force_before_a_ticket_is_covered(
    company: Client, planned: Contract, mail: Service
) -> None:
    ticket = TicketFactory(client=company, service=mail)
    found = coverage.cover(ticket, at=at("2026-04-01T08:00+00:00"))
    assert (found.contract, found.details["version"]) == (planned, 2)
    planned.refresh_from_db()
    assert (planned.version, planned.next_version_on) == (2, None)


def test_terms_to_come_are_left_alone(company: Client, planned: Contract, mail: Service) -> None:
    coverage.cover(TicketFactory(client=company, service=mail), at=at("2026-03-31T23:00+00:00"))
    planned.refresh_from_db()
    assert (planned.version, planned.next_version_on) == (1, APRIL_1)


def test_terms_that_could_not_come_into_force_do_not_count(
    company: Client, planned: Contract, mail: Service
) -> None:
    make_contract(company, services=[mail], name="In the way", starts_on=APRIL_1)
    ticket = TicketFactory(client=company, service=ServiceFactory())
    found = coverage.cover(ticket, at=at("2026-04-02T08:00+00:00"))
    assert (found.contract, found.details["version"]) == (planned, 1)


def test_a_correction_is_judged_by_the_terms_of_the_day_of_opening(
    company: Client, planned: Contract
) -> None:
    former = planned.policy
    ticket = TicketFactory(client=company, service=ServiceFactory(), opened_at=NOON)
    now = at("2026-04-02T08:00+00:00")
    coverage.cover(TicketFactory(client=company), at=now)  # the new terms are in force by now
    Contract.objects.filter(pk=planned.pk).update(policy=make_contract(ClientFactory()).policy)
    found = coverage.reconsider(ticket, at=now)
    assert (found.contract, found.details["version"]) == (planned, 1)
    assert found.contract
    assert found.contract.policy == former


def test_a_contract_prolonged_late_covers_the_days_between(company: Client, mail: Service) -> None:
    with time_machine.travel(NOON, tick=False):
        contract = agreed(company, ends_on=date(2026, 3, 1))
        ticket = TicketFactory(client=company, service=mail, opened_at=at("2026-03-05T12:00+00:00"))
        assert coverage.covering(company, mail, date(2026, 3, 5)).reason == Reason.EXPIRED
        change(contract, [], ends_on=date(2026, 12, 31))
        assert coverage.reconsider(ticket, at=NOON).reason == Reason.COVERED


def test_the_kept_reason_reads_as_a_sentence(company: Client) -> None:
    ticket = TicketFactory(client=company, channel="api")
    make_contract(company, channels=["portal"])
    kept = coverage.cover(ticket, at=NOON)
    assert kept.contract is None
    kept.refresh_from_db()
    assert kept.reason_text() == "The contract Gold 2026 does not take requests through the API."
