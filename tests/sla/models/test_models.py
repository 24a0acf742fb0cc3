"""Versions of calendars and policies, and what the tables refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from sla.calendars.editing import ready_made
from sla.models import Calendar, Clock, Policy, PolicyCell
from sla.versions import publishing
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import C1, C3, HOUR, moscow, office

pytestmark = pytest.mark.django_db


def test_a_calendar_says_what_is_valid_at_a_moment(calendar: Calendar) -> None:
    publishing.publish_calendar(calendar, C3, moscow("03-02 00:00"))
    numbers = [
        version.number
        for moment in (LONG_AGO - timedelta(days=1), moscow("03-01 23:59"), moscow("03-02 00:00"))
        if (version := calendar.version_at(moment))
    ]
    assert numbers == [1, 1, 2]


def test_a_calendar_without_versions_says_nothing() -> None:
    assert Calendar.objects.create(name="Empty").version_at(LONG_AGO) is None


@pytest.mark.parametrize(
    "definition",
    [
        office("UTC", days=()),
        office("UTC", "09:00-00:00"),
        C1 | {"tz": "Mars/Base"},
        C1 | {"yearly": {"01-01..12-31": []}},
    ],
)
def test_hours_nobody_could_keep_are_refused_and_nothing_is_saved(
    calendar: Calendar, definition: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as refusal:
        publishing.publish_calendar(calendar, definition, moscow("03-02 00:00"))
    assert "definition" in refusal.value.message_dict
    assert calendar.versions.count() == 1


def test_two_versions_cannot_begin_at_one_moment(calendar: Calendar, policy: Policy) -> None:
    with pytest.raises(ValidationError):
        publishing.publish_calendar(calendar, C3, LONG_AGO)
    with pytest.raises(ValidationError):
        publishing.publish_policy(policy, [], LONG_AGO)


def test_versions_are_numbered(policy: Policy) -> None:
    assert publishing.publish_policy(policy, [{"resolution": HOUR}], moscow("03-02 00:00")).number == 2


@pytest.mark.parametrize(
    "cell",
    [
        {"kind": "riddle"},
        {"priority": 5},
        {"pause_in": ["in_progress"]},
        {"pause_in": "waiting_client"},
        {"at_risk_percent": 0},
        {"retarget": "forget"},
        {"resolution": timedelta(0)},
    ],
)
def test_a_wrong_row_is_refused_and_nothing_is_saved(policy: Policy, cell: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        publishing.publish_policy(policy, [{"resolution": HOUR} | cell], moscow("03-02 00:00"))
    assert policy.versions.count() == 1


def test_a_promise_of_no_time_is_refused_by_the_table(policy: Policy) -> None:
    version = policy.versions.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyCell.objects.create(version=version, resolution=timedelta(0))


def test_a_paused_clock_has_no_deadline_in_the_table(ticket: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(ticket=ticket).update(state="paused")


def test_a_preset_knows_the_holidays_of_the_country() -> None:
    definition = ready_made.default_calendar_definition("Europe/Berlin", "DE", "BE")
    assert (definition["tz"], definition["country"], definition["subdivision"]) == (
        "Europe/Berlin",
        "DE",
        "BE",
    )
    assert "country" not in ready_made.default_calendar_definition("UTC", "")
