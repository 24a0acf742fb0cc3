"""One's own week of time, and the leader's look at it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from contracts.models import IntakeRule, TimeEntry
from contracts.time import timesheets
from contracts.time.entries import log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.factories import TicketFactory, agent_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket() -> Ticket:
    return TicketFactory(subject="Mail is late")


@pytest.fixture
def agent(ticket: Ticket) -> User:
    agent = agent_of(ticket.group, full_name="Marta Ruiz")
    log_time(ticket, by=agent, minutes=65, work_kind="remote", note="Looked at the relay")
    return agent


def signed_in(person: User) -> Browser:
    browser = Browser()
    browser.force_login(person)
    return browser


def test_the_week_lists_ones_own_time_with_its_sum(agent):
    page = signed_in(agent).get(reverse("desk:timesheet")).content.decode()
    assert "Mail is late" in page
    assert "1h 05m" in page
    assert "Looked at the relay" in page


def test_another_week_is_empty_and_nonsense_means_today(agent):
    browser = signed_in(agent)
    last = timezone.localdate() - timedelta(days=7)
    assert (
        "Mail is late"
        not in browser.get(reverse("desk:timesheet"), {"day": last.isoformat()}).content.decode()
    )
    assert "Mail is late" in browser.get(reverse("desk:timesheet"), {"day": "2026-13-45"}).content.decode()


def test_an_entry_is_taken_back_with_a_reason(agent):
    entry = TimeEntry.objects.get()
    address = reverse("desk:timesheet-take-back", args=[entry.pk])
    signed_in(agent).post(address, {"reason": "Wrong ticket"})
    entry.refresh_from_db()
    assert entry.reversal_reason == "Wrong ticket"


def test_nobody_takes_back_the_time_of_others(agent, ticket):
    address = reverse("desk:timesheet-take-back", args=[TimeEntry.objects.get().pk])
    assert signed_in(agent_of(ticket.group)).post(address, {"reason": "x"}).status_code == 404


def test_a_week_goes_to_the_leader_and_back(agent, ticket):
    IntakeRule(pk=1, approve_timesheets=True).save()
    leader = signed_in(agent_of(ticket.group, is_leader=True))
    signed_in(agent).post(reverse("desk:timesheet-hand-in"), {"day": timezone.localdate()})
    assert "Marta Ruiz" in leader.get(reverse("desk:timesheet")).content.decode()
    sheet = timesheets.week(agent, timezone.localdate()).sheet
    assert sheet is not None
    assert "Mail is late" in leader.get(reverse("desk:timesheet-one", args=[sheet.pk])).content.decode()
    leader.post(
        reverse("desk:timesheet-decide", args=[sheet.pk]), {"decision": "return", "reason": "Friday?"}
    )
    assert "Friday?" in signed_in(agent).get(reverse("desk:timesheet")).content.decode()


def test_a_week_is_given_back_only_with_a_reason(agent, ticket):
    sheet = timesheets.hand_in(agent, timezone.localdate())
    leader = signed_in(agent_of(ticket.group, is_leader=True))
    leader.post(reverse("desk:timesheet-decide", args=[sheet.pk]), {"decision": "return", "reason": " "})
    sheet.refresh_from_db()
    assert sheet.returned_reason == ""


def test_a_stranger_finds_no_week_of_others(agent):
    sheet = timesheets.hand_in(agent, timezone.localdate())
    stranger = signed_in(agent_of(is_leader=True))
    assert stranger.get(reverse("desk:timesheet-one", args=[sheet.pk])).status_code == 404
    decision = reverse("desk:timesheet-decide", args=[sheet.pk])
    assert stranger.post(decision, {"decision": "approve"}).status_code == 404
    sheet.refresh_from_db()
    assert sheet.approved_at is None


def test_a_week_costs_the_same_however_much_was_done(agent, ticket, django_assert_max_num_queries):
    browser = signed_in(agent)
    browser.get(reverse("desk:timesheet"))
    for _number in range(10):
        log_time(ticket, by=agent, minutes=5, work_kind="remote")
    with django_assert_max_num_queries(11):
        browser.get(reverse("desk:timesheet"))
