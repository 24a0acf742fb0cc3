"""Who sees which request on the portal."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.tickets import conversation
from servicedesk.tickets.models import Message, Participant
from tests.portal.conftest import Cast, signed_in

PAGES = ["portal:home", "portal:new-request", "portal:requests"]
ACTS = [
    "portal:request-reply",
    "portal:request-solved",
    "portal:request-decision",
    "portal:request-withdrawal",
]


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_asked_to_sign_in(cast: Cast, name: str) -> None:
    response = Browser().get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("people:sign-in"))


@pytest.mark.parametrize("name", PAGES)
def test_people_of_the_desk_are_led_to_their_own_pages(cast: Cast, name: str) -> None:
    assert signed_in(cast.agent).get(reverse(name))["Location"] == reverse("home")


def test_an_agent_with_a_portal_link_lands_on_the_desk(cast: Cast) -> None:
    ticket = cast.ticket()
    response = signed_in(cast.agent).get(reverse("portal:request", args=[ticket.pk]))
    assert response["Location"] == reverse("desk:ticket", args=[ticket.pk])


def test_the_requester_and_the_manager_see_a_request(cast: Cast) -> None:
    page = reverse("portal:request", args=[cast.ticket().pk])
    assert signed_in(cast.helen).get(page).status_code == 200
    assert signed_in(cast.manager).get(page).status_code == 200


def test_a_colleague_and_another_company_do_not(cast: Cast) -> None:
    page = reverse("portal:request", args=[cast.ticket().pk])
    assert signed_in(cast.tom).get(page).status_code == 404
    assert signed_in(cast.stranger).get(page).status_code == 404


def test_a_copied_colleague_sees_it(cast: Cast) -> None:
    ticket = cast.ticket()
    Participant.objects.create(ticket=ticket, user=cast.tom)
    assert signed_in(cast.tom).get(reverse("portal:request", args=[ticket.pk])).status_code == 200


@pytest.mark.parametrize("name", ACTS)
def test_a_stranger_can_do_nothing_with_it(cast: Cast, name: str) -> None:
    ticket = cast.ticket()
    before = ticket.events.count()
    data = {"body": "hello", "solved": "yes", "decision": "approve"}
    assert signed_in(cast.stranger).post(reverse(name, args=[ticket.pk]), data).status_code == 404
    assert ticket.events.count() == before


@pytest.mark.parametrize("name", ACTS)
def test_acts_want_a_post(cast: Cast, name: str) -> None:
    assert signed_in(cast.helen).get(reverse(name, args=[cast.ticket().pk])).status_code == 405


def test_internal_and_personal_notes_never_show(cast: Cast) -> None:
    ticket = cast.ticket()
    note = Message.Visibility.INTERNAL
    conversation.post(ticket, author=cast.agent, body="They never pay in time", visibility=note)
    page = signed_in(cast.manager).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert "Since Friday letters arrive" in page
    assert "never pay" not in page
