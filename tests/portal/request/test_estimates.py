"""Estimates and access data on the client's side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from contracts.hours import estimates, prepaid
from contracts.models import AtZero, Contract, Estimate
from contracts.time.entries import log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.factories import ClientFactory, contact_of
from tests.portal.conftest import Cast, accepted, signed_in

PASSWORD = "correct<horse>battery"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return accepted(cast.ticket(), cast.agent)


@pytest.fixture
def estimate(cast: Cast, ticket: Ticket) -> Estimate:
    return estimates.offer(ticket, Decimal(6), by=cast.agent, note="Move the mail")


def page(person: User, ticket: Ticket) -> str:
    text: str = signed_in(person).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    return text


def decided(person: User, estimate: Estimate, decision: str = "approve", reason: str = "") -> Any:
    address = reverse("portal:request-estimate", args=[estimate.ticket_id, estimate.pk])
    return signed_in(person).post(address, {"decision": decision, "reason": reason})


def todos(person: User) -> list[str]:
    return [todo.hint for todo in signed_in(person).get(reverse("portal:home")).context["todos"]]


def test_the_manager_is_asked_and_the_requester_reads_it_quietly(cast, ticket, estimate):
    asked, told = page(cast.manager, ticket), page(cast.helen, ticket)
    for text in (asked, told):
        assert "Estimate: 6 hours" in text
        assert "Move the mail" in text
    assert "Approve</button>" in asked
    assert "Approve</button>" not in told
    assert "Awaiting the approval of your manager." in told
    assert todos(cast.manager) == ["Estimate: 6 h"]
    assert todos(cast.helen) == []


def test_where_nobody_manages_whoever_asked_decides(db, cast):
    company = ClientFactory()
    alone = contact_of(company)
    ticket = cast.ticket(client=company, requester=alone)
    made = estimates.offer(ticket, Decimal(2), by=cast.agent)
    assert todos(alone) == ["Estimate: 2 h"]
    assert decided(alone, made).status_code == 302
    assert todos(alone) == []


def test_approved_hours_stand_beside_the_used_ones(cast, ticket, estimate):
    assert decided(cast.manager, estimate, reason="Go on").status_code == 302
    log_time(ticket, by=cast.agent, minutes=150, work_kind="remote")
    text = page(cast.helen, ticket)
    assert "6 h, 2.5 h used" in text
    assert "approved the estimate of 6 h. Go on" in text
    assert "sent an estimate of 6 h." in text


def test_declining_needs_a_reason(cast, ticket, estimate):
    answer = decided(cast.manager, estimate, "decline")
    assert answer.status_code == 422
    assert "Write the reason for declining." in answer.content.decode()
    assert decided(cast.manager, estimate, "decline", "Too long").status_code == 302
    estimate.refresh_from_db()
    assert (estimate.state, estimate.reason) == ("declined", "Too long")
    assert "Estimate: 6 hours" not in page(cast.manager, ticket)


def test_only_who_decides_is_heard(cast, estimate):
    assert decided(cast.helen, estimate).status_code == 409
    assert decided(cast.tom, estimate).status_code == 404
    assert decided(cast.stranger, estimate).status_code == 404
    assert decided(cast.agent, estimate).status_code in (302, 403, 404)
    estimate.refresh_from_db()
    assert estimate.state == "offered"


def test_a_stale_page_is_told_and_keeps_the_words(cast, ticket, estimate):
    estimates.offer(ticket, Decimal(4), by=cast.agent)
    answer = decided(cast.manager, estimate, reason="As agreed")
    assert answer.status_code == 409
    assert "is no longer waiting for a decision" in answer.content.decode()
    assert "As agreed" in answer.content.decode()


def test_too_few_hours_are_said_in_the_clients_words(cast, ticket, estimate):
    contract = Contract.objects.get()
    prepaid.purchase(contract, Decimal(1), by=None, note="Invoice 1")
    Contract.objects.update(at_zero=AtZero.REFUSE)
    answer = decided(cast.manager, estimate)
    assert answer.status_code == 409
    assert "Your contract has 1 h left, and this needs 6 h." in answer.content.decode()
    estimate.refresh_from_db()
    assert estimate.state == "offered"


def test_access_data_is_typed_unseen_and_shown_as_given(cast):
    cast.item.form = [{"key": "password", "label": "Password", "kind": "secret", "required": True}]
    cast.item.save()
    browser, address = signed_in(cast.helen), reverse("portal:new-request")
    form = browser.get(address, {"type": cast.item.pk}).content.decode()
    assert 'type="password" name="answer_password"' in form
    assert "Kept encrypted" in form
    data = {"type": cast.item.pk, "subject": "Server", "body": "", "impact": 1, "urgency": 1}
    wrong = browser.post(address, data | {"answer_password": PASSWORD})
    assert wrong.status_code == 422
    assert "horse" not in wrong.content.decode()
    browser.post(address, data | {"body": "Please look", "answer_password": PASSWORD})
    ticket = Ticket.objects.get(subject="Server")
    assert ticket.answers == {}
    text = page(cast.helen, ticket)
    assert "•••• provided" in text
    assert "horse" not in text
