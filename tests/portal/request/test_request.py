"""The page of one request: confirm, rate, re-open, answer, decide, withdraw."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Kind
from contracts.time.entries import log_time
from servicedesk.people.models import User
from servicedesk.tickets import conversation
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from tests.factories import RequestTypeFactory
from tests.portal.conftest import Cast, accepted, asked, last_message, resolved, signed_in


def post(person: User, name: str, ticket: Ticket, **data: Any) -> Any:
    response = signed_in(person).post(reverse(f"portal:request-{name}", args=[ticket.pk]), data)
    ticket.refresh_from_db()
    return response


def page(person: User, ticket: Ticket) -> str:
    return signed_in(person).get(reverse("portal:request", args=[ticket.pk])).content.decode()


def test_yes_closes_and_rates(cast: Cast) -> None:
    ticket = resolved(cast.ticket(), cast.agent)
    assert "Is it solved?" in page(cast.helen, ticket)
    assert post(cast.helen, "solved", ticket, solved="yes", rating="4", comment="Quick").status_code == 302
    assert (ticket.status, ticket.rating, ticket.rating_comment) == (Status.CLOSED, 4, "Quick")
    assert "You rated this request 4 of 5" in page(cast.helen, ticket)


def test_yes_needs_no_rating(cast: Cast) -> None:
    ticket = resolved(cast.ticket(), cast.agent)
    post(cast.helen, "solved", ticket, solved="yes")
    assert (ticket.status, ticket.rating) == (Status.CLOSED, None)


def test_no_reopens_with_the_words_as_a_comment(cast: Cast) -> None:
    ticket = resolved(cast.ticket(), cast.agent)
    post(cast.helen, "solved", ticket, solved="no", comment="Still late today")
    assert (ticket.status, ticket.reopened_count) == (Status.VERIFICATION, 1)
    assert last_message(ticket).body == "Still late today"
    assert "1 time" in page(cast.helen, ticket)


def test_no_without_words_asks_for_them(cast: Cast) -> None:
    ticket = resolved(cast.ticket(), cast.agent)
    response = post(cast.helen, "solved", ticket, solved="no", comment=" ")
    assert response.status_code == 422
    assert "comment" in response.context["solved_form"].errors
    assert ticket.status == Status.RESOLVED


@pytest.mark.parametrize("rating", ["0", "6", "many"])
def test_a_rating_is_a_number_from_one_to_five(cast: Cast, rating: str) -> None:
    ticket = resolved(cast.ticket(), cast.agent)
    assert post(cast.helen, "solved", ticket, solved="yes", rating=rating).status_code == 422
    assert ticket.rating is None


def test_a_rating_for_a_request_in_work_again_is_refused_in_plain_words(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.agent)
    response = post(cast.helen, "solved", ticket, solved="yes", rating="5", comment="My words")
    text = response.content.decode()
    assert response.status_code == 409
    assert "This request has changed meanwhile" in text
    assert "My words" in text
    assert ticket.rating is None


def test_a_reply_is_posted_with_its_files(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.agent)
    post(cast.helen, "reply", ticket, body="One more thing", uploads=SimpleUploadedFile("a.txt", b"a"))
    message = last_message(ticket)
    assert (message.body, message.author, message.visibility) == ("One more thing", cast.helen, "public")
    assert message.attachments.get().name == "a.txt"


def test_a_reply_sent_twice_is_one_message(cast: Cast) -> None:
    ticket = cast.ticket()
    browser, url = signed_in(cast.helen), reverse("portal:request-reply", args=[ticket.pk])
    for _ in range(2):
        browser.post(url, {"body": "One more thing", "once": "same"})
    assert ticket.messages.filter(body="One more thing").count() == 1


def test_an_empty_reply_and_a_program_are_told_and_the_text_stays(cast: Cast) -> None:
    ticket = cast.ticket()
    assert "Write a message first." in post(cast.helen, "reply", ticket, body="").content.decode()
    program = SimpleUploadedFile("run.bat", b"x")
    response = post(cast.helen, "reply", ticket, body="My words", uploads=program)
    assert response.status_code == 422
    assert "My words" in response.content.decode()
    assert ticket.messages.count() == 1


def test_an_answer_ends_the_waiting(cast: Cast) -> None:
    ticket = asked(cast.ticket(), cast.agent)
    assert "Which phone is it?" in page(cast.helen, ticket)
    post(cast.helen, "reply", ticket, body="A54")
    assert ticket.status == Status.UNDER_REVIEW


def test_the_manager_approves_or_rejects_with_a_reason(cast: Cast) -> None:
    item = RequestTypeFactory(
        service=cast.item.service, kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}]
    )
    first, second = (cast.ticket(request_type=item) for _ in range(2))
    assert "Do you approve?" in page(cast.manager, first)
    assert "Do you approve?" not in page(cast.helen, first)
    post(cast.manager, "decision", first, decision="approve")
    assert first.status != Status.WAITING_APPROVAL
    assert post(cast.manager, "decision", second, decision="reject").status_code == 422
    post(cast.manager, "decision", second, decision="reject", reason="No budget")
    assert second.status == Status.CANCELLED
    assert "No budget" in page(cast.helen, second)


def test_a_contact_cannot_approve_their_own_request(cast: Cast) -> None:
    item = RequestTypeFactory(
        service=cast.item.service, kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}]
    )
    ticket = cast.ticket(request_type=item)
    assert post(cast.helen, "decision", ticket, decision="approve").status_code == 302
    assert ticket.status == Status.WAITING_APPROVAL


def test_a_withdrawn_request_is_cancelled_and_twice_does_no_harm(cast: Cast) -> None:
    ticket = cast.ticket()
    assert "Withdraw the request" in page(cast.helen, ticket)
    post(cast.helen, "withdrawal", ticket, reason="Solved itself")
    assert ticket.status == Status.CANCELLED
    assert post(cast.helen, "withdrawal", ticket).status_code == 302
    assert "Solved itself" in page(cast.helen, ticket)


def test_the_page_names_who_is_on_it_and_the_time_spent(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.agent)
    log_time(ticket, by=cast.agent, minutes=80, work_kind="remote", internal_note="slow client")
    text = page(cast.helen, ticket)
    assert "assigned to Marta Vidal" in text
    assert "1h 20m" in text
    assert "slow client" not in text


def test_words_of_the_desk_stay_away(cast: Cast) -> None:
    text = page(cast.helen, resolved(cast.ticket(), cast.agent)).lower()
    main = text[text.index("<main") : text.index("</main")]
    for word in ("ticket ", "sla ", "bpmn", "breach "):
        assert word not in main


def test_the_page_costs_the_same_with_a_long_conversation(cast: Cast) -> None:
    ticket = accepted(cast.ticket(), cast.agent)
    browser, url = signed_in(cast.helen), reverse("portal:request", args=[ticket.pk])

    def cost(messages: int) -> int:
        for number in range(messages):
            conversation.post(ticket, author=cast.agent, body=f"Word {number}")
        with CaptureQueriesContext(connection) as spent:
            browser.get(url)
        return len(spent)

    few = cost(5)
    assert cost(30) == few
    assert few <= 24
