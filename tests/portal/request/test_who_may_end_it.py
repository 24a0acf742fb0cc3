"""Who says how a request ends: whoever asked and the company's managers; whoever only follows it reads it."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicedesk.intake import client_reply
from servicedesk.notifications import links
from servicedesk.tickets.errors import NotPermitted, StepGone
from servicedesk.tickets.models import Participant, Ticket
from servicedesk.tickets.statuses import Status
from tests.portal.conftest import Cast, resolved, signed_in
from workflows import advance

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Helen's, solved; her colleague Tom follows it."""
    ticket = resolved(cast.ticket(), cast.agent)
    Participant.objects.create(ticket=ticket, user=cast.tom)
    return ticket


ENDINGS = [
    ("portal:request-solved", {"solved": "yes", "rating": "1"}),
    ("portal:request-solved", {"solved": "no", "comment": "Still late"}),
    ("portal:request-withdrawal", {"reason": "Not needed"}),
]


@pytest.mark.parametrize(("name", "sent"), ENDINGS)
def test_a_follower_says_nothing_about_the_end(
    cast: Cast, ticket: Ticket, name: str, sent: dict[str, str]
) -> None:
    events, messages = ticket.events.count(), ticket.messages.count()
    answer = signed_in(cast.tom).post(reverse(name, args=[ticket.pk]), sent)
    assert answer.status_code == 409
    assert "You follow this request." in answer.content.decode()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.rating) == (Status.RESOLVED, None)
    assert (ticket.events.count(), ticket.messages.count()) == (events, messages)


def test_a_follower_is_offered_neither_and_may_still_write(cast: Cast, ticket: Ticket) -> None:
    page = signed_in(cast.tom).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    for name in ("portal:request-solved", "portal:request-withdrawal"):
        assert reverse(name, args=[ticket.pk]) not in page
    sent = {"body": "I see it too"}
    assert (
        signed_in(cast.tom).post(reverse("portal:request-reply", args=[ticket.pk]), sent).status_code == 302
    )
    assert ticket.messages.filter(body="I see it too", author=cast.tom).exists()


def test_a_signed_link_of_a_follower_leads_nowhere(cast: Cast, ticket: Ticket) -> None:
    address = links.answer_url(ticket, cast.tom).removeprefix("http://testserver")
    assert Browser().get(address).status_code == 404
    assert Browser().post(address, {"solved": "yes", "rating": "5"}).status_code == 404
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_the_verbs_themselves_ask_who_speaks(cast: Cast, ticket: Ticket) -> None:
    for person in (cast.tom, cast.stranger, cast.agent):
        with pytest.raises(NotPermitted):
            advance.confirm(ticket, by=person, rating=5)
        with pytest.raises(NotPermitted):
            client_reply.not_solved(ticket, author=person, body="No")
        with pytest.raises(NotPermitted):
            advance.withdraw(ticket, by=person)


def test_the_manager_speaks_too(cast: Cast, ticket: Ticket) -> None:
    solved = reverse("portal:request-solved", args=[ticket.pk])
    assert solved in signed_in(cast.manager).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    signed_in(cast.manager).post(solved, {"solved": "yes", "rating": "4"})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.rating) == (Status.CLOSED, 4)


def test_the_same_rating_again_is_no_second_rating(cast: Cast, ticket: Ticket) -> None:
    for _again in range(3):
        advance.confirm(ticket, by=cast.helen, rating=5, comment="Quick")
    assert ticket.events.filter(kind="rated").count() == 1
    advance.confirm(ticket, by=cast.helen, rating=5, comment="Quick and kind")
    advance.confirm(ticket, by=cast.helen, rating=2, comment="Came back")
    assert [one.details["rating"] for one in ticket.events.filter(kind="rated").order_by("pk")] == [5, 5, 2]


def test_no_is_said_once(cast: Cast, ticket: Ticket) -> None:
    client_reply.not_solved(ticket, author=cast.helen, body="Still late")
    with pytest.raises(StepGone):
        client_reply.not_solved(ticket, author=cast.helen, body="Still late")
    assert ticket.messages.filter(body="Still late").count() == 1
    assert ticket.events.filter(kind="reopened").count() == 1
