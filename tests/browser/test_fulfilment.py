"""Two agents of two groups fulfil a plan side by side, with a form and a checklist."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from servicedesk.people.models import User
from tests.browser.accessibility import barriers
from tests.browser.conftest import SitDown
from tests.browser.seat import Seat
from tests.browser.world import World
from tests.factories import GroupFactory, agent_of, opened_by_door
from tests.workflows.fulfilment.planning import (
    CHECKLIST,
    DEVICE,
    SERIAL,
    act,
    request_type,
    stage,
    task,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def buyer(world: World) -> User:
    return agent_of(GroupFactory(name="Purchasing"), full_name="Bea Buyer")


@pytest.fixture
def engineer(world: World) -> User:
    return agent_of(GroupFactory(name="Network"), full_name="Nina Novak")


@pytest.fixture
def number(world: World, buyer: User, engineer: User) -> int:
    office, network = buyer.support_groups.get(), engineer.support_groups.get()
    item = request_type(
        stage(
            task("Order the laptop", office, form=[DEVICE, SERIAL]),
            task("Make the account", network, checklist=CHECKLIST),
            title="Prepare",
        ),
        stage(task("Hand out", office), title="Finish"),
        service=world.incident.service,
    )
    ticket = opened_by_door(request_type=item, client=world.client, requester=world.contact)
    return int(ticket.pk)


def press(seat: Seat, action: str, title: str) -> None:
    seat.page.get_by_role("group", name=title).get_by_role("button", name=f"{action}: {title}").click()


def test_two_agents_fulfil_parallel_tasks_and_the_next_stage_appears(
    number: int, world: World, buyer: User, engineer: User, sit_down: SitDown
) -> None:
    office, network = sit_down(buyer), sit_down(engineer)
    office.open("desk:ticket", number)
    network.open("desk:tasks")
    network.page.get_by_role("link", name="Make the account").click()

    press(office, "Task done", "Order the laptop")
    dialog = office.page.get_by_role("dialog", name="Order the laptop")
    dialog.get_by_label("Serial number").fill("X-1001")
    dialog.get_by_role("button", name="Task done").click()
    expect(office.page.locator("dialog[open] .err")).to_have_text("Please answer this question.")
    expect(dialog.get_by_label("Serial number")).to_have_value("X-1001")
    assert "422" in office.complaints.pop()  # the browser's own line about it
    dialog.get_by_text("Laptop", exact=True).click()
    dialog.get_by_role("button", name="Task done").click()
    expect(office.page.get_by_text("1 of 3 done")).to_be_visible()

    press(network, "Task done", "Make the account")
    dialog = network.page.get_by_role("dialog", name="Make the account")
    dialog.get_by_label("Disk is encrypted").check()
    dialog.get_by_role("button", name="Save as draft").click()
    expect(network.page.get_by_label("Checklist").get_by_text("Nina Novak")).to_have_count(1)
    press(network, "Task done", "Make the account")
    dialog.get_by_label("Sticker is on").check()
    dialog.get_by_role("button", name="Task done").click()
    expect(network.page.get_by_text("2 of 3 done")).to_be_visible()

    office.page.reload()
    press(office, "Task done", "Hand out")
    expect(office.page.get_by_text("3 of 3 done")).to_be_visible()
    expect(office.page.get_by_text("Resolved").first).to_be_visible()

    client = sit_down(world.contact)
    stages = client.open("portal:request", number).get_by_role("list", name="Stages of the work")
    expect(stages.get_by_role("img", name="done")).to_have_count(2)


def test_the_pages_of_a_plan_can_be_read_by_all(
    number: int, world: World, buyer: User, sit_down: SitDown
) -> None:
    from servicedesk.tickets.models import Ticket

    act(Ticket.objects.get(pk=number), "ask_client", "Order the laptop", buyer, question="Which one?")
    pages = [
        (buyer, "desk:ticket", (number,)),
        (buyer, "desk:tasks", ()),
        (world.contact, "portal:request", (number,)),
    ]
    for person, name, arguments in pages:
        assert barriers(sit_down(person).open(name, *arguments)) == [], name
