"""A notice that cannot be written ends as a failed mail with its reason; everybody else is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError

from contracts.hours import alerts, expiry, prepaid
from contracts.models import HoursAlert
from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import outbox
from servicedesk.notifications import links
from servicedesk.notifications import prepaid_hours as hour_notices
from servicedesk.notifications.escalations import DIGEST, KIND, send_waiting
from servicedesk.notifications.notices import event_notices
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Ticket
from sla.models import Calendar, EscalationNotice, Policy
from sla.sweep.clock_sweep import sweep
from tests.contracts.conftest import at, make_contract
from tests.contracts.work import worked
from tests.factories import ClientFactory, UserFactory, agent_of, contact_of, opened_by_door
from tests.sla.conftest import LONG_AGO, calendar, opened, policy
from tests.sla.escalation.escalating import at_work, give, level, policy_with
from tests.sla.example_calendars import moscow

pytestmark = pytest.mark.django_db
__all__ = ["LONG_AGO", "calendar", "opened", "policy"]  # fixtures of the clocks' own tests
State = OutgoingMail.State
NOON = moscow("03-02 12:00")


def failing(real: Callable[..., Any], is_bad: Callable[..., bool], error: Exception) -> Callable[..., Any]:
    def broken(*args: Any, **values: Any) -> Any:
        if is_bad(*args, **values):
            raise error
        return real(*args, **values)

    return broken


@pytest.fixture
def three(opened: Callable[..., Ticket], calendar: Calendar, policy: Policy, settings: Any) -> list[Ticket]:
    """Three late tickets: of one person two, of another one."""
    settings.TICKET_EVENT_HANDLERS = ["sla.clocks.lifecycle.on_ticket_event"]
    halves = policy_with(level("50%", "assignee"))
    tickets = [at_work(opened, policy=halves) for _number in range(3)]
    agent = give(tickets[0])
    give(tickets[1], agent)
    give(tickets[2])
    sweep(NOON)
    return tickets


def test_a_person_who_cannot_be_told_keeps_nobody_from_hearing(three, monkeypatch):
    bad = three[0].assignee
    page_url = failing(links.page_url, lambda _ticket, user: user == bad, KeyError("language"))
    monkeypatch.setattr(links, "page_url", page_url)
    assert send_waiting(NOON) == 3
    other, *failed = OutgoingMail.objects.order_by("state", "pk").filter(kind__in=[KIND, DIGEST])[::-1]
    assert (other.to, other.state) == (three[2].assignee.email, State.KEPT)
    assert [(one.to, one.state, one.error) for one in failed] == [
        (bad.email, State.FAILED, "KeyError: 'language'")
    ] * 2
    assert {one.ticket for one in failed} == set(three[:2])
    assert all(f"/desk/tickets/{one.ticket_id}/" in one.text for one in failed)
    assert not EscalationNotice.objects.filter(sent_at=None).exists()
    assert send_waiting(NOON) == 0


def test_of_several_notices_of_one_person_only_the_bad_one_fails(three, monkeypatch):
    bad = three[0]
    page_url = failing(links.page_url, lambda ticket, _user: ticket == bad, ValueError("page"))
    monkeypatch.setattr(links, "page_url", page_url)
    assert send_waiting(NOON) == 3
    assert OutgoingMail.objects.get(ticket=bad, kind=KIND).state == State.FAILED
    assert OutgoingMail.objects.get(ticket=three[1], kind=KIND).state == State.KEPT
    assert OutgoingMail.objects.get(ticket=three[2], kind=KIND).state == State.KEPT


def test_a_database_that_is_away_fails_nothing(three, monkeypatch):
    bad = three[0].assignee
    queue = failing(outbox.queue, lambda **values: values["to"] == bad.email, OperationalError("away"))
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "queue", queue)
        assert send_waiting(NOON) == 1
    assert EscalationNotice.objects.filter(sent_at=None, user=bad).count() == 2
    assert send_waiting(NOON) == 1
    assert OutgoingMail.objects.get(to=bad.email, kind=DIGEST).state == State.KEPT


def test_a_failed_notice_is_sent_again_with_the_way_to_its_page(three, monkeypatch, settings):
    with monkeypatch.context() as patched:
        broken = failing(links.page_url, lambda *_args: True, ValueError("x"))
        patched.setattr(links, "page_url", broken)
        send_waiting(NOON)
    settings.EMAIL_HOST = "127.0.0.1"
    mail = OutgoingMail.objects.filter(state=State.FAILED).earliest("pk")
    outbox.again(mail)
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (State.QUEUED, "")
    assert "See its page for details." in mail.text


def test_a_notice_of_an_event_fails_alone_and_its_cause_stands(monkeypatch):
    client = ClientFactory()
    ticket = opened_by_door(client=client, copy_to=["boss@client.example"])
    compose = failing(
        event_notices.compose, lambda _event, who: who == ticket.requester, TypeError("template")
    )
    monkeypatch.setattr("servicedesk.notifications.handlers.compose", compose)
    conversation.post(ticket, author=agent_of(ticket.group), body="Restart it.")
    mine, boss = (
        OutgoingMail.objects.get(kind="message_posted", to=to)
        for to in (ticket.requester.email, "boss@client.example")
    )
    assert (mine.state, mine.error) == (State.FAILED, "TypeError: template")
    assert f"/portal/requests/{ticket.pk}/" in mine.text
    assert (boss.state, "Restart it." in boss.text) == (State.KEPT, True)
    assert ticket.messages.filter(body="Restart it.").exists()


def test_news_of_hours_fails_for_one_reader_alone(monkeypatch):
    grace = UserFactory(is_account_manager=True)
    contract = make_contract(ClientFactory(account_manager=grace))
    manager = contact_of(contract.client, is_manager=True)
    prepaid.purchase(contract, Decimal(10), by=None, note="Invoice", at=at("2026-03-02T10:00:00+00:00"))
    worked(contract, 9 * 60, at("2026-03-02T11:00:00+00:00"))
    notice = failing(
        hour_notices._notice, lambda _news, _about, page, _person: "/portal/" in page, ValueError("amount")
    )
    monkeypatch.setattr(hour_notices, "_notice", notice)
    assert alerts.sweep(at("2026-03-02T12:00:00+00:00")) == 1
    states = dict(OutgoingMail.objects.filter(kind="hours").values_list("to", "state"))
    assert states == {grace.email: State.KEPT, manager.email: State.FAILED}


def test_a_contract_that_cannot_be_settled_keeps_no_other_waiting(monkeypatch):
    contracts = [make_contract(ClientFactory(), number=f"C-{number}") for number in range(3)]
    for contract in contracts:
        prepaid.purchase(
            contract,
            Decimal(10),
            by=None,
            note="Invoice",
            at=at("2026-03-02T10:00:00+00:00"),
            expires_on=date(2026, 3, 31),
        )
    real = expiry._settle_one
    monkeypatch.setattr(
        expiry, "_settle_one", failing(real, lambda one, _at: one == contracts[0], ValueError("ledger"))
    )
    assert expiry.sweep(at("2026-04-01T10:00:00+00:00")) == 2


def test_a_contract_that_cannot_be_told_of_silences_no_other(monkeypatch):
    contracts = [make_contract(ClientFactory(), number=f"C-{number}") for number in range(2)]
    for contract in contracts:
        prepaid.purchase(contract, Decimal(10), by=None, note="Invoice", at=at("2026-03-02T10:00:00+00:00"))
        worked(contract, 9 * 60, at("2026-03-02T11:00:00+00:00"))
    monkeypatch.setattr(
        alerts, "_tell", failing(alerts._tell, lambda one: one.contract == contracts[0], ValueError("x"))
    )
    assert alerts.sweep(at("2026-03-02T12:00:00+00:00")) == 1
    assert HoursAlert.objects.get().contract == contracts[1]
