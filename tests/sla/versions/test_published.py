"""Published versions are kept in the process; which of them holds is asked each time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from servicedesk.tickets.models import Ticket
from sla.clocks import lifecycle as clocks
from sla.models import Calendar, Policy
from sla.versions import published, publishing
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import HOUR, moscow

pytestmark = pytest.mark.django_db
AT = moscow("03-02 10:00")


def first_response(policy: Policy, calendar: Calendar) -> timedelta:
    rows, _calendar = clocks.in_force(policy, calendar, AT)
    assert rows[0].first_response is not None
    return rows[0].first_response


def test_versions_met_before_are_not_read_again(
    policy: Policy, calendar: Calendar, django_assert_num_queries: Any
) -> None:
    clocks.in_force(policy, calendar, AT)
    with django_assert_num_queries(2):
        rows, version = clocks.in_force(policy, calendar, AT)
        assert rows[0].version.policy_id == policy.pk
        assert version is not None
        assert version.worktime().day_length() > timedelta(0)


def test_a_version_published_since_holds_at_once(policy: Policy, calendar: Calendar) -> None:
    former = first_response(policy, calendar)
    publishing.publish_policy(policy, [{"first_response": former + HOUR}], AT - timedelta(minutes=1))
    assert first_response(policy, calendar) == former + HOUR


def test_a_version_that_was_undone_is_not_taken_for_its_successor(policy: Policy, calendar: Calendar) -> None:
    """SQLite gives the key of a row that was rolled back to the next one."""
    begin = AT - timedelta(minutes=1)
    with transaction.atomic():
        publishing.publish_policy(policy, [{"first_response": 7 * HOUR}], begin)
        assert first_response(policy, calendar) == 7 * HOUR
        transaction.set_rollback(True)
    publishing.publish_policy(policy, [{"first_response": 9 * HOUR}], begin)
    assert first_response(policy, calendar) == 9 * HOUR


def test_what_is_read_through_a_version_is_as_it_is_now(policy: Policy, calendar: Calendar) -> None:
    _rows, version = clocks.in_force(policy, calendar, AT)
    assert version is not None
    assert str(version) == f"{calendar.name} v1"
    Calendar.objects.filter(pk=calendar.pk).update(name="Renamed")
    _rows, again = clocks.in_force(policy, calendar, AT)
    assert str(again) == "Renamed v1"


def test_nobody_changes_the_rows_of_another(policy: Policy, calendar: Calendar) -> None:
    rows, _version = clocks.in_force(policy, calendar, AT)
    rows[0].first_response = HOUR * 99
    rows[0].version.number = 99
    again, _version = clocks.in_force(policy, calendar, AT)
    assert again[0].first_response != HOUR * 99
    assert again[0].version.number == 1


def test_no_more_than_so_many_are_kept(
    policy: Policy, calendar: Calendar, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(published, "KEPT", 1)
    other = Policy.objects.create(name="Other")
    publishing.publish_policy(other, [{"first_response": HOUR}], LONG_AGO)
    for one in (policy, other):
        clocks.in_force(one, calendar, AT)
    with django_assert_num_queries(2):
        clocks.in_force(other, calendar, AT)
    with django_assert_num_queries(4):  # version and rows
        clocks.in_force(policy, calendar, AT)


def test_the_clocks_of_a_ticket_know_their_versions(ticket: Ticket, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = published.of_clocks(ticket.clocks.all())
        assert {clock.policy_version.policy_id for clock in found} == {found[0].policy_version.policy_id}
        assert all(clock.cell and clock.calendar_version.worktime() for clock in found)
