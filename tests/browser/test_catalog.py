"""An administrator sets up what can be asked, with the mouse, the keyboard, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog.models import RequestType
from tests.browser.accessibility import barriers
from tests.browser.conftest import SitDown
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_request_type_with_an_approval_and_a_plan_is_set_up_and_read_in_words(
    world: World, sit_down: SitDown
) -> None:
    seat = sit_down(world.administrator)
    page = seat.open("catalog:catalog")
    page.get_by_role("link", name="Add a request type to E-mail and calendar").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Shared mailbox")
    page.get_by_label("Type", exact=True).select_option("Service request")
    page.get_by_label("Price").fill("800")
    seat.press("Save")
    parts = page.get_by_role("navigation", name="Parts of the request type")

    parts.get_by_role("link", name="Approvals").click()
    seat.press("Add a level")
    expect(page.get_by_label("Approvers", exact=True)).to_be_focused()
    page.get_by_label("Approvers", exact=True).select_option("The client's managers")
    page.get_by_label("Only above this price").fill("500")
    page.get_by_label("Remind after, hours").fill("24")
    _save(page)
    expect(
        page.get_by_text(
            "Any of the client’s managers, when it costs more than 500. After 24 h a reminder is sent."
        )
    ).to_be_visible()

    parts.get_by_role("link", name="Plan").click()
    for title in ("Prepare", "Hand over"):
        seat.press("Add a stage")
        stage = page.locator("section.planned-stage").last
        expect(stage.get_by_role("textbox", name="Name of the stage")).to_be_focused()
        stage.get_by_role("textbox", name="Name of the stage").fill(title)
        stage.get_by_role("button", name="Add a task").click()
        what = stage.get_by_role("textbox", name="What is to be done")
        expect(what).to_be_focused()
        what.fill(f"{title} it")
        stage.get_by_label("Task target").fill("4h")
    _save(page)

    parts.get_by_role("link", name="Preview").click()
    picture = page.get_by_role("region", name="Plan")
    expect(picture.get_by_text("Prepare it")).to_be_visible()
    expect(picture.get_by_text("Hand over it")).to_be_visible()
    item = RequestType.objects.get(name="Shared mailbox")
    assert item.approvals == [{"who": "client_manager", "above_price": "500", "remind_hours": 24}]
    assert [stage["tasks"][0]["title"] for stage in item.plan] == ["Prepare it", "Hand over it"]


def test_a_condition_offers_the_answers_of_an_earlier_question(world: World, sit_down: SitDown) -> None:
    page = sit_down(world.administrator).open("catalog:type-plan", world.wish.pk)
    page.get_by_role("button", name="Add a stage").click()
    stage = page.locator("section.planned-stage").last
    stage.get_by_role("button", name="Add a task").click()
    stage.get_by_role("textbox", name="What is to be done").fill("Order it")
    condition = stage.locator("fieldset.condition").first
    condition.get_by_label("Question").select_option("Size")
    condition.get_by_label("Answer").select_option("Large")
    _save(page)
    plan = RequestType.objects.get(pk=world.wish.pk).plan
    assert plan[-1]["condition"] == {"field": "request.size", "test": "is", "value": "l"}


def test_without_scripts_a_question_is_added_and_saved(
    world: World, sit_down: SitDown, chromium: Browser
) -> None:
    seat = sit_down(world.administrator)
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(seat.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{seat.site}/setup/catalog/types/{world.incident.pk}/form/")
    page.get_by_role("button", name="Add a question").click()
    page.get_by_role("textbox", name="Question", exact=True).fill("Which floor?")
    page.get_by_role("button", name="Add a question").click()
    page.get_by_role("textbox", name="Question", exact=True).last.fill("Since when?")
    page.get_by_role("textbox", name="Question", exact=True).last.press("Enter")
    expect(page.get_by_text("Which floor?").first).to_be_visible()
    context.close()
    labels = [one["label"] for one in RequestType.objects.get(pk=world.incident.pk).form]
    assert labels == ["Which floor?", "Since when?"]


def test_services_change_places_by_drag_and_by_key(world: World, sit_down: SitDown) -> None:
    first, second = RequestType.objects.filter(service=world.incident.service).order_by("position", "name")[
        :2
    ]
    page = sit_down(world.administrator).open("catalog:catalog")
    up = page.get_by_role("button", name=f"Move {second} up")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".catalog-types > li").first).to_contain_text(second.name)
    expect(page.get_by_role("button", name=f"Move {second} up")).to_be_focused()
    grip = page.locator(f"[data-sort=type][data-pk='{first.pk}'] [data-grip]")
    target = page.locator(f"[data-sort=type][data-pk='{second.pk}']").bounding_box()
    start = grip.bounding_box()
    assert start
    assert target
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, target["y"] + 2, steps=4)
    page.mouse.up()
    expect(page.locator(".catalog-types > li").first).to_contain_text(first.name)


def test_nobody_is_kept_out_of_the_pages_of_the_catalog(world: World, sit_down: SitDown) -> None:
    RequestType.objects.filter(pk=world.wish.pk).update(
        approvals=[{"who": "person", "people": [world.agent.pk]}, {"who": "client_manager"}],
        plan=[{"title": "Prepare", "tasks": [{"title": "Order it", "checklist": [{"text": "Ask"}]}]}],
    )
    seat, found = sit_down(world.administrator), {}
    for name, *key in (
        ("catalog",),
        ("excel",),
        ("service", world.wish.service_id),
        ("type", world.wish.pk),
        ("type-form", world.wish.pk),
        ("type-approvals", world.wish.pk),
        ("type-plan", world.wish.pk),
        ("type-preview", world.wish.pk),
    ):
        found[name] = barriers(seat.open(f"catalog:{name}", *key))
    assert {name: lines for name, lines in found.items() if lines} == {}


def _save(page: Page) -> None:
    page.locator(".savebar").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Requests in progress", exact=False)).to_be_visible()
