"""Hours between two companies: asked for, offered, bought; estimated, approved, worked."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from contracts.hours import prepaid, reservations
from contracts.models import AtZero, Estimate
from servicedesk.tickets.models import Ticket
from tests.browser import acts
from tests.browser.accessibility import barriers
from tests.browser.conftest import SitDown
from tests.browser.seat import PHONE
from tests.browser.world import World, accepted, asked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ticket(world: World) -> Ticket:
    return accepted(world, asked(world, subject="Move the archive"))


def test_a_client_manager_buys_hours_that_the_account_manager_offered(
    world: World, sit_down: SitDown
) -> None:
    omar, grace = sit_down(world.manager, size=PHONE), sit_down(world.account_manager)
    page = omar.open("portal:contract", world.contract.pk)
    page.get_by_text("Request more hours").click()
    page.get_by_role("spinbutton", name="Hours").fill("20")
    omar.press("Request hours")
    expect(page.get_by_role("heading", name="You have requested 20 hours")).to_be_visible()

    desk = grace.open("clients:contract", world.contract.pk)
    expect(desk.get_by_text("Omar Reyes requested 20 h")).to_be_visible()
    desk.get_by_role("link", name="Offer hours").click()
    expect(desk.get_by_role("spinbutton", name="Hours")).to_have_value("20.00")
    desk.get_by_label("Price").fill("1500")
    desk.get_by_label("Note for the client").fill("As last year.")
    desk.get_by_role("button", name="Send the offer").click()
    expect(desk.get_by_text("the client has not answered yet")).to_be_visible()
    assert barriers(grace.page) == []

    page = omar.open("portal:contract", world.contract.pk)
    expect(page.get_by_text("Price: 1500.00")).to_be_visible()
    assert barriers(omar.page) == []
    omar.press("Buy these hours")
    expect(page.get_by_text("The hours are bought and can be used at once.")).to_be_visible()
    assert prepaid.balance(world.contract) == Decimal(60)
    expect(page.locator("main").get_by_text("60 h").first).to_be_visible()


def test_an_estimate_is_approved_on_the_phone_and_holds_the_work(
    world: World, ticket: Ticket, sit_down: SitDown
) -> None:
    marta, omar = sit_down(world.agent), sit_down(world.manager, size=PHONE)
    desk = marta.open("desk:ticket", ticket.pk)
    desk.get_by_role("button", name="Estimate…").click()
    acts.send_dialog(marta, hours="2", note="Two evenings.")
    expect(desk.get_by_text("2 h waiting for the client")).to_be_visible()

    page = omar.open("portal:home")
    page.get_by_role("link", name="Decide").click()
    expect(page.get_by_role("heading", name="Estimate: 2 hours")).to_be_visible()
    expect(page.get_by_text("Two evenings.")).to_be_visible()
    assert barriers(omar.page) == []
    omar.press("Approve")
    expect(page.get_by_role("heading", name="Estimate: 2 hours")).to_have_count(0)
    assert ticket.estimates.get().state == Estimate.State.APPROVED
    held = reservations.standing(world.contract, ticket)
    assert held is not None
    assert held.hours == Decimal(-2)

    marta.open("desk:ticket", ticket.pk)
    acts.log_time(marta, "1h 30m", "Copied the first half")
    desk.keyboard.press("t")
    dialog = desk.locator("dialog[open]")
    dialog.locator("[name=minutes]").fill("1h")
    dialog.locator("[name=note]").fill("The second half")
    dialog.locator("footer button.primary").click()
    expect(
        desk.get_by_text("The client has approved 2 h, 1.5 h are used, and this takes 1 h.")
    ).to_be_visible()
    expect(desk.locator("[name=note]").first).to_have_value("The second half")
    assert "409" in marta.complaints.pop()  # the browser's own line about it


def test_an_empty_contract_that_asks_first_sends_the_agent_to_an_estimate(
    world: World, ticket: Ticket, sit_down: SitDown
) -> None:
    world.contract.at_zero = AtZero.ASK
    world.contract.save()
    prepaid.correct(world.contract, Decimal(-40), by=world.account_manager, note="Used elsewhere")
    marta = sit_down(world.agent)
    desk = marta.open("desk:ticket", ticket.pk)
    desk.keyboard.press("t")
    dialog = desk.locator("dialog[open]")
    dialog.locator("[name=minutes]").fill("30")
    dialog.locator("[name=note]").fill("Looked at it")
    dialog.locator("footer button.primary").click()
    expect(desk.get_by_text("the client must approve further work")).to_be_visible()
    assert not ticket.time_entries.exists()
    assert "409" in marta.complaints.pop()
