"""Changing a time entry: voided and logged anew on one page, by its person or a leader."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from contracts.hours import prepaid
from contracts.models import AtZero, Contract, TimeEntry
from contracts.time.entries import log_time
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.desk.conftest import MONDAY_9, Cast, accepted, signed_in
from tests.desk.ticket.pages import page
from tests.factories import agent_of


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    prepaid.purchase(Contract.objects.get(), Decimal(10), by=cast.admin, note="Invoice 1")
    return accepted(cast.ticket(), cast.marta)


@pytest.fixture
def entry(cast: Cast, ticket: Ticket) -> TimeEntry:
    return log_time(
        ticket, by=cast.marta, minutes=80, work_kind="on_site", note="Read the logs", started_at=MONDAY_9
    )


@pytest.fixture
def leader(cast: Cast) -> User:
    return agent_of(cast.item.service.group, is_leader=True, full_name="Lena Leader")


def shown(person: User, entry: TimeEntry, query: str = "") -> Any:
    return signed_in(person).get(reverse("desk:time-entry", args=[entry.pk]) + query)


def sent(person: User, entry: TimeEntry, query: str = "", **data: Any) -> Any:
    values = {"minutes": "1h", "work_kind": "on_site", "spent_on": "2026-01-05", "reason": "Lunch counted"}
    address = reverse("desk:time-entry", args=[entry.pk]) + query
    return signed_in(person).post(address, values | data)


def test_the_page_shows_the_entry_as_it_is(cast: Cast, entry: TimeEntry) -> None:
    text = shown(cast.marta, entry).content.decode()
    for part in ('value="1h 20m"', 'value="09:00"', "Read the logs", '<option value="on_site" selected>'):
        assert part in text
    assert "data-draft" not in text


def test_the_time_tab_leads_to_it_for_those_who_may(
    cast: Cast, ticket: Ticket, entry: TimeEntry, leader: User
) -> None:
    address = reverse("desk:time-entry", args=[entry.pk])
    assert address in page(cast.marta, ticket, "?tab=time")
    assert address in page(leader, ticket, "?tab=time")
    assert address not in page(cast.oleg, ticket, "?tab=time")
    assert f"{address}?to=timesheet" in signed_in(cast.marta).get(reverse("desk:timesheet")).content.decode()


def test_both_entries_stand_on_the_ticket_afterwards(cast: Cast, ticket: Ticket, entry: TimeEntry) -> None:
    answer = sent(cast.marta, entry, note="Read the logs of the relay")
    assert answer["Location"] == reverse("desk:ticket", args=[ticket.pk]) + "?tab=time"
    text = page(cast.marta, ticket, "?tab=time")
    assert "Voided by Marta Vidal: Lunch counted" in text
    assert "<s>1h 20m</s>" in text
    assert "Read the logs of the relay" in text
    assert prepaid.balance(Contract.objects.get()) == 9


def test_a_leader_changes_the_time_of_others_in_their_name(
    cast: Cast, ticket: Ticket, entry: TimeEntry, leader: User
) -> None:
    assert sent(leader, entry).status_code == 302
    assert TimeEntry.objects.standing().get().person == cast.marta
    history = page(cast.marta, ticket, "?tab=history")
    assert "logged 1h of Marta Vidal" in history
    assert "voided 1h 20m of Marta Vidal: Lunch counted" in history


def test_the_hours_are_those_of_whoever_worked(cast: Cast, entry: TimeEntry, leader: User) -> None:
    User.objects.filter(pk=cast.marta.pk).update(time_zone="Pacific/Auckland")  # 22:00 on the same day there
    assert 'value="22:00"' in shown(leader, entry).content.decode()
    assert sent(leader, entry, began="21:30").status_code == 302
    assert TimeEntry.objects.standing().get().started_at == datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"minutes": "a while"}, 422, "is not a time. Examples"),
        ({"minutes": "25h"}, 409, "A day has 24 hours"),
        ({"minutes": "-30"}, 422, "is not a time. Examples"),
        ({"reason": ""}, 422, "This field is required."),
        ({"reason": " "}, 422, "This field is required."),
        ({"spent_on": "2026-01-06"}, 409, "The day is in the future"),
        ({"minutes": "10h 30m"}, 409, "has 10 h left, and this takes 10.5 h"),
    ],
)
def test_what_is_refused_changes_nothing_and_keeps_what_was_typed(
    cast: Cast, entry: TimeEntry, data: dict[str, str], status: int, sentence: str
) -> None:
    Contract.objects.update(at_zero=AtZero.REFUSE)
    answer = sent(cast.marta, entry, note="In other words", **data)
    text = answer.content.decode()
    assert (answer.status_code, sentence in text, "In other words" in text) == (status, True, True)
    assert TimeEntry.objects.get().reversed_at is None
    assert prepaid.balance(Contract.objects.get()) == Decimal("8.5")


def test_it_is_taken_back_on_the_same_page(cast: Cast, entry: TimeEntry, leader: User) -> None:
    address = reverse("desk:time-entry-removal", args=[entry.pk])
    assert signed_in(leader).post(address, {"reason": ""}).status_code == 422
    assert signed_in(leader).post(address, {"reason": "Wrong ticket"}).status_code == 302
    again = signed_in(leader).post(address, {"reason": "Wrong ticket"})
    assert again.status_code == 409
    assert "already voided" in again.content.decode()
    assert "already voided" in shown(leader, entry).content.decode()


def test_others_find_nothing(cast: Cast, entry: TimeEntry) -> None:
    for person in (cast.oleg, cast.helen, cast.account_manager):
        assert shown(person, entry).status_code == 404
        assert sent(person, entry).status_code == 404
        address = reverse("desk:time-entry-removal", args=[entry.pk])
        assert signed_in(person).post(address, {"reason": "x"}).status_code == 404
    assert TimeEntry.objects.get().reversed_at is None


def test_after_the_end_of_the_ticket_it_is_changed_as_before(cast: Cast, entry: TimeEntry) -> None:
    Ticket.objects.update(status=Status.CLOSED)
    assert 'name="minutes"' in shown(cast.marta, entry).content.decode()
    assert sent(cast.marta, entry).status_code == 302
    assert TimeEntry.objects.standing().count() == 1


def test_closed_books_are_said_and_leave_no_form(cast: Cast, entry: TimeEntry) -> None:
    Contract.objects.update(closed_until="2026-01-31")
    text = shown(cast.marta, entry).content.decode()
    assert "are closed until" in text
    assert 'name="reason"' not in text
    answer = sent(cast.marta, entry)
    assert answer.status_code == 409
    assert "are closed until" in answer.content.decode()


def test_from_the_timesheet_one_returns_to_the_timesheet(cast: Cast, entry: TimeEntry) -> None:
    answer = sent(cast.marta, entry, "?to=timesheet")
    assert answer["Location"] == reverse("desk:timesheet") + "?day=2026-01-05"
    again = TimeEntry.objects.standing().get()
    assert sent(cast.marta, again, "?to=//elsewhere")["Location"].endswith("?tab=time")
