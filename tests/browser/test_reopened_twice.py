"""A client says twice that it is not solved; only then it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.browser import acts
from tests.browser import world as stage
from tests.browser.conftest import SitDown
from tests.browser.seat import PHONE, Seat
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_request_is_reopened_twice_and_then_confirmed(world: World, sit_down: SitDown) -> None:
    ticket = stage.accepted(world, stage.asked(world))
    marta, helen = sit_down(world.agent), sit_down(world.contact, size=PHONE)
    marta.open("desk:ticket", ticket.pk)
    acts.step(marta, "Resolve", solution="Started it again.")
    for turn in (1, 2):
        _says(helen, ticket, "No, it is not solved", f"Still broken, time {turn}.")
        ticket.refresh_from_db()
        assert (ticket.status, ticket.reopened_count) == (Status.VERIFICATION, turn)
        page = marta.open("desk:ticket", ticket.pk)
        expect(page.get_by_text(f"Still broken, time {turn}.")).to_be_visible()
        acts.step(marta, "Resolve", solution=f"Mended it, attempt {turn + 1}.")
    expect(marta.page.get_by_text("Re-opened 2 times")).to_be_visible()
    _says(helen, ticket, "Yes, everything works", "Thank you.")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.reopened_count) == (Status.CLOSED, 2)


def _says(helen: Seat, ticket: Ticket, choice: str, words: str) -> None:
    page = helen.open("portal:request", ticket.pk)
    page.get_by_text(choice).click()
    page.get_by_label("Comment").fill(words)
    page.locator("form", has=page.get_by_text(choice)).locator("button.primary").first.click()
    page.wait_for_load_state()
