"""The list of calendars: who uses them, new ones, copies, the archive."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from sla.models import Calendar, Policy
from sla.versions import publishing
from tests.factories import ClientFactory, UserFactory, contract_for
from tests.sla.calendars.pages import read, url
from tests.sla.conftest import LONG_AGO, Opener
from tests.sla.example_calendars import C1, HOUR

pytestmark = pytest.mark.django_db
LIST = reverse("sla:calendars")


def test_an_empty_list_says_what_calendars_are_for(browser: Browser) -> None:
    page = read(browser.get(LIST))
    assert "No calendars yet" in page
    assert "Targets count working hours only" in page


def test_the_list_says_hours_and_who_uses_them(
    browser: Browser, calendar: Calendar, policy: Policy, opened: Opener
) -> None:
    opened()
    contract_for(ClientFactory(), calendar=calendar)
    promised = {"resolution": HOUR, "calendar": calendar}
    publishing.publish_policy(policy, [promised, promised | {"priority": 1}], timezone.now())
    page = read(browser.get(LIST, {"q": "mosc"}))
    assert "Moscow Europe/Moscow Mon–Fri 09:00–18:00 Version 1" in page
    assert "1 contract, 1 policy and 1 open ticket" in page
    assert "No results for this filter" in read(browser.get(LIST, {"q": "nowhere"}))


def test_the_list_costs_the_same_however_long(
    browser: Browser, calendar: Calendar, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        publishing.publish_calendar(Calendar.objects.create(name=f"C{number}"), C1, LONG_AGO)
    with django_assert_max_num_queries(9):
        assert "C11" in read(browser.get(LIST))


@pytest.mark.parametrize(
    ("preset", "words"),
    [
        ("office", "Mon–Fri 09:00–18:00"),
        ("lunch", "Mon–Fri 09:00–13:00, 14:00–18:00"),
        ("always", "24 × 7"),
    ],
)
def test_a_new_calendar_begins_as_a_draft(browser: Browser, preset: str, words: str) -> None:
    answer = browser.post(
        reverse("sla:calendar-new"), {"name": "Office", "preset": preset, "tz": "Europe/Berlin"}, follow=True
    )
    calendar = Calendar.objects.get()
    assert not calendar.versions.exists()
    assert calendar.draft.definition["tz"] == "Europe/Berlin"
    assert "It is not used until it is published" in read(answer)
    browser.post(url("calendar-publish", calendar), {"revision": 1, "scope": "new"})
    assert words in read(browser.get(LIST))


def test_a_wrong_zone_or_a_used_name_is_refused_beside_its_field(
    browser: Browser, calendar: Calendar
) -> None:
    sent = {"name": "Moscow", "preset": "office", "tz": "Mars/Olympus"}
    answer = browser.post(reverse("sla:calendar-new"), sent)
    assert answer.status_code == 422
    assert "Another calendar has this name already" in read(answer)
    assert "“Mars/Olympus” is not a time zone" in read(answer)
    assert 'value="Mars/Olympus"' in answer.content.decode()


def test_a_copy_says_the_same(browser: Browser, calendar: Calendar) -> None:
    browser.post(url("calendar-copy", calendar), {"name": "Moscow two"})
    assert Calendar.objects.get(name="Moscow two").draft.definition == C1


def test_a_used_calendar_cannot_be_archived(browser: Browser, calendar: Calendar, opened: Opener) -> None:
    opened()
    answer = browser.post(url("calendar-archive", calendar))
    assert answer.status_code == 409
    assert "is used by 1 open ticket" in read(answer)


def test_an_unused_calendar_goes_into_the_archive_and_back(browser: Browser, calendar: Calendar) -> None:
    assert "“Moscow” is in the archive" in read(browser.post(url("calendar-archive", calendar), follow=True))
    assert "Moscow" in read(browser.get(LIST, {"state": "archived"}))
    assert browser.post(url("calendar-edit", calendar)).status_code == 404
    assert "“Moscow” is in use again" in read(browser.post(url("calendar-archive", calendar), follow=True))


def test_agents_and_account_managers_find_nothing(calendar: Calendar) -> None:
    browser = Browser()
    browser.force_login(UserFactory(is_account_manager=True))
    for name in ("calendar", "calendar-history", "calendar-publish"):
        assert browser.get(url(name, calendar)).status_code == 404
    assert browser.get(LIST).status_code == 404
