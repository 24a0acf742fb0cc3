"""What people do on the screens, in their words."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.seat import Seat


def sign_in(seat: Seat, email: str, password: str) -> None:
    page = seat.open("people:sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    seat.press("Sign in")
    expect(page.get_by_role("button", name="Your account")).to_be_visible()


def ask(seat: Seat, service: str, item: str, subject: str, body: str) -> int:
    """Send a new request from the portal's home; return the number of its ticket."""
    page = seat.page
    page.get_by_role("link", name="New request").first.click()
    page.get_by_role("link", name=service).click()
    page.get_by_role("link", name=item).click()
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Describe it in your own words").fill(body)
    page.get_by_text("Several people").click()
    page.get_by_text("Work has stopped").click()
    seat.press("Send request")
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    return int(page.url.rstrip("/").rpartition("/")[2])


def next_steps(seat: Seat) -> Locator:
    return seat.page.get_by_role("group", name="Next step")


def step(seat: Seat, name: str, **fields: str) -> None:
    """Take a step of the process by its button, filling its dialog when it asks for something."""
    next_steps(seat).get_by_role("button", name=re.compile(f"^{name}")).click()
    if fields:
        send_dialog(seat, **fields)
    else:
        seat.page.wait_for_load_state()


def send_dialog(seat: Seat, **fields: str) -> None:
    """Fill the open dialog and press its main button."""
    dialog = seat.page.locator("dialog[open]")
    for field, value in fields.items():
        fill(dialog.locator(f"[name={field}]"), value)
    dialog.locator("footer button.primary").click()
    expect(dialog).to_have_count(0)


def fill(control: Locator, value: str) -> None:
    """Put a value into whatever kind of control it is."""
    first = control.first
    if first.evaluate("one => one.tagName") == "SELECT":
        first.select_option(value)
    elif first.get_attribute("type") == "radio":
        control.and_(first.page.locator(f"[value='{value}']")).check()
    else:
        first.fill(value)


def clock(seat: Seat, title: str) -> Locator:
    """The bar of one promised time on the page of a ticket."""
    return seat.page.locator("#clocks > div").filter(has_text=title).locator(".clock")


def reply(seat: Seat, body: str) -> None:
    """Write to the client, in the public form."""
    seat.page.keyboard.press("r")
    form = seat.page.locator(".composer form.f-pub")
    form.locator("textarea").fill(body)
    form.locator("button.primary").click()
    expect(seat.page.locator("#thread").get_by_text(body)).to_be_visible()


def log_time(seat: Seat, amount: str, note: str) -> None:
    seat.page.keyboard.press("t")
    send_dialog(seat, minutes=amount, note=note)
    expect(seat.page.get_by_text(f"{amount} logged.")).to_be_visible()
