"""An answer is lost on its way, the person goes back and sends again: nothing is said twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import SitDown
from tests.browser.world import World, accepted, asked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "The printer is still dark."


def lost(route: Route) -> None:
    """The server does its work, and its answer never arrives."""
    if route.request.method == "POST":
        route.fetch(max_redirects=0)
        route.abort("connectionreset")
    else:
        route.continue_()


def test_a_message_whose_answer_was_lost_is_sent_once(world: World, sit_down: SitDown) -> None:
    ticket = accepted(world, asked(world))
    helen = sit_down(world.contact)
    page = helen.open("portal:request", ticket.pk)
    page.route("**/reply/", lost)
    page.get_by_label("Write a message").fill(WORDS)
    helen.press("Send")
    page.wait_for_url("chrome-error://**")
    page.unroute("**/reply/", lost)
    page.go_back()
    page.get_by_label("Write a message").fill(WORDS)
    helen.press("Send")
    expect(page.get_by_role("heading", name="Send it again?")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text=WORDS)).to_be_visible()
    assert ticket.messages.filter(body=WORDS).count() == 1
    helen.complaints.clear()  # of the lost line, and of the question, which is a 409
