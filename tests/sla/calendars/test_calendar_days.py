"""Days of a draft: switched, written by a form, pasted, imported; and the draft's publishing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from sla.calendars import drafts
from sla.models import Calendar, CalendarDraft, CalendarVersion, TermsChange
from sla.versions import publishing
from tests.factories import UserFactory
from tests.sla.calendars.editing.test_ics import MONDAY, ics
from tests.sla.calendars.pages import read, url
from tests.sla.conftest import Opener
from tests.sla.example_calendars import C1, moscow

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NIGHTS = {"tz": "Europe/Moscow", "week": {"mon": ["22:00-06:00"]}}


def days_of(draft: CalendarDraft) -> Any:
    draft.refresh_from_db()
    return draft.definition.get("days", {})


def test_a_day_is_closed_and_opened_again(
    browser: Browser, draft: CalendarDraft, django_assert_max_num_queries: Any
) -> None:
    sent = {"day": "2026-03-09", "revision": 1, "year": 2026}
    with django_assert_max_num_queries(14):
        answer = browser.post(url("calendar-toggle", draft.calendar), sent, headers=HTMX)
    text = answer.content.decode()
    assert 'aria-label="Monday 9 March 2026: closed, changed in this draft"' in text
    assert 'name="revision" value="2"' in text
    assert "1 day or range added" in read(answer)
    assert days_of(draft) == {"2026-03-09": []}
    answer = browser.post(url("calendar-toggle", draft.calendar), sent | {"revision": 2}, headers=HTMX)
    assert "Nothing is changed yet" in read(answer)
    assert days_of(draft) == {}


def test_switching_a_day_that_somebody_else_changed_shows_the_year_as_it_is(
    browser: Browser, draft: CalendarDraft
) -> None:
    drafts.save(draft, {**C1, "days": {"2026-03-10": []}}, revision=1, by=UserFactory(full_name="Bo Lind"))
    sent = {"day": "2026-03-09", "revision": 1, "year": 2026}
    answer = browser.post(url("calendar-toggle", draft.calendar), sent, headers=HTMX)
    assert answer.status_code == 409
    assert "Bo Lind changed this draft in the meantime" in read(answer)
    assert "Tuesday 10 March 2026: closed" in answer.content.decode()
    assert days_of(draft) == {"2026-03-10": []}


@pytest.mark.parametrize("day", ["", "x", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_changes_nothing(browser: Browser, draft: CalendarDraft, day: str) -> None:
    assert (
        browser.post(url("calendar-toggle", draft.calendar), {"day": day, "revision": 1}).status_code == 302
    )
    assert browser.get(url("calendar-day", draft.calendar), {"day": day}).status_code == 200
    assert days_of(draft) == {}


@pytest.mark.parametrize(
    ("sent", "section", "key", "lines"),
    [
        ({"what": "closed"}, "days", "2026-03-09", []),
        ({"what": "closed", "last": "2026-03-13"}, "days", "2026-03-09..2026-03-13", []),
        ({"what": "hours", "hours": "10-14"}, "days", "2026-03-09", ["10:00-14:00"]),
        ({"what": "closed", "every_year": "on"}, "yearly", "03-09", []),
        ({"what": "closed", "every_year": "on", "last": "2027-01-08"}, "yearly", "03-09..01-08", []),
    ],
)
def test_days_are_written_by_a_form(
    browser: Browser, draft: CalendarDraft, sent: dict[str, str], section: str, key: str, lines: list[str]
) -> None:
    answer = browser.post(url("calendar-day", draft.calendar), {"first": "2026-03-09", "revision": 1, **sent})
    assert answer["Location"].endswith("?year=2026#d-2026-03-09")
    draft.refresh_from_db()
    assert draft.definition[section] == {key: lines}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"what": "hours", "hours": ""}, "Write the hours"),
        ({"what": "hours", "hours": "9-9"}, "is empty"),
        ({"what": "closed", "last": "2026-03-01"}, "The last day is before the first"),
        ({"what": "closed", "last": "2099-03-01"}, "more than ten years"),
        ({"what": "closed", "last": "2027-03-09", "every_year": "on"}, "shorter than a year"),
        ({"what": "closed", "first": "9 March"}, "Write a day"),
        ({"what": "hours", "hours": "1-2", "last": "2026-12-28"}, "overlaps “2026-12-28..2027-01-03”"),
        ({}, "This field is required"),
    ],
)
def test_what_is_wrong_with_days_is_said_beside_the_field(
    browser: Browser, draft: CalendarDraft, sent: dict[str, str], sentence: str
) -> None:
    there = {**C1, "days": {"2026-12-28..2027-01-03": []}}
    drafts.save(draft, there, revision=1, by=UserFactory())
    answer = browser.post(url("calendar-day", draft.calendar), {"first": "2026-03-09", "revision": 2} | sent)
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert days_of(draft) == there["days"]


def test_as_usual_takes_out_all_lines_of_these_days(browser: Browser, draft: CalendarDraft) -> None:
    there: dict[str, list[str]] = {
        "2026-03-09": [],
        "2026-03-10..2026-03-12": [],
        "2026-03-13..2026-03-20": [],
    }
    drafts.save(draft, {**C1, "days": there}, revision=1, by=UserFactory())
    sent = {"first": "2026-03-09", "last": "2026-03-15", "what": "usual", "revision": 2}
    browser.post(url("calendar-day", draft.calendar), sent)
    assert days_of(draft) == {"2026-03-13..2026-03-20": []}


def test_the_form_of_a_day_knows_what_the_day_is(browser: Browser, draft: CalendarDraft) -> None:
    drafts.save(draft, {**C1, "days": {"2026-03-09": ["10:00-12:00"]}}, revision=1, by=UserFactory())
    answer = browser.get(url("calendar-day", draft.calendar), {"day": "2026-03-09"}, headers=HTMX)
    page = answer.content.decode()
    assert "Monday 9 March 2026" in page
    assert 'value="10:00-12:00"' in page
    assert "<dialog" in page


def test_a_line_is_removed_and_can_be_put_back(browser: Browser, draft: CalendarDraft) -> None:
    drafts.save(draft, {**C1, "days": {"2026-03-09": []}}, revision=1, by=UserFactory())
    sent = {"line": "days:2026-03-09", "revision": 2}
    answer = browser.post(url("calendar-day-remove", draft.calendar), sent, follow=True)
    assert "“9 Mar 2026: closed” is removed. Restore" in read(answer)
    assert days_of(draft) == {}
    browser.post(url("calendar-put-back", draft.calendar), {"revision": 3})
    assert days_of(draft) == {"2026-03-09": []}


PASTED = "2026-03-09 Women's Day\n31.12\n\n30.04.2026 09:00-17:00"


def test_pasted_days_are_looked_at_and_then_added(browser: Browser, draft: CalendarDraft) -> None:
    address = url("calendar-paste", draft.calendar)
    looked = read(browser.post(address, {"text": PASTED, "revision": 1}))
    assert "3 lines recognised" in looked
    assert "1 9 Mar 2026 closed Women's Day" in looked
    assert "4 30 Apr 2026 09:00–17:00" in looked
    assert days_of(draft) == {}
    answer = browser.post(address, {"text": PASTED, "revision": 1, "add": "1"}, follow=True)
    assert "3 lines are added to the draft" in read(answer)
    assert days_of(draft) == {"2026-03-09": [], "2026-04-30": ["09:00-17:00"]}
    assert "3 lines are already" not in read(answer)


def test_one_bad_line_keeps_all_out_and_is_named(browser: Browser, draft: CalendarDraft) -> None:
    sent = {"text": f"{PASTED}\n31.02.2026 Carnival <b>", "revision": 1, "add": "1"}
    answer = browser.post(url("calendar-paste", draft.calendar), sent)
    assert answer.status_code == 422
    page = read(answer)
    assert "1 line to fix Line 5 31.02.2026 Carnival &lt;b&gt; There is no day “31.02.2026”" in page
    assert "31.02.2026 Carnival" in answer.content.decode()
    assert days_of(draft) == {}


def test_a_calendar_file_becomes_lines_to_look_at(browser: Browser, draft: CalendarDraft) -> None:
    data = ics(f"{MONDAY}\r\nSUMMARY:Women\\, all", "SUMMARY:Party\r\nDTSTART:20260309T100000Z")
    file = SimpleUploadedFile("days.ics", data)
    answer = browser.post(
        url("calendar-paste", draft.calendar), {"text": "31.12", "file": file, "revision": 1}
    )
    page = read(answer)
    assert "2 lines recognised" in page
    assert "1 event of the file is left out Party It has a time of day" in page
    assert "31.12\n2026-03-09; ; Women, all</textarea>" in answer.content.decode()
    assert days_of(draft) == {}


@pytest.mark.parametrize("data", [b"\x00\x01", b"BEGIN:VCALENDAR", b"x" * 600_000])
def test_a_hostile_file_gets_a_sentence(browser: Browser, draft: CalendarDraft, data: bytes) -> None:
    file = SimpleUploadedFile("days.ics", data)
    answer = browser.post(
        url("calendar-paste", draft.calendar), {"file": file, "text": "31.12", "revision": 1}
    )
    assert answer.status_code == 422
    assert "file" in read(answer)
    assert "31.12</textarea>" in answer.content.decode()


def publish(browser: Browser, calendar: Calendar, **sent: Any) -> Any:
    return browser.post(url("calendar-publish", calendar), {"revision": 1, "scope": "new"} | sent)


def test_publishing_makes_the_next_version(
    browser: Browser, draft: CalendarDraft, administrator: Any
) -> None:
    drafts.save(draft, {**C1, "days": {"2026-03-09": []}}, revision=1, by=UserFactory())
    page = read(browser.get(url("calendar-publish", draft.calendar)))
    assert "added: 9 Mar 2026: closed" in page
    assert publish(browser, draft.calendar, revision=2).status_code == 302
    version = CalendarVersion.objects.get(number=2)
    assert version.definition["days"] == {"2026-03-09": []}
    assert version.published_by == administrator
    assert not CalendarDraft.objects.exists()
    assert not TermsChange.objects.exists()


def test_open_tickets_are_counted_first_and_ordered_after(
    browser: Browser, draft: CalendarDraft, opened: Opener
) -> None:
    with time_machine.travel(moscow("03-06 18:00"), tick=False):
        opened("03-06 17:00")
        drafts.save(draft, {**C1, "days": {"2026-03-09": []}}, revision=1, by=UserFactory())
        sentence = read(browser.get(url("calendar-effect", draft.calendar)))
        assert sentence == "1 open ticket would get another deadline."
        assert publish(browser, draft.calendar, revision=2, scope="open").status_code == 302
    change = TermsChange.objects.get()
    assert change.calendar_version == CalendarVersion.objects.get(number=2)


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        ({"tz": "Europe/Moscow"}, "There is no working time within two years"),
        ({**C1, "yearly": {"01-01..12-31": []}}, "There is no working time within two years"),
        ({**C1, "days": {"2030-01-01..2031-06-01": []}}, "there is no working time for a whole year"),
    ],
)
def test_a_calendar_in_which_nobody_works_is_not_published(
    browser: Browser, draft: CalendarDraft, definition: Any, sentence: str
) -> None:
    drafts.save(draft, definition, revision=1, by=UserFactory())
    assert sentence in read(browser.get(url("calendar", draft.calendar)))
    assert sentence in read(browser.get(url("calendar-publish", draft.calendar)))
    answer = publish(browser, draft.calendar, revision=2)
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert CalendarVersion.objects.count() == 1


def test_a_version_begins_after_the_last_one(browser: Browser, draft: CalendarDraft) -> None:
    publishing.publish_calendar(draft.calendar, C1, timezone.now() + timedelta(days=30))
    answer = publish(browser, draft.calendar)
    assert answer.status_code == 422
    assert "Choose a later time" in read(answer)
    assert CalendarVersion.objects.count() == 2


def test_a_draft_that_was_changed_meanwhile_is_not_published(browser: Browser, draft: CalendarDraft) -> None:
    drafts.save(draft, NIGHTS, revision=1, by=UserFactory(full_name="Bo Lind"))
    answer = publish(browser, draft.calendar)
    assert answer.status_code == 409
    assert "Bo Lind changed this draft in the meantime" in read(answer)
    assert CalendarVersion.objects.count() == 1


def test_the_page_before_publishing_leads_back_to_the_year(browser: Browser, draft: CalendarDraft) -> None:
    page = browser.get(url("calendar-publish", draft.calendar) + "?year=2026").content.decode()
    assert f'href="{url("calendar", draft.calendar)}?year=2026">Back to the year</a>' in page
