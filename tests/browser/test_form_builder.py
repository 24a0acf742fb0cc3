"""A form with a condition is built on the desk and sent from a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from catalog.models import RequestType
from servicedesk.tickets.models import Ticket
from tests.browser.accessibility import barriers
from tests.browser.conftest import SitDown
from tests.browser.seat import PHONE
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = [
    {"key": "place", "label": "Where?", "kind": "choice", "required": True, "choices": ["Office", "Home"]},
    {"key": "street", "label": "Street", "kind": "text", "required": True,
     "condition": {"field": "form.place", "test": "is", "value": "Home"}},
    {"key": "tools", "label": "Tools", "kind": "choices", "choices": ["Saw", "Drill"]},
    {"key": "hosts", "label": "Hosts", "kind": "list",
     "condition": {"field": "form.tools", "test": "one_of", "value": ["Drill"]}},
    {"key": "who", "label": "For whom?", "kind": "person"},
    {"key": "note", "label": "We come on Monday", "kind": "notice",
     "condition": {"field": "form.street", "test": "filled"}},
]  # fmt: skip


def test_a_form_with_a_condition_is_built_and_sent_from_a_phone(world: World, sit_down: SitDown) -> None:
    page = sit_down(world.administrator).open("catalog:type-form", world.incident.pk)
    expect(page.locator("fieldset.question")).to_have_count(0)
    page.get_by_role("button", name="Add a question").click()
    first = page.locator("fieldset.question").first
    first.get_by_role("textbox", name="Question", exact=True).fill("Where?")
    first.get_by_label("Answer type").select_option("Choice from a list")
    for number, answer in enumerate(("Office", "Home"), 1):
        first.get_by_role("button", name="Add an answer").click()
        first.get_by_role("textbox", name=f"Answer {number}").fill(answer)
    page.get_by_role("button", name="Add a question").click()
    expect(page.locator("fieldset.question")).to_have_count(2)
    second = page.locator("fieldset.question").last
    second.get_by_role("textbox", name="Question", exact=True).fill("Street")
    second.get_by_label("Required").check()
    second.get_by_text("Help, limits, condition").click()
    second.get_by_role("textbox", name="Help below the question", exact=True).fill("With the number.")
    second.locator("fieldset.condition").get_by_label("Question").select_option("Where?")
    second.locator("fieldset.condition").get_by_label("Answer").select_option("Home")
    page.locator(".savebar").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Requests in progress", exact=False)).to_be_visible()
    assert barriers(page) == []

    phone = sit_down(world.contact, size=PHONE)
    form = phone.open("portal:new-request", query=f"?type={world.incident.pk}")
    expect(form.get_by_label("Street")).to_be_hidden()
    form.get_by_role("radio", name="Home").check()
    expect(form.get_by_label("Street")).to_be_visible()
    expect(form.get_by_text("Only if", exact=False)).to_be_hidden()
    form.get_by_label("Street").fill("Elm Street 5")
    assert barriers(form) == []
    form.get_by_label("Subject").fill("It rattles")
    form.get_by_label("Describe it in your own words").fill("Since yesterday.")
    phone.press("Send request")
    expect(form.get_by_text("Elm Street 5")).to_be_visible()
    assert Ticket.objects.latest("pk").answers == {"q1": "Home", "q2": "Elm Street 5"}


def test_questions_come_and_go_as_others_are_answered(world: World, sit_down: SitDown) -> None:
    RequestType.objects.filter(pk=world.incident.pk).update(form=FORM)
    page = sit_down(world.contact, size=PHONE).open("portal:new-request", query=f"?type={world.incident.pk}")
    street, hosts = page.get_by_label("Street"), page.get_by_label("Hosts")
    notice = page.get_by_text("We come on Monday")
    for one in (street, hosts, notice):
        expect(one).to_be_hidden()
    page.get_by_role("checkbox", name="Drill").check()
    expect(hosts).to_be_visible()
    page.get_by_role("radio", name="Home").check()
    street.fill("Elm Street 5")
    expect(notice).to_be_visible()
    page.get_by_role("radio", name="Office").check()
    expect(street).to_be_hidden()
    expect(notice).to_be_hidden()
    page.get_by_role("radio", name="Home").check()
    expect(street).to_have_value("Elm Street 5")
    expect(page.locator("[data-questions]")).to_have_attribute("aria-live", "polite")


def test_without_scripts_every_question_stands_there_with_its_condition(
    world: World, sit_down: SitDown, chromium: Browser
) -> None:
    RequestType.objects.filter(pk=world.incident.pk).update(form=FORM)
    seat = sit_down(world.contact)
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(seat.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{seat.site}/portal/new/?type={world.incident.pk}")
    expect(page.get_by_label("Street")).to_be_visible()
    expect(page.get_by_text("Only if “Where?” is “Home”.")).to_be_visible()
    page.get_by_role("radio", name="Office").check()
    page.get_by_label("Subject").fill("It rattles")
    page.get_by_label("Describe it in your own words").fill("Since yesterday.")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", name="It rattles")).to_be_visible()
    context.close()


def test_a_ready_form_is_added_from_the_list(world: World, sit_down: SitDown) -> None:
    page = sit_down(world.administrator).open("catalog:type-form", world.incident.pk)
    page.get_by_label("Start from a template").select_option("Cannot sign in")
    page.get_by_role("button", name="Add its questions").click()
    expect(page.locator("fieldset.question")).to_have_count(6)
    page.locator(".savebar").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Requests in progress", exact=False)).to_be_visible()
    assert len(RequestType.objects.get(pk=world.incident.pk).form) == 6
