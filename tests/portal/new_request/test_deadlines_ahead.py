"""What a request would be promised is said before it is sent, and is what it is promised then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from catalog.models import Kind
from contracts.hours import prepaid
from contracts.models import Contract
from servicedesk.portal.deadline import applicable_terms
from sla.versions import publishing
from tests.factories import ClientFactory, RequestTypeFactory, contact_of, contract_for
from tests.portal.conftest import Cast, signed_in

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
SATURDAY = datetime(2026, 3, 7, 10, tzinfo=UTC)
URL = reverse("portal:new-request-outlook")


def asked_for(cast: Cast, moment: datetime, **given: str) -> applicable_terms.Expected:
    return applicable_terms.expected(
        cast.company, applicable_terms.asked_of(cast.item, cast.item.service, given), moment
    )


@pytest.mark.parametrize("moment", [MONDAY, SATURDAY, MONDAY + timedelta(hours=7, minutes=30)])
def test_what_is_said_before_is_what_the_clocks_start_with(cast: Cast, moment: datetime) -> None:
    said = asked_for(cast, moment).outlook
    with time_machine.travel(moment, tick=False):
        ticket = cast.ticket()
    due = {clock.kind: clock.due_at for clock in ticket.clocks.all()}
    assert (said.answer_at, said.solution_at) == (due["first_response"], due["resolution"])


def test_the_page_says_when_and_how_many_hours_are_left(cast: Cast) -> None:
    prepaid.purchase(Contract.objects.get(), Decimal(10), by=None, note="Invoice")
    with time_machine.travel(MONDAY, tick=False):
        page = signed_in(cast.helen).get(URL, {"type": cast.item.pk}).content.decode()
    assert "First response by" in page
    assert "11:00" in page
    assert "10 of 10 h left" in page
    assert "outside working hours" not in page


def test_outside_working_hours_the_page_says_when_we_begin(cast: Cast) -> None:
    said = asked_for(cast, SATURDAY).outlook
    assert said.opens_at == datetime(2026, 3, 9, 9, tzinfo=UTC)
    with time_machine.travel(SATURDAY, tick=False):
        assert (
            "outside working hours" in signed_in(cast.helen).get(URL, {"type": cast.item.pk}).content.decode()
        )


def test_more_urgent_is_promised_sooner(cast: Cast) -> None:
    policy = Contract.objects.get().policy
    rows: list[dict[str, Any]] = [
        {"resolution": timedelta(hours=8)},
        {"priority": 1, "resolution": timedelta(hours=2)},
    ]
    publishing.publish_policy(policy, rows, MONDAY - timedelta(days=1))
    usual, urgent = asked_for(cast, MONDAY), asked_for(cast, MONDAY, urgency="1", impact="1")
    assert usual.outlook.solution_at == MONDAY + timedelta(hours=8)
    assert urgent.outlook.solution_at == MONDAY + timedelta(hours=2)


def test_what_must_be_approved_begins_then(cast: Cast) -> None:
    item = RequestTypeFactory(
        kind=Kind.SERVICE_REQUEST, service=cast.item.service, approvals=[{"who": "client_manager"}]
    )
    policy = Contract.objects.get().policy
    row = {"resolution": timedelta(hours=8), "pause_in": ["waiting_approval"]}
    publishing.publish_policy(policy, [row], MONDAY - timedelta(days=1))
    said = applicable_terms.expected(cast.company, applicable_terms.asked_of(item, item.service, {}), MONDAY)
    assert said.starts_after_approval


def test_without_a_contract_nothing_is_promised_and_the_page_says_so(db: None) -> None:
    stranger, item = contact_of(ClientFactory()), RequestTypeFactory()
    page = signed_in(stranger).get(URL, {"type": item.pk}).content.decode()
    assert "no contract" in page
    assert "First response by" not in page


@pytest.mark.parametrize("given", [{}, {"type": "x"}, {"type": "9" * 30}, {"urgency": "7", "client": "0"}])
def test_broken_input_gets_the_usual(cast: Cast, given: dict[str, str]) -> None:
    assert signed_in(cast.helen).get(URL, given).status_code == 200


def test_the_promise_costs_at_most_seven_statements_and_its_page_four_more(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    contract_for(ClientFactory())
    asked_for(cast, MONDAY)  # reads the versions, which are kept
    with django_assert_max_num_queries(6):
        asked_for(cast, MONDAY)
    browser = signed_in(cast.helen)
    with django_assert_max_num_queries(11):
        browser.get(URL, {"type": cast.item.pk})
