"""An agent gives a ticket to a person of another group: the people follow the chosen group."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from servicedesk.people.models import Group
from servicedesk.tickets.models import Ticket
from tests.browser import acts
from tests.browser import world as stage
from tests.browser.accessibility import overflow, serious_violations
from tests.browser.conftest import SitDown
from tests.browser.seat import DESKTOP, PHONE
from tests.browser.world import World
from tests.factories import GroupFactory, agent_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def networks() -> Group:
    made: Group = GroupFactory(name="Networks")
    agent_of(made, full_name="Eva Stone")
    return made


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_people_follow_the_group(
    size: tuple[int, int], networks: Group, world: World, sit_down: SitDown
) -> None:
    agent_of(world.agent.support_groups.get(), full_name="Oleg Orlov")
    ticket = stage.accepted(world, stage.asked(world))
    marta = sit_down(world.agent, size=size)
    page = marta.open("desk:ticket", ticket.pk)
    acts.next_steps(marta).get_by_role("button", name="Reassign").click()
    dialog = page.locator("dialog[open]")
    person = dialog.get_by_label("Assignee")
    expect(person).to_contain_text("Oleg Orlov")
    expect(person).to_contain_text("Unassigned, to the queue")
    dialog.get_by_label("Group").select_option(label="Networks")
    expect(person).to_contain_text("Eva Stone")
    expect(person).not_to_contain_text("Oleg Orlov")
    assert overflow(page) == ""
    assert serious_violations(page) == []

    dialog.locator("footer button.primary").click()
    expect(dialog.get_by_text("Say why another group should do it.")).to_be_visible()
    assert "422" in marta.complaints.pop()  # the browser's own line about it
    expect(person).to_contain_text("Eva Stone")
    stone = person.locator("option", has_text="Eva Stone").get_attribute("value")
    acts.send_dialog(marta, assignee=str(stone), reason="A switch is down")
    expect(
        page.get_by_text("reassigned the ticket to Eva Stone, Networks: A switch is down")
    ).to_be_attached()
    ticket = Ticket.objects.select_related("group", "assignee").get(pk=ticket.pk)
    assert (ticket.group, str(ticket.assignee)) == (networks, "Eva Stone")
