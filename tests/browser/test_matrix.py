"""The matrix of a policy by keyboard alone, from opening it to the published version."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from sla.models import Policy, PolicyDraft
from sla.policies import drafts
from sla.policies.matrix import grid
from sla.policies.matrix.inheritance import text_at
from sla.versions import publishing
from tests.browser.accessibility import barriers
from tests.browser.conftest import SitDown
from tests.browser.world import World
from tests.factories import LONG_AGO, UserFactory
from tests.sla.policies.rows import row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def policy(world: World) -> Policy:
    rows = [
        row("incident", p1="15m 1h 4h", p2="30m 4h 8h", p3="2h 1d 2d", p4="4h 2d 5d"),
        row("incident", world.incident.service_id, p1="_ 30m _"),
        row("service_request", p1="1h 4h 1d"),
    ]
    policy = Policy.objects.create(name="Gold")
    cells, _errors = grid.build_cells(rows)
    publishing.publish_policy(policy, [grid.as_fields(cell) for cell in cells], LONG_AGO)
    return policy


def focus_by_tab(page: Page, target: Locator) -> None:
    """Press Tab until it is there."""
    for _time in range(80):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {target}")


def field(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True).first


def test_three_cells_are_changed_and_published_by_keyboard_alone(
    world: World, policy: Policy, sit_down: SitDown
) -> None:
    page = sit_down(world.administrator).open("sla:policy", policy.pk)
    focus_by_tab(page, page.get_by_role("button", name="Change the matrix"))
    page.keyboard.press("Enter")
    first = field(page, "All services, Critical, first response")
    focus_by_tab(page, first)

    page.keyboard.type("90m")
    page.keyboard.press("Enter")
    expect(first).to_have_value("1h 30m")
    expect(field(page, "E-mail and calendar, Critical, first response")).to_be_focused()
    expect(field(page, "E-mail and calendar, Critical, first response")).to_have_attribute(
        "placeholder", "1h 30m"
    )
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1 day")
    page.keyboard.press("Tab")
    wrong = field(page, "E-mail and calendar, Critical, resolution")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("1 cell to fix")).to_be_visible()
    page.keyboard.type("2h")
    page.keyboard.press("Tab")
    expect(page.get_by_text("3 cells changed.")).to_be_visible()

    for _time in range(2):
        page.keyboard.press("Shift+Tab")
    expect(wrong).to_be_focused()
    expect(page.get_by_text("“1 day” is not a duration.")).to_be_visible()
    page.keyboard.type("1d")
    page.keyboard.press("Enter")
    expect(wrong).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("1 cell to fix")).to_have_count(0)
    assert text_at(PolicyDraft.objects.get().rows, (1, "1", "resolution")) == "1d"

    focus_by_tab(page, page.get_by_role("link", name="Preview the effect"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("P1, first response: 15m → 1h 30m")).to_be_visible()
    focus_by_tab(page, page.get_by_role("button", name="Publish version 2"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Version 2 is published.", exact=False)).to_be_visible()
    cell = policy.versions.get(number=2).cells.get(priority=1, service=world.incident.service)
    assert (cell.days, cell.inherited) == ({"resolution": 1}, ["first_response"])


def test_esc_takes_back_what_is_typed_and_then_what_is_stored(
    world: World, policy: Policy, sit_down: SitDown
) -> None:
    drafts.draft_of(policy, world.administrator)
    page = sit_down(world.administrator).open("sla:policy", policy.pk)
    default = field(page, "All services, Critical, resolution")
    default.focus()
    page.keyboard.type("9h")
    page.keyboard.press("Escape")
    expect(default).to_have_value("4h")
    page.keyboard.type("9h")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("1 cell changed.")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("was 4h. Esc restores it")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Nothing is changed yet.")).to_be_visible()
    expect(default).to_have_value("4h")


def test_two_people_write_and_the_slower_one_is_told(world: World, policy: Policy, sit_down: SitDown) -> None:
    draft = drafts.draft_of(policy, world.administrator)
    seat = sit_down(world.administrator)
    page = seat.open("sla:policy", policy.pk)
    other = UserFactory(full_name="Boris Fast", is_superuser=True)
    changed = [row("incident", p1="20m 1h 4h", p2="30m 4h 8h", p3="2h 1d 2d", p4="4h 2d 5d"), *draft.rows[1:]]
    drafts.save(draft, revision=1, by=other, rows=changed)
    mine = field(page, "All services, Critical, resolution")
    mine.focus()
    page.keyboard.type("3h")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Boris Fast changed this draft in the meantime", exact=False)).to_be_visible()
    expect(page.get_by_text("P1, first response: 15m → 20m", exact=False)).to_be_visible()
    assert [line.rpartition(" ")[2] for line in seat.complaints] == ["(Conflict)"]
    seat.complaints.clear()
    expect(mine).to_have_value("3h")
    expect(field(page, "All services, Critical, first response")).to_have_value("20m")
    mine.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 cells changed.")).to_be_visible()
    assert text_at(PolicyDraft.objects.get().rows, (0, "1", "resolution")) == "3h"


def test_a_service_is_found_and_own_values_stand_alone(
    world: World, policy: Policy, sit_down: SitDown
) -> None:
    drafts.draft_of(policy, world.administrator)
    page = sit_down(world.administrator).open("sla:policy", policy.pk)
    page.get_by_label("Find a service").fill("mail")
    rows = page.locator("[data-matrix-row]:visible")
    expect(rows).to_have_count(1)
    page.get_by_label("Find a service").fill("")
    expect(rows).to_have_count(3)


def test_nobody_is_kept_out_of_the_pages_of_a_policy(world: World, policy: Policy, sit_down: SitDown) -> None:
    draft = drafts.draft_of(policy, world.administrator)
    rows = [row("incident", p1="15m 1h 1.day", p2="30m 5h 8h"), *draft.rows[1:]]
    drafts.save(draft, revision=1, by=world.administrator, rows=rows)
    seat = sit_down(world.administrator)
    found = {}
    for name in (
        "policy",
        "policy-publish",
        "policy-history",
        "policy-excel",
        "policy-rows",
        "policy-rename",
    ):
        page = seat.open(f"sla:{name}", policy.pk)
        found[name] = barriers(page)
    found["version"] = barriers(seat.open("sla:policy-version", policy.pk, 1))
    found["list"] = barriers(seat.open("sla:policies"))
    found["new"] = barriers(seat.open("sla:policy-new"))
    assert {name: lines for name, lines in found.items() if lines} == {}
