"""A form with files is built while its preview follows, sent from a phone, and read at the desk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, FilePayload, Locator, Page, expect

from catalog.models import RequestType
from servicedesk.tickets.models import Ticket
from tests.browser.accessibility import overflow, serious_violations
from tests.browser.conftest import SitDown
from tests.browser.seat import DESKTOP, PHONE
from tests.browser.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILES = [
    {"key": "photo", "label": "Photo", "kind": "file", "most": 2, "endings": ["pictures"]},
    {"key": "log", "label": "Log", "kind": "file"},
]


def named(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": b"\x89PNG"}


PNG = named("label.png")


def question(page: Page, label: str, kind: str) -> Locator:
    """Add one and fill in what it is; the new one has the focus."""
    count = page.locator("fieldset.question").count()
    page.get_by_role("button", name="Add a question").click()
    expect(page.locator("fieldset.question")).to_have_count(count + 1)
    added = page.locator("fieldset.question").last
    expect(added.get_by_role("textbox", name="Question", exact=True)).to_be_focused()
    page.keyboard.type(label)
    added.get_by_label("Answer type").select_option(kind)
    return added


def test_the_preview_follows_and_a_phone_sends_the_files(
    world: World, sit_down: SitDown, tmp_path: Path
) -> None:
    page = sit_down(world.administrator).open("catalog:type-form", world.incident.pk)
    preview = page.locator("[data-live-preview]")
    expect(preview.get_by_text("No questions yet.")).to_be_visible()

    place = question(page, "Where?", "Choice from a list")
    expect(preview.get_by_text("A choice needs something to choose from.", exact=False)).to_be_visible()
    for number, answer in enumerate(("Office", "Home"), 1):
        place.get_by_role("button", name="Add an answer").click()
        place.get_by_role("textbox", name=f"Answer {number}").fill(answer)
    expect(preview.get_by_role("radio", name="Home")).to_be_visible()

    street = question(page, "Street", "Short text")
    street.get_by_role("textbox", name="Русский").first.fill("Улица")
    street.get_by_text("Help, limits, condition").click()
    street.locator("fieldset.condition").get_by_label("Question").select_option("Where?")
    street.locator("fieldset.condition").get_by_label("Answer").select_option("Home")
    photo = question(page, "Photo of the label", "File")
    photo.get_by_text("Help, limits, condition").click()
    photo.get_by_label("Pictures").check()
    photo.get_by_label("Maximum number of files").fill("2")
    question(page, "Code of the door", "Access data, kept encrypted")
    expect(preview.get_by_text("At most 2 files. Pictures.")).to_be_visible()
    expect(preview.get_by_role("status")).to_have_text("4 questions")

    # conditions act in it, and what was tried out stays
    expect(preview.get_by_label("Street")).to_be_hidden()
    preview.get_by_role("radio", name="Home").check()
    expect(preview.get_by_label("Street")).to_be_visible()
    preview.get_by_text("Русский").click()
    expect(preview.get_by_label("Улица")).to_be_visible()
    expect(preview.get_by_role("radio", name="Home")).to_be_checked()
    assert _judged(page, DESKTOP) == []
    assert RequestType.objects.get(pk=world.incident.pk).form == []
    page.locator(".savebar").get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Requests in progress", exact=False)).to_be_visible()

    phone = sit_down(world.contact, size=PHONE)
    form = phone.open("portal:new-request", query=f"?type={world.incident.pk}")
    form.get_by_label("Photo of the label").set_input_files([PNG, named("back.png"), PNG])
    expect(form.get_by_text("At most 2 files at once, please.")).to_be_visible()
    form.get_by_label("Photo of the label").set_input_files([PNG, named("back.png")])
    form.get_by_label("Code of the door").fill("4711")
    form.get_by_label("Subject").fill("The door does not open")
    phone.press("Send request")  # the text is missing
    expect(form.get_by_text("Please choose the files again", exact=False)).to_have_count(1)
    assert "422" in phone.complaints.pop()  # the browser's own line about it
    assert _judged(form, PHONE) == []
    form.get_by_label("Photo of the label").set_input_files([PNG])
    form.get_by_label("Code of the door").fill("4711")
    form.get_by_label("Describe it in your own words").fill("Since yesterday.")
    phone.press("Send request")
    about = form.get_by_role("region", name="About this request")
    expect(about.get_by_role("link", name="label.png")).to_be_visible()
    assert _judged(form, PHONE) == []

    ticket = Ticket.objects.latest("pk")
    assert [one["name"] for one in ticket.answers["q3"]] == ["label.png"]
    desk = sit_down(world.agent)
    side = desk.open("desk:ticket", ticket.pk).locator(".sect", has_text="Answers")
    with desk.page.expect_download() as fetched:
        side.get_by_role("link", name="label.png").click()
    assert fetched.value.suggested_filename == "label.png"
    fetched.value.save_as(tmp_path / "label.png")
    assert (tmp_path / "label.png").read_bytes() == PNG["buffer"]
    expect(desk.page.get_by_text("Code of the door")).to_be_visible()
    assert _judged(desk.page, DESKTOP) == []


def test_several_file_inputs_keep_their_own_lists(world: World, sit_down: SitDown) -> None:
    RequestType.objects.filter(pk=world.incident.pk).update(form=FILES)
    page = sit_down(world.contact, size=PHONE).open("portal:new-request", query=f"?type={world.incident.pk}")
    page.get_by_label("Photo").set_input_files([PNG])
    page.get_by_label("Log").set_input_files(named("router.log"))
    page.get_by_label("Screenshots or files").set_input_files(named("other.txt"))
    lists = page.locator("ul.files")
    for number, name in enumerate(("label.png", "router.log", "other.txt")):
        expect(lists.nth(number)).to_have_text(re.compile(name))
        expect(lists.nth(number).locator("li")).to_have_count(1)


def test_typing_keeps_the_focus_and_a_lost_line_keeps_the_last_preview(
    world: World, sit_down: SitDown
) -> None:
    seat = sit_down(world.administrator)
    page = seat.open("catalog:type-form", world.incident.pk)
    preview = page.locator("[data-live-preview]")
    question(page, "Where?", "Short text")
    label = page.locator("fieldset.question").get_by_role("textbox", name="Question", exact=True)
    label.press("End")
    for number in range(3):
        page.keyboard.type("ABC"[number])
        expect(preview.get_by_label("Where?" + "ABC"[: number + 1])).to_be_visible()
        expect(label).to_be_focused()
    expect(label).to_have_value("Where?ABC")

    page.route("**/form/preview/", lambda route: route.abort())
    page.keyboard.type("D")
    expect(preview.get_by_text("The preview is not available now.", exact=False)).to_be_visible()
    expect(preview.get_by_label("Where?ABC")).to_be_visible()
    expect(page.locator("[data-toast]")).to_have_count(0)
    assert any("ERR_FAILED" in line for line in seat.complaints)  # the browser's own word about the line
    seat.complaints.clear()


def test_enter_in_the_preview_sends_nothing(world: World, sit_down: SitDown) -> None:
    RequestType.objects.filter(pk=world.incident.pk).update(
        form=[{"key": "a", "label": "Where?", "kind": "text"}]
    )
    page = sit_down(world.administrator).open("catalog:type-form", world.incident.pk)
    address = page.url
    field = page.locator("[data-live-preview]").get_by_label("Where?")
    field.fill("Here")
    field.press("Enter")
    expect(field).to_have_value("Here")
    assert page.url == address


def test_on_a_phone_it_waits_behind_a_button(world: World, sit_down: SitDown) -> None:
    RequestType.objects.filter(pk=world.incident.pk).update(form=FILES)
    page = sit_down(world.administrator, size=PHONE).open("catalog:type-form", world.incident.pk)
    button = page.get_by_role("button", name="Preview", exact=True)
    expect(page.locator("#live-form")).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.locator("fieldset.question").first.get_by_role("textbox", name="Question", exact=True).fill(
        "Picture"
    )
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#live-form").get_by_text("Picture")).to_be_visible()
    assert _judged(page, PHONE) == []


def test_leaving_with_something_typed_is_asked_about_and_looking_is_not(
    world: World, sit_down: SitDown
) -> None:
    RequestType.objects.filter(pk=world.incident.pk).update(
        form=[{"key": "a", "label": "Where?", "kind": "text"}]
    )
    page = sit_down(world.administrator).open("catalog:type-form", world.incident.pk)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    preview = page.locator("[data-live-preview]")
    preview.get_by_label("Where?").fill("only tried")
    preview.get_by_text("Español").click()
    expect(preview.locator("form[lang=es]")).to_be_visible()
    page.reload()
    assert asked == []
    page.locator("fieldset.question").get_by_role("textbox", name="Question", exact=True).fill(
        "Where exactly?"
    )
    page.get_by_role("link", name="Approvals", exact=True).click()
    expect(page).to_have_url(re.compile("approvals"))
    assert asked == ["beforeunload"]


def _judged(page: Page, size: tuple[int, int]) -> list[str]:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wide = overflow(page)
    return [*serious_violations(page), *([wide] if wide else [])]
