"""The queue by keyboard alone."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import world as stage
from tests.browser.conftest import SitDown
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CURSOR = re.compile(r"\bcursor\b")


def test_j_and_k_move_in_the_queue_and_enter_opens(world: World, sit_down: SitDown) -> None:
    for number in range(3):
        stage.asked(world, subject=f"Request {number}")
    page = sit_down(world.agent).open("desk:queue")
    rows = page.locator("[data-rows] [data-row]")
    expect(rows).to_have_count(3)
    for keys, place in (("j", 0), ("jj", 2), ("j", 2), ("k", 1)):
        for key in keys:
            page.keyboard.press(key)
        expect(rows.nth(place)).to_have_class(CURSOR)
        expect(page.locator(".cursor")).to_have_count(1)
    subject = rows.nth(1).get_by_role("link").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=subject, exact=False).first).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url(f"**{reverse('desk:queue')}**")


def test_a_letter_typed_into_a_field_is_only_a_letter(world: World, sit_down: SitDown) -> None:
    stage.asked(world)
    page = sit_down(world.agent).open("desk:queue")
    page.keyboard.press("/")
    page.keyboard.type("jjk")
    assert page.evaluate("document.activeElement.value") == "jjk"
    expect(page.locator(".cursor")).to_have_count(0)


def test_the_list_of_keys_opens_by_question_mark_and_closes_on_escape(
    world: World, sit_down: SitDown
) -> None:
    page = sit_down(world.agent).open("desk:queue")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
