"""Estimates on the page of a ticket."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from contracts.hours import estimates
from contracts.models import Estimate
from contracts.time.entries import log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import Cast, accepted
from tests.desk.ticket.pages import get, page, post
from tests.factories import agent_of, contact_of
from workflows import advance


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return accepted(cast.ticket(), cast.marta)


@pytest.fixture
def victor(cast: Cast) -> User:
    return contact_of(cast.company, is_manager=True, full_name="Victor Kim")


def offered(ticket: Ticket, by: User, hours: str = "6", note: str = "Move the mail") -> Any:
    return post(by, "estimate", ticket, hours=hours, note=note)


def test_an_estimate_is_put_to_the_client_and_told_in_the_history(cast: Cast, ticket: Ticket) -> None:
    assert offered(ticket, cast.marta).status_code == 302
    text = page(cast.marta, ticket)
    assert "waiting for the client" in text
    assert "Move the mail" in text
    assert "sent the client an estimate of 6 h" in text


def test_what_is_approved_stands_beside_what_is_used(cast: Cast, ticket: Ticket, victor: User) -> None:
    offered(ticket, cast.marta)
    estimates.decide(Estimate.objects.get(), by=victor, is_approved=True, reason="Go on")
    log_time(ticket, by=cast.marta, minutes=150, work_kind="remote")
    text = page(cast.marta, ticket)
    assert "6 h approved" in text
    assert "2.5 h used" in text
    assert "approved the estimate of 6 h: Go on" in text


def test_former_ones_stay_readable_with_the_clients_reason(cast: Cast, ticket: Ticket, victor: User) -> None:
    offered(ticket, cast.marta)
    estimates.decide(Estimate.objects.get(), by=victor, is_approved=False, reason="Too long")
    offered(ticket, cast.marta, hours="4")
    text = page(cast.marta, ticket)
    assert "1 former estimate" in text
    assert "Victor Kim: Too long" in text
    assert "declined the estimate of 6 h: Too long" in text


def test_a_refusal_keeps_what_was_typed(cast: Cast, ticket: Ticket) -> None:
    answer = offered(ticket, cast.marta, hours="0")
    assert answer.status_code == 409
    assert "An estimate needs some hours." in answer.content.decode()
    assert "Move the mail" in answer.content.decode()
    assert not Estimate.objects.exists()


def test_hours_that_cannot_be_read_are_asked_for_again(cast: Cast, ticket: Ticket) -> None:
    answer = offered(ticket, cast.marta, hours="a few")
    assert answer.status_code == 422
    assert "Move the mail" in answer.content.decode()


def test_only_who_works_on_the_ticket_offers(cast: Cast, ticket: Ticket) -> None:
    assert offered(ticket, agent_of()).status_code in (404, 409)
    assert offered(ticket, cast.helen).status_code == 404
    assert not Estimate.objects.exists()


def test_a_ticket_that_is_over_offers_none(cast: Cast, ticket: Ticket, victor: User) -> None:
    offered(ticket, cast.marta)
    advance.act(ticket, "cancel", by=cast.marta, reason="Not needed")
    assert get(cast.marta, ticket).context["estimate_form"] is None
    assert "waiting for the client" not in page(cast.marta, ticket)
    with pytest.raises(estimates.EstimateRefused, match="closed"):
        estimates.decide(Estimate.objects.get(), by=victor, is_approved=True)


def test_the_page_costs_the_same_however_often_it_was_estimated(
    cast: Cast, ticket: Ticket, django_assert_num_queries: Any
) -> None:
    for hours in range(1, 9):
        estimates.offer(ticket, Decimal(hours), by=cast.marta)
    with django_assert_num_queries(1):
        found = estimates.overview(ticket)
        assert [str(one.made_by) for one in found.former] == ["Marta Vidal"] * 7
