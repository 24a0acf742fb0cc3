"""Answering from a mail without signing in: GET shows, POST acts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import serializers
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from servicedesk.lib import signing
from servicedesk.notifications import links
from servicedesk.people.models import Membership
from servicedesk.tickets.models import Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from tests.portal.conftest import Cast, last_message, resolved
from workflows import advance


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return resolved(cast.ticket(subject="Mail is late"), cast.agent)


def link(cast: Cast, ticket: Ticket, rating: int | None = None) -> str:
    return links.answer_url(ticket, cast.helen, rating).removeprefix("http://testserver")


def post(url: str, ticket: Ticket, **data: Any) -> Any:
    response = Browser().post(url, data, follow=True)
    ticket.refresh_from_db()
    return response


def stored(ticket: Ticket) -> str:
    rows = [Ticket.objects.get(pk=ticket.pk), *TicketEvent.objects.all()]
    return str(serializers.serialize("json", rows))


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(cast: Cast, ticket: Ticket, method: str) -> None:
    before = stored(ticket)
    with CaptureQueriesContext(connection) as spent:
        response = getattr(Browser(), method)(link(cast, ticket, rating=5))
    assert response.status_code == 200
    assert stored(ticket) == before
    assert all(query["sql"].startswith("SELECT") for query in spent.captured_queries)


def test_the_page_shows_the_subject_the_solution_and_the_clicked_rating(cast: Cast, ticket: Ticket) -> None:
    response = Browser().get(link(cast, ticket, rating=4))
    page = response.content.decode()
    assert "Mail is late" in page
    assert "The queue is cleared." in page
    assert response.context["form"]["rating"].value() == 4
    assert "no-store" in response["Cache-Control"]


def test_yes_confirms_and_rates_without_signing_in(cast: Cast, ticket: Ticket) -> None:
    page = post(
        link(cast, ticket, rating=5), ticket, solved="yes", rating="5", comment="Thanks"
    ).content.decode()
    assert (ticket.status, ticket.rating, ticket.rating_comment) == (Status.CLOSED, 5, "Thanks")
    assert ticket.events.filter(kind="rated").get().actor == cast.helen
    assert "Your rating is recorded: 5 of 5." in page


def test_no_reopens_and_is_a_comment(cast: Cast, ticket: Ticket) -> None:
    page = post(link(cast, ticket), ticket, solved="no", comment="Still late").content.decode()
    assert (ticket.status, ticket.reopened_count) == (Status.VERIFICATION, 1)
    assert last_message(ticket).body == "Still late"
    assert "The request is re-opened." in page


def test_no_without_words_is_asked_for_them(cast: Cast, ticket: Ticket) -> None:
    response = post(link(cast, ticket), ticket, solved="no")
    assert response.status_code == 422
    assert ticket.status == Status.RESOLVED


def test_a_second_click_shows_what_is_recorded_and_may_change_it(cast: Cast, ticket: Ticket) -> None:
    url = link(cast, ticket, rating=5)
    post(url, ticket, solved="yes", rating="5")
    assert "Your rating is recorded: 5 of 5." in Browser().get(url).content.decode()
    post(url, ticket, solved="yes", rating="2", comment="Came back")
    assert (ticket.rating, ticket.rating_comment) == (2, "Came back")


def test_an_old_link_of_a_reopened_request_says_so_and_does_nothing(cast: Cast, ticket: Ticket) -> None:
    url = link(cast, ticket)
    post(url, ticket, solved="no", comment="Still late")
    before = stored(ticket)
    assert "We are working on it again." in Browser().get(url).content.decode()
    again = post(url, ticket, solved="no", comment="Still late")
    assert again.status_code == 200
    post(url, ticket, solved="yes", rating="5")
    assert stored(ticket) == before


def test_a_closed_request_can_still_be_rated(cast: Cast, ticket: Ticket) -> None:
    advance.confirm(ticket, by=cast.helen)
    url = link(cast, ticket)
    assert "This request is closed." in Browser().get(url).content.decode()
    assert post(url, ticket, solved="yes").status_code == 422
    post(url, ticket, solved="yes", rating="3")
    assert ticket.rating == 3


def test_no_long_after_the_end_opens_one_new_request(cast: Cast, ticket: Ticket) -> None:
    advance.confirm(ticket, by=cast.helen)
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        url = link(cast, ticket)
        for _ in range(2):
            page = post(url, ticket, solved="no", comment="Again late").content.decode()
    assert ticket.status == Status.CLOSED
    assert f"The request {ticket.followed_by.get().reference} continues this one." in page


def test_an_expired_link_says_so_and_leads_to_sign_in(cast: Cast, ticket: Ticket) -> None:
    url = link(cast, ticket, rating=5)
    with time_machine.travel(timezone.now() + links.LIFETIME + timedelta(days=1), tick=False):
        response = Browser().get(url)
        assert Browser().post(url, {"solved": "yes"}).status_code == 410
    assert response.status_code == 410
    assert reverse("people:sign-in") in response.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_a_broken_or_foreign_token_is_refused(cast: Cast, ticket: Ticket) -> None:
    url = link(cast, ticket)
    assert Browser().get(url[:-4] + "/").status_code == 404
    other = signing.make("invitation", {"ticket": ticket.pk, "user": cast.helen.pk})
    assert Browser().get(reverse("portal:answer", args=[other])).status_code == 404


def test_the_link_dies_when_the_person_leaves_the_company(cast: Cast, ticket: Ticket) -> None:
    Membership.objects.filter(user=cast.helen).update(is_active=False)
    assert Browser().get(link(cast, ticket)).status_code == 404


def test_the_page_speaks_the_persons_language(cast: Cast, ticket: Ticket) -> None:
    cast.helen.language = "es"
    cast.helen.save()
    response = Browser().get(link(cast, ticket), headers={"accept-language": "ru"})
    assert response["Content-Language"] == "es"
    assert '<html lang="es"' in response.content.decode()


def test_a_forged_post_is_stopped(cast: Cast, ticket: Ticket) -> None:
    careful = Browser(enforce_csrf_checks=True)
    assert careful.post(link(cast, ticket), {"solved": "yes", "rating": "5"}).status_code == 403
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
