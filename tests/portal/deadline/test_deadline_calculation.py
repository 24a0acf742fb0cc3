"""“Deadline calculation” for the client: the same sums in plain words, for those who see the request."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils.html import strip_tags
from pypdf import PdfReader

from servicedesk.tickets.models import Ticket
from sla.models import ClockEvent, Policy
from tests.portal.conftest import Cast, accepted, asked, resolved, signed_in
from workflows import advance

MONDAY_9 = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
FORBIDDEN = re.compile(r"\b(sla|tickets?|breach\w*|clocks?|polic\w+|reckon\w*|null|none)\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY_9, tick=False):
        yield


def at(hours: float) -> time_machine.travel:
    return time_machine.travel(MONDAY_9 + hours * HOUR, tick=False)


def url_of(ticket: Ticket, kind: str = "resolution", name: str = "request-promise") -> str:
    return reverse(f"portal:{name}", args=[ticket.pk, kind])


def fragment(cast: Cast, ticket: Ticket, kind: str = "resolution") -> str:
    response = signed_in(cast.helen).get(url_of(ticket, kind), headers={"HX-Request": "true"})
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def words(html: str) -> str:
    return " ".join(strip_tags(html).split())


def lived(cast: Cast) -> Ticket:
    """Asked at ten and answered at eleven, solved at noon, re-opened an hour later."""
    with at(1):
        ticket = asked(cast.ticket(), cast.agent)
    with at(2):
        advance.answer(ticket, by=cast.helen)
    with at(3):
        advance.act(ticket, "resolve", by=cast.agent, solution="The queue is cleared.")
    with at(4):
        advance.reopen(ticket, by=cast.helen)
    return ticket


def test_each_promise_on_the_page_of_a_request_says_why(cast: Cast) -> None:
    ticket = cast.ticket()
    html = signed_in(cast.helen).get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert html.count("Deadline calculation") == 2
    assert url_of(ticket, "first_response") in html


def test_the_sum_in_the_clients_words(cast: Cast) -> None:
    ticket = asked(cast.ticket(), cast.agent)
    with at(3):
        text = words(fragment(cast, ticket))
    for expected in (
        "Target All requests",
        "Waiting Mon 5 Jan 09:00 – now, Waiting for your answer Started by Marta Vidal.",
        "Left 8h − 0m 8h", "Remaining target time, if the waiting ended now",
        "Version 1 of the agreement, valid from 1 January 2020.",
    ):  # fmt: skip
        assert expected in text


@pytest.mark.parametrize("kind", ["first_response", "resolution"])
def test_no_word_of_ours_reaches_the_client(cast: Cast, kind: str) -> None:
    Policy.objects.update(name="Internal policy SLA 7")
    ticket = lived(cast)
    with at(40):
        html = fragment(cast, ticket, kind)
        whole = signed_in(cast.helen).get(url_of(ticket, kind)).content.decode()
    main = whole[whole.index("<main") : whole.index("</main>")]
    assert FORBIDDEN.findall(words(html)) == []
    assert FORBIDDEN.findall(words(main).replace(ticket.subject, "")) == []


def test_an_inner_reason_for_a_pause_stays_ours(cast: Cast) -> None:
    ticket = asked(cast.ticket(), cast.agent)
    ClockEvent.objects.filter(kind="pause").update(reason="they never answer anyway")
    text = words(fragment(cast, ticket))
    assert "they never" not in text
    assert "Waiting" in text


def test_whoever_sees_the_request_sees_why_and_nobody_else(cast: Cast) -> None:
    ticket = cast.ticket()
    for name in ("request-promise", "request-promise-pdf"):
        for person, status in ((cast.helen, 200), (cast.manager, 200), (cast.tom, 404), (cast.stranger, 404)):
            assert signed_in(person).get(url_of(ticket, name=name)).status_code == status, (name, person)
    assert signed_in(cast.helen).get(url_of(ticket, "lunch")).status_code == 404
    assert signed_in(cast.agent).get(url_of(ticket)).status_code == 302


def test_the_pdf_adds_up_in_plain_words(cast: Cast) -> None:
    ticket = lived(cast)
    with at(5):
        response = signed_in(cast.helen).get(url_of(ticket, name="request-promise-pdf"))
    paper = PdfReader(io.BytesIO(response.content))
    text = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
    for expected in (
        "Deadline calculation",
        "Waiting for your answer",
        "8h − 2h",
        "Re-opened by Helen",
    ):
        assert expected in text
    assert FORBIDDEN.findall(text) == []
    assert paper.metadata is not None
    assert ticket.reference in str(paper.metadata.title)


def test_done_and_re_opened_is_told(cast: Cast) -> None:
    ticket = lived(cast)
    with at(5):
        text = words(fragment(cast, ticket))
    assert "Done by Marta Vidal. Re-opened by Helen Marsh." in text


def test_a_kept_promise_is_told(cast: Cast) -> None:
    with at(1):
        ticket = resolved(cast.ticket(), cast.agent)
    with at(2):
        text = words(fragment(cast, ticket))
    assert "Target met" in text
    assert "not needed" in text


def test_the_proof_costs_the_same_however_long_the_life(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    browser, short, long = signed_in(cast.helen), accepted(cast.ticket(), cast.agent), lived(cast)
    for ticket in (short, long):
        with at(5), django_assert_max_num_queries(11):
            browser.get(url_of(ticket), headers={"HX-Request": "true"})
