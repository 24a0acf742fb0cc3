"""A calendar changed by keyboard alone, from the list to the published version."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from sla.models import Calendar
from sla.versions import publishing
from tests.browser.accessibility import barriers, serious_violations
from tests.browser.conftest import SitDown
from tests.browser.world import World
from tests.sla.conftest import LONG_AGO
from tests.sla.example_calendars import C1

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def calendar(world: World) -> Calendar:
    calendar = Calendar.objects.create(name="Head office")
    publishing.publish_calendar(calendar, C1, LONG_AGO)
    return calendar


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.day ?? ''"))


def test_a_year_is_changed_and_published_without_a_mouse(
    world: World, calendar: Calendar, sit_down: SitDown
) -> None:
    seat = sit_down(world.administrator)
    page = seat.open("sla:calendar", calendar.pk, query="?year=2027")
    tab_to(page, "form[action$='/edit/'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#year[data-toggle]")).to_be_visible()
    tab_to(page, "#year [data-day]")
    assert focused(page) == "2027-01-01"

    for key in ("PageDown", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key)
    assert focused(page) == "2027-02-08"
    page.keyboard.press("Enter")
    monday = page.locator("#d-2027-02-08")
    expect(monday).to_have_attribute("aria-label", "Monday 8 February 2027: closed, changed in this draft")
    expect(monday).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="1 day or range added.")).to_be_visible()

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    dialog = page.get_by_role("dialog", name="Sunday 7 February 2027")
    expect(dialog.get_by_role("radio", name="Closed")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("10-14")
    page.keyboard.press("Enter")
    sunday = page.locator("#d-2027-02-07")
    expect(sunday).to_have_attribute("aria-label", re.compile("extra working day, 10:00–14:00"))
    expect(sunday).to_be_focused()

    tab_to(page, "#id_fri")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("9-16")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Hours of 1 weekday changed, 2 days or ranges added.")).to_be_visible()
    assert serious_violations(page) == []

    tab_to(page, "#publish")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Friday: 09:00–18:00 → 09:00–16:00")).to_be_visible()
    page.wait_for_load_state()
    tab_to(page, "footer .btn.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Version 2 is published.", exact=False)).to_be_visible()
    version = calendar.versions.get(number=2)
    assert version.definition["days"] == {"2027-02-08": [], "2027-02-07": ["10:00-14:00"]}
    assert version.definition["week"]["fri"] == ["09:00-16:00"]
    assert version.published_by == world.administrator


def test_every_page_of_a_calendar_can_be_read_by_all(
    world: World, calendar: Calendar, sit_down: SitDown
) -> None:
    seat = sit_down(world.administrator)
    days = {"2027-02-08": [], "2027-02-13": ["10:00-14:00"], "2027-02-15": ["09:00-13:00"]}
    calendar.versions.update(definition={**C1, "days": days, "country": "RU", "yearly": {"12-31..01-08": []}})
    pages = [
        ("sla:calendars", ()), ("sla:calendar-new", ()), ("sla:calendar", (calendar.pk,)),
        ("sla:calendar-history", (calendar.pk,)), ("sla:calendar-version", (calendar.pk, 1)),
    ]  # fmt: skip
    _look(seat, pages)
    page = seat.open("sla:calendar", calendar.pk)
    seat.press("Change the calendar")
    expect(page.locator("#year[data-toggle]")).to_be_visible()
    _look(seat, [(f"sla:calendar{name}", (calendar.pk,)) for name in ("", "-day", "-paste", "-publish")])


def _look(seat, pages) -> None:
    for name, arguments in pages:
        assert barriers(seat.open(name, *arguments, query="?year=2027")) == [], name
