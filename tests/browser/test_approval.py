"""An approval with two people at two browsers: the client's manager at a phone, the agent at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.browser import acts
from tests.browser.accessibility import overflow, serious_violations
from tests.browser.conftest import SitDown
from tests.browser.seat import DESKTOP, PHONE
from tests.browser.world import World
from tests.factories import opened_by_door

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUBJECT = "A mailbox for the ward"


@pytest.fixture
def ticket(world: World) -> Ticket:
    """Helen asks; Omar, her manager, is to decide."""
    return opened_by_door(
        request_type=world.wish,
        client=world.client,
        requester=world.contact,
        subject=SUBJECT,
        answers={"who": "Robin Lee", "size": "s"},
    )


def test_a_client_manager_approves_on_the_phone_and_the_agent_goes_on(
    world: World, ticket: Ticket, sit_down: SitDown
) -> None:
    marta, omar = sit_down(world.agent), sit_down(world.manager, size=PHONE)
    marta.open("desk:ticket", ticket.pk)
    expect(marta.page.locator("#approvals").get_by_text("Omar Reyes")).to_be_visible()
    expect(acts.next_steps(marta).get_by_role("button", name="Accept")).to_have_count(0)

    omar.open("portal:home").get_by_role("link", name="Decide").click()
    block = omar.page.locator("section").filter(has=omar.page.get_by_role("heading", name="Do you approve?"))
    expect(block.get_by_text("Robin Lee")).to_be_visible()
    width = omar.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0]
    block.get_by_label("Reason or comment").fill("Only one, please.")
    omar.press("Approve", within=block)
    expect(omar.page.get_by_text("Approved. The work starts.")).to_be_visible()
    expect(omar.page.get_by_role("heading", name="Do you approve?")).to_have_count(0)

    ticket.refresh_from_db()
    assert ticket.status == Status.UNDER_REVIEW
    marta.open("desk:ticket", ticket.pk)
    expect(marta.page.locator("#approvals").get_by_text("Only one, please.")).to_be_visible()
    acts.step(marta, "Accept")
    ticket.refresh_from_db()
    assert ticket.assignee == world.agent


def test_a_no_carries_its_reason_to_the_one_who_asked(
    world: World, ticket: Ticket, sit_down: SitDown
) -> None:
    omar, helen = sit_down(world.manager, size=PHONE), sit_down(world.contact)
    page = omar.open("portal:request", ticket.pk)
    page.get_by_label("Reason or comment").fill("No budget this year.")
    omar.press("Reject")
    expect(page.get_by_text("This request was cancelled.")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.status == Status.CANCELLED
    thread = helen.open("portal:request", ticket.pk).locator("#thread")
    expect(thread.get_by_text("No budget this year.")).to_be_visible()


def test_the_account_manager_decides_from_the_list_with_the_keyboard(world: World, sit_down: SitDown) -> None:
    world.wish.approvals = [{"who": "account_manager"}]
    world.wish.save()
    asks = {"request_type": world.wish, "client": world.client, "requester": world.contact}
    first, second = (
        opened_by_door(subject=f"{name} mailbox", answers={"who": "Robin Lee", "size": "s"}, **asks)
        for name in ("First", "Second")
    )
    grace = sit_down(world.account_manager)
    page = grace.open("desk:queue")
    page.get_by_role("complementary", name="Folders").get_by_role("link", name="My approvals").click()
    for size in (DESKTOP, PHONE):
        grace.resize(size)
        assert (serious_violations(page), overflow(page)) == ([], "")
    page.get_by_label("Reason or comment").nth(1).focus()
    page.keyboard.type("Too dear.")
    for key in ("Tab", "Tab", "Enter"):  # past "Approve"
        page.keyboard.press(key)
    expect(page.get_by_text("Rejected.")).to_be_visible()
    expect(page.get_by_role("link", name="Second mailbox")).to_have_count(0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (Status.WAITING_APPROVAL, Status.CANCELLED)
