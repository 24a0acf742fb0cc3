"""Mails about approvals: asked, reminded, passed on, not approved."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import Absence, User
from servicedesk.tickets.models import Ticket
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    UserFactory,
    agent_of,
    contact_of,
    opened_by_door,
)
from workflows import advance
from workflows.approvals.reminders import sweep

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(db: None) -> User:
    company = ClientFactory(account_manager=UserFactory(is_account_manager=True, full_name="Grace Holm"))
    return contact_of(company, is_manager=True, full_name="Victor Kim")


def asks(boss: User, *levels: dict[str, object], **fields: object) -> Ticket:
    item = RequestTypeFactory(kind="service_request", approvals=list(levels), **fields)
    agent_of(item.service.group, is_leader=True, email="leader@desk.example")
    company = boss.memberships.get().client
    anna = contact_of(company, full_name="Anna Reed", email="anna@client.example")
    return opened_by_door(request_type=item, client=company, requester=anna)


def mails(kind: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


def test_a_client_is_led_to_the_portal_and_told_the_price(boss):
    asks(boss, {"who": "client_manager"}, price="900", estimated_hours="4")
    [mail] = mails("approval_asked")
    assert mail.to == boss.email
    for words in ("Anna Reed asks for your approval.", "Price: 900", "Usual time: 4 h", "/portal/requests/"):
        assert words in mail.text


def test_staff_is_led_to_the_desk(boss):
    asks(boss, {"who": "account_manager"})
    [mail] = mails("approval_asked")
    assert re.search(r"/desk/tickets/\d+/", mail.text)


def test_a_deputy_reads_why(boss):
    tom = contact_of(boss.memberships.get().client)
    ticket = asks(boss)
    day = ticket.opened_at.date()
    Absence.objects.create(user=boss, deputy=tom, starts_on=day, ends_on=day)
    opened_by_door(
        request_type=RequestTypeFactory(kind="service_request", approvals=[{"who": "client_manager"}]),
        client=ticket.client,
        requester=ticket.requester,
    )
    [mail] = mails("approval_asked")
    assert mail.to == tom.email
    assert "You are asked because Victor Kim is away." in mail.text


def test_it_is_in_the_language_of_the_reader(boss):
    boss.language = "ru"
    boss.save()
    asks(boss, {"who": "client_manager"})
    assert mails("approval_asked")[0].language == "ru"


def test_the_reminder_and_the_leaders_who_are_asked_instead(boss):
    ticket = asks(
        boss, {"who": "client_manager", "remind_hours": 1, "expire_hours": 2, "when_late": "leader"}
    )
    asked_at = ticket.approvals.get().asked_at
    sweep(asked_at + timedelta(hours=1))
    sweep(asked_at + timedelta(hours=2))
    [reminder], [passed_on] = mails("approval_reminded"), mails("approval_passed_on")
    assert (reminder.to, passed_on.to) == (boss.email, "leader@desk.example")
    assert "waits for your approval" in reminder.text
    assert "It is escalated to you." in passed_on.text


def test_the_group_hears_when_it_decides_itself(boss):
    client = boss.memberships.get().client
    client.account_manager = None
    client.save()
    item = RequestTypeFactory(kind="service_request", approvals=[{"who": "account_manager"}])
    agents = [agent_of(item.service.group) for _ in range(2)]
    opened_by_door(request_type=item, client=client, requester=contact_of(client))
    assert [mail.to for mail in mails("approval_asked")] == [one.email for one in agents]


def test_the_requester_reads_why_it_was_not_approved(boss):
    first = asks(boss, {"who": "client_manager"})
    advance.act(first, "reject", by=boss, reason="No budget")
    [mail] = mails("rejected")
    assert (mail.to, "No budget" in mail.text) == ("anna@client.example", True)


def test_the_requester_reads_that_nobody_decided(boss):
    ticket = asks(boss, {"who": "client_manager", "expire_hours": 1, "when_late": "reject"})
    sweep(ticket.approvals.get().asked_at + timedelta(hours=1))
    assert "Nobody decided in time." in mails("rejected")[0].text
