"""The page of a calendar: its year, the hours of its draft, its versions."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sla.calendars import drafts
from sla.models import Calendar, CalendarDraft, CalendarVersion
from sla.versions import publishing
from tests.factories import UserFactory
from tests.sla.calendars.pages import read, url
from tests.sla.example_calendars import C1, office

pytestmark = pytest.mark.django_db


def typed(**changed: Any) -> dict[str, Any]:
    return {
        "tz": "Europe/Moscow",
        **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00"),
    } | changed


def test_the_year_of_a_version_is_only_read(
    browser: Browser, calendar: Calendar, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        answer = browser.get(url("calendar", calendar), {"year": 2026})
    page = read(answer)
    assert "261 working days, 2,349 h" in page
    assert "Change the calendar" in page
    assert "data-day" not in answer.content.decode()


@pytest.mark.parametrize("year", ["", "x", "0", "99999", "2199", "1900", "²"])
def test_a_year_that_is_none_is_this_year(browser: Browser, calendar: Calendar, year: str) -> None:
    answer = browser.get(url("calendar", calendar), {"year": year})
    assert f'<h2 class="num">{timezone.localdate().year}</h2>' in answer.content.decode()


def test_a_draft_costs_the_same_however_many_days_it_has(
    browser: Browser, draft: CalendarDraft, django_assert_max_num_queries: Any
) -> None:
    days: dict[str, list[str]] = {
        f"2026-{month:02d}-{day:02d}": [] for month in range(1, 13) for day in range(1, 20)
    }
    drafts.save(draft, {**C1, "days": days}, revision=1, by=UserFactory())
    with django_assert_max_num_queries(8):
        page = read(browser.get(url("calendar", draft.calendar), {"year": 2026}))
    assert "228 days or ranges added" in page


def test_hours_are_saved_as_they_are_typed(browser: Browser, draft: CalendarDraft) -> None:
    sent = typed(mon="9-13, 14–18", sat="22-6", country="DE", subdivision="BE", revision=1)
    answer = browser.post(url("calendar-week", draft.calendar), sent, follow=True)
    draft.refresh_from_db()
    assert draft.definition["week"]["mon"] == ["09:00-13:00", "14:00-18:00"]
    assert draft.definition["week"]["sat"] == ["22:00-06:00"]
    assert (draft.definition["country"], draft.definition["subdivision"]) == ("DE", "BE")
    assert draft.revision == 2
    assert "Hours of 2 weekdays changed" in read(answer)


def test_saving_what_is_there_is_no_change(browser: Browser, draft: CalendarDraft) -> None:
    browser.post(url("calendar-week", draft.calendar), typed(revision=1))
    draft.refresh_from_db()
    assert (draft.definition, draft.revision) == (C1, 1)


def test_a_wrong_hour_is_named_beside_its_day_and_nothing_is_saved(
    browser: Browser, draft: CalendarDraft
) -> None:
    sent = typed(mon="nine to five", tue="9-13, 12-18", tz="Nowhere", revision=1)
    answer = browser.post(url("calendar-week", draft.calendar), sent)
    assert answer.status_code == 422
    page = read(answer)
    assert "“nine to five” is not a time range" in page
    assert "“12:00-18:00” overlaps other hours of the day" in page
    assert "“Nowhere” is not a time zone" in page
    assert 'value="nine to five"' in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.definition, draft.revision) == (C1, 1)


def test_a_night_that_runs_into_the_next_day_is_named_at_its_day(
    browser: Browser, draft: CalendarDraft
) -> None:
    answer = browser.post(url("calendar-week", draft.calendar), typed(mon="22-10", revision=1))
    assert answer.status_code == 422
    assert re.search(r"id_mon_error.*run into the hours of the next day", answer.content.decode(), re.S)


def test_one_button_copies_monday_until_friday(browser: Browser, draft: CalendarDraft) -> None:
    sent = typed(mon="8-17", sat="10-12", copy_monday="1", revision=1)
    browser.post(url("calendar-week", draft.calendar), sent)
    draft.refresh_from_db()
    week = draft.definition["week"]
    assert [week[day] for day in ("mon", "tue", "wed", "thu", "fri")] == [["08:00-17:00"]] * 5
    assert week["sat"] == ["10:00-12:00"]


def test_the_region_of_another_country_is_forgotten(browser: Browser, draft: CalendarDraft) -> None:
    drafts.save(draft, {**C1, "country": "DE", "subdivision": "BE"}, revision=1, by=UserFactory())
    sent = typed(country="RU", subdivision="BE", revision=2)
    browser.post(url("calendar-week", draft.calendar), sent)
    draft.refresh_from_db()
    assert draft.definition["country"] == "RU"
    assert "subdivision" not in draft.definition


def test_regions_are_offered_for_the_chosen_country(browser: Browser, draft: CalendarDraft) -> None:
    assert "Berlin" in read(browser.get(url("calendar-regions", draft.calendar), {"country": "DE"}))
    assert read(browser.get(url("calendar-regions", draft.calendar), {"country": "<b>"})) == ""


def test_who_is_second_is_told_what_the_first_did_and_keeps_the_text(
    browser: Browser, draft: CalendarDraft
) -> None:
    page = browser.get(url("calendar", draft.calendar)).content.decode()
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    other = UserFactory(full_name="Bo Lind")
    drafts.save(draft, {**C1, "days": {"2026-03-09": []}}, revision=1, by=other)
    answer = browser.post(url("calendar-week", draft.calendar), typed(mon="8-17", revision=1, seen=seen))
    assert answer.status_code == 409
    assert "Bo Lind changed this draft in the meantime" in read(answer)
    assert "added: 9 Mar 2026: closed" in read(answer)
    assert 'value="8-17"' in answer.content.decode()
    assert 'name="revision" value="2"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.definition["week"] == C1["week"]


def test_a_draft_that_is_gone_refuses_with_a_sentence(browser: Browser, draft: CalendarDraft) -> None:
    drafts.discard(draft, revision=1)
    for name in ("calendar-week", "calendar-toggle", "calendar-day", "calendar-paste", "calendar-discard"):
        answer = browser.post(url(name, draft.calendar), typed(revision=1))
        assert answer.status_code == 409, name
        assert "published or discarded in the meantime" in read(answer)


def test_a_discarded_draft_can_be_put_back(browser: Browser, draft: CalendarDraft) -> None:
    drafts.save(draft, office("UTC", "10:00-12:00"), revision=1, by=UserFactory())
    answer = browser.post(url("calendar-discard", draft.calendar), {"revision": 2}, follow=True)
    assert "The draft is discarded. Restore" in read(answer)
    assert not CalendarDraft.objects.exists()
    browser.post(url("calendar-put-back", draft.calendar), {"revision": 0})
    assert CalendarDraft.objects.get().definition == office("UTC", "10:00-12:00")
    assert browser.post(url("calendar-put-back", draft.calendar), {"revision": 0}).status_code == 404


def test_a_definition_that_cannot_be_read_any_more_is_shown_with_a_sentence(
    browser: Browser, draft: CalendarDraft
) -> None:
    CalendarDraft.objects.update(definition={**C1, "country": "ZZ"})
    page = read(browser.get(url("calendar", draft.calendar)))
    assert "This calendar’s data cannot be read" in page
    assert "The holidays of “ZZ” are not known" in page


def test_versions_tell_who_changed_what(
    browser: Browser, calendar: Calendar, django_assert_max_num_queries: Any
) -> None:
    by = UserFactory(full_name="Bo Lind")
    now = timezone.now()
    changed = {
        **C1,
        "days": {"2026-03-09": [], "2026-04-30": ["09:00-17:00"]},
        "yearly": {"12-31..01-08": []},
    }
    publishing.publish_calendar(calendar, changed, now - timedelta(days=3), by=by)
    publishing.publish_calendar(calendar, {**C1, "country": "DE"}, now + timedelta(days=3), by=by)
    with django_assert_max_num_queries(9):
        page = read(browser.get(url("calendar-history", calendar)))
    assert "Version 2 in force" in page
    assert "Mon–Fri 09:00–18:00, Europe/Moscow" in page
    assert "Bo Lind" in page
    assert "added: 30 Apr 2026: 09:00–17:00" in page
    assert "added: 31 Dec – 8 Jan, every year: closed" in page
    assert "Public holidays: none → Germany" in page
    assert "removed: 9 Mar 2026: closed" in page
    shown = browser.get(url("calendar-version", calendar, 2), {"year": 2026})
    assert "253 working days" in read(shown)
    assert "Change the calendar" not in read(shown)
    assert browser.get(url("calendar-version", calendar, 9)).status_code == 404


def test_closed_days_go_into_a_file(browser: Browser, calendar: Calendar) -> None:
    version = CalendarVersion.objects.get()
    CalendarVersion.objects.update(
        definition={**version.definition, "days": {"2026-03-09": []}, "country": "RU"}
    )
    answer = browser.get(url("calendar-ics", calendar), {"year": 2026})
    assert answer["Content-Type"].startswith("text/calendar")
    assert 'filename="moscow-2026.ics"' in answer["Content-Disposition"]
    assert b"DTSTART;VALUE=DATE:20260309" in answer.content
    assert b"DTSTART;VALUE=DATE:20281104" in answer.content
