"""Two tickets about the same become one, come apart again, and a whole speaks for its parts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.browser import acts
from tests.browser.conftest import SitDown
from tests.browser.seat import PHONE
from tests.browser.world import World, accepted, asked
from tests.factories import contact_of, opened_by_door

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_duplicate_is_merged_read_in_the_other_and_taken_out_again(world: World, sit_down: SitDown) -> None:
    robin = contact_of(world.client, full_name="Robin Lee")
    double = opened_by_door(
        request_type=world.incident, client=world.client, requester=robin, subject="No letters",
        body="Not one letter since nine.",
    )  # fmt: skip
    ticket = accepted(world, asked(world))
    marta, client = sit_down(world.agent), sit_down(robin, size=PHONE)

    page = marta.open("desk:ticket", double.pk)
    page.keyboard.press("m")
    page.get_by_label("Number or words of the subject").fill("LATE")
    page.locator(".found-ticket").filter(has_text=ticket.reference).click()
    marta.press("Compare")
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    marta.press(f"Merge {double.reference} into {ticket.reference}")
    expect(page.get_by_text(f"{double.reference} is merged into {ticket.reference}.")).to_be_visible()
    woven = page.locator(".msg").filter(has_text="Not one letter since nine.")
    expect(woven.get_by_text(f"from {double.reference}")).to_be_visible()

    portal = client.open("portal:request", double.pk)
    portal.get_by_role("link", name=f"Open {ticket.reference}").click()
    expect(portal.get_by_text("Not one letter since nine.")).to_be_visible()
    portal.get_by_label("Write a message").fill("It is me again.")
    client.press("Send")
    expect(portal.get_by_text("It is me again.")).to_be_visible()
    assert ticket.messages.filter(body="It is me again.").exists()

    page = marta.open("desk:ticket", double.pk)
    marta.press("Undo the merge")
    expect(page.get_by_text("The merge is undone.")).to_be_visible()
    assert Ticket.objects.get(pk=double.pk).status == Status.UNDER_REVIEW


def test_a_link_is_made_by_keyboard_removed_and_put_back(world: World, sit_down: SitDown) -> None:
    one, other = asked(world, subject="Letters vanish"), asked(world, subject="Calendar is empty")
    marta = sit_down(world.agent)
    page = marta.open("desk:ticket", one.pk)
    page.keyboard.press("l")
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("This ticket is").select_option("caused_by")
    dialog.get_by_label("Number or words of the subject").fill(str(other.pk))
    page.keyboard.press("Enter")
    related = page.locator("#related")
    expect(related.get_by_role("heading", name="Caused by")).to_be_visible()
    related.get_by_role("button", name=f"Remove the link with {other.reference}").click()
    expect(related.get_by_text(f"The link with {other.reference} is removed.")).to_be_visible()
    related.get_by_role("button", name="Restore").click()
    expect(related.get_by_role("link", name="Calendar is empty")).to_be_visible()


def test_a_second_matter_is_split_off(world: World, sit_down: SitDown) -> None:
    ticket = accepted(world, asked(world))
    marta = sit_down(world.agent)
    page = marta.open("desk:ticket", ticket.pk)
    page.get_by_role("link", name="Split off…").first.click()
    page.get_by_label("Subject").fill("The projector too")
    marta.press("Create ticket")
    expect(page.get_by_role("heading", name="The projector too")).to_be_visible()
    expect(page.locator("#related").get_by_text("Split from")).to_be_visible()


def test_marked_tickets_are_answered_and_parts_resolved_together(world: World, sit_down: SitDown) -> None:
    whole = accepted(world, asked(world, subject="The server is down"))
    parts = [asked(world, subject=f"No mail {number}") for number in range(2)]
    marta = sit_down(world.agent, size=PHONE)
    page = marta.open("desk:queue", query="?folder=all")
    for part in parts:
        page.get_by_label(f"Select {part.reference}").check()
    expect(page.locator(".bulkbar")).to_contain_text("2 selected")
    marta.press("Reply…")
    page.get_by_label("Answer", exact=True).fill("We are at it.")
    marta.press("Send to each")
    expect(page.get_by_role("heading", name="Reply sent to 2 tickets")).to_be_visible()

    for part in parts:
        marta.open("desk:ticket", whole.pk).locator("#related").get_by_role("button", name="Link…").click()
        dialog = page.locator("dialog[open]")
        dialog.get_by_label("This ticket is").select_option("-child_of")
        dialog.get_by_label("Number or words of the subject").fill(part.reference)
        dialog.locator("footer button.primary").click()
        expect(page.locator("#related").get_by_role("link", name=part.subject)).to_be_visible()
    acts.next_steps(marta).get_by_role("button", name=re.compile("^Resolve")).click()
    page.locator("dialog[open]").get_by_label("Resolve its 2 open parts too").check()
    acts.send_dialog(marta, solution="The server is up.")
    expect(page.get_by_role("heading", name="2 tickets are resolved")).to_be_visible()
    statuses = {Ticket.objects.get(pk=one.pk).status for one in (whole, *parts)}
    assert statuses == {Status.RESOLVED}
