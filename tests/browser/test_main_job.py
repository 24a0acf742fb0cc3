"""The main job, from the portal to the rating, with two people at two browsers."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from contracts.hours import prepaid
from servicedesk.mail.models import OutgoingMail
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.browser import acts
from tests.browser.conftest import SitDown
from tests.browser.seat import Seat
from tests.browser.world import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUBJECT = "Letters arrive hours late"


def test_a_request_lives_from_the_portal_to_the_rating(world: World, sit_down: SitDown) -> None:
    helen, marta = sit_down(), sit_down()
    acts.sign_in(helen, world.contact.email, PASSWORD)
    acts.sign_in(marta, world.agent.email, PASSWORD)

    number = acts.ask(
        helen, world.incident.service.name, world.incident.name, SUBJECT, "Since Friday, all of them."
    )
    _taken_by_the_agent(marta, world, number)
    _asked_and_answered(helen, marta, world, number)
    _worked_and_resolved(marta, world, number)
    _rated_from_the_mail(sit_down(), world, number)

    helen.open("portal:request", number)
    expect(helen.page.get_by_text("You rated this request 5 of 5")).to_be_visible()


def _taken_by_the_agent(marta: Seat, world: World, number: int) -> None:
    marta.open("desk:queue").get_by_role("link", name=SUBJECT).click()
    acts.step(marta, "Classify", urgency="1", impact="1")
    acts.step(marta, "Accept")
    ticket = Ticket.objects.get(pk=number)
    assert (ticket.priority, ticket.assignee) == (1, world.agent)


def _asked_and_answered(helen: Seat, marta: Seat, world: World, number: int) -> None:
    acts.reply(marta, "We look at it now.")
    expect(helen.open("portal:request", number).get_by_text("We look at it now.")).to_be_visible()
    acts.step(marta, "Ask client", question="Which phone is it?")
    expect(acts.clock(marta, "Resolution")).to_have_attribute("data-s", "paused")

    listed = helen.open("portal:requests").locator("#requests")
    expect(listed.get_by_text("Waiting for you")).to_be_visible()
    page = helen.open("portal:request", number)
    expect(page.get_by_role("heading", name="We wait for your answer")).to_be_visible()
    page.get_by_label("Your answer").fill("The blue one.")
    helen.press("Send")
    expect(page.get_by_text("The blue one.")).to_be_visible()

    expect(marta.open("desk:ticket", number).get_by_text("The blue one.")).to_be_visible()
    expect(acts.clock(marta, "Resolution")).not_to_have_attribute("data-s", "paused")


def _worked_and_resolved(marta: Seat, world: World, number: int) -> None:
    acts.step(marta, "Continue work")
    acts.log_time(marta, "1h 30m", "Read the logs of the relay.")
    assert prepaid.balance(world.contract) == Decimal("38.50")
    acts.step(marta, "Resolve", solution="The relay was full; it is emptied.")
    assert Ticket.objects.get(pk=number).status == Status.RESOLVED


def _rated_from_the_mail(stranger: Seat, world: World, number: int) -> None:
    """Nobody is signed in; a mail scanner opened the link before."""
    path = answer_path(number, world.contact.email)
    for _time in range(2):
        stranger.open_path(path)
        assert Ticket.objects.get(pk=number).status == Status.RESOLVED
    page = stranger.page
    expect(page.get_by_text("The relay was full; it is emptied.")).to_be_visible()
    page.locator(".rating label").filter(has_text="5").click()
    page.get_by_label("Comment").fill("Quick and friendly.")
    stranger.press("Send the answer")
    expect(page.get_by_text("Your rating is recorded: 5 of 5.")).to_be_visible()
    ticket = Ticket.objects.get(pk=number)
    assert (ticket.status, ticket.rating, ticket.rating_comment) == (Status.CLOSED, 5, "Quick and friendly.")


def answer_path(number: int, address: str) -> str:
    """The link of the mail that says the request is solved."""
    mail = OutgoingMail.objects.get(ticket=number, to=address, kind="resolved")
    found = re.search(r"https?://[^/]+(/portal/answer/\S+)", mail.text)
    assert found is not None
    return found[1]
