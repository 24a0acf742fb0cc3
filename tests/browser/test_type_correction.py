"""An agent finds that an incident is a request: one dialog, and both processes are shown."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from catalog.models import Kind
from servicedesk.tickets.models import Ticket
from tests.browser import acts
from tests.browser import world as stage
from tests.browser.accessibility import overflow, serious_violations
from tests.browser.conftest import SitDown
from tests.browser.seat import PHONE
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_incident_becomes_a_request(world: World, sit_down: SitDown) -> None:
    ticket = stage.accepted(world, stage.asked(world))
    marta = sit_down(world.agent)
    page = marta.open("desk:ticket", ticket.pk)
    acts.step(
        marta,
        "Correct type",
        becomes=f"item:{world.wish.pk}",
        urgency="2",
        impact="2",
        reason="Nothing broke",
    )
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.kind, ticket.request_type) == (Kind.SERVICE_REQUEST, world.wish)

    expect(page.get_by_role("img", name="Service request process: Approve")).to_be_visible()
    former = page.get_by_role("img", name="Incident process: ended by correction of the type")
    expect(former).to_be_hidden()
    page.get_by_text("Incident process: ended by correction of the type").first.click()
    expect(former).to_be_visible()
    expect(page.get_by_text("corrected the type: Service request (was Incident)")).to_be_visible()


def test_the_list_is_reached_by_keyboard_and_fits_a_phone(world: World, sit_down: SitDown) -> None:
    ticket = stage.accepted(world, stage.asked(world))
    marta = sit_down(world.agent, size=PHONE)
    page = marta.open("desk:ticket", ticket.pk)
    page.locator("summary", has_text="As a list").focus()
    page.keyboard.press("Enter")
    row = page.get_by_role("row", name="Work")
    expect(row.get_by_text("current")).to_be_visible()
    assert overflow(page) == ""
    assert serious_violations(page) == []


def test_the_process_is_taken_away_as_a_file(world: World, sit_down: SitDown) -> None:
    ticket = stage.asked(world)
    page = sit_down(world.agent).open("desk:ticket", ticket.pk)
    with page.expect_download() as download:
        page.get_by_role("link", name="BPMN").click()
    assert download.value.suggested_filename == "incident.bpmn"
