"""The list of requests: groups, filters, the whole company, its cost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicedesk.tickets.models import Message
from servicedesk.tickets.statuses import Status
from tests.factories import TicketFactory
from tests.portal.conftest import Cast, signed_in

URL = reverse("portal:requests")


def row(cast: Cast, subject: str, status: str = Status.NEW, **fields: Any) -> Any:
    values = {"client": cast.company, "requester": cast.helen, "service": cast.item.service}
    return TicketFactory(subject=subject, status=status, **(values | fields))


@pytest.fixture
def some(cast: Cast) -> Cast:
    row(cast, "Scanner jams", Status.RESOLVED)
    row(cast, "Почта не приходит", Status.IN_PROGRESS, opened_at=datetime(2026, 1, 5, 9, tzinfo=UTC))
    row(cast, "Old monitor", Status.CLOSED)
    row(cast, "Tom’s laptop", requester=cast.tom)
    return cast


def subjects(cast: Cast, **query: str) -> set[str]:
    page = signed_in(cast.helen).get(URL, query).context["page"]
    return {ticket.subject for ticket in page}


def test_closed_requests_are_hidden_until_asked_for(some: Cast) -> None:
    assert subjects(some) == {"Scanner jams", "Почта не приходит"}
    assert subjects(some, group="closed") == {"Old monitor"}


def test_groups_are_counted(some: Cast) -> None:
    response = signed_in(some.helen).get(URL)
    counts = {value: count for value, _label, count in response.context["groups"]}
    assert counts == {"answered": 1, "in_progress": 1, "closed": 1}


def test_what_waits_for_the_client_comes_first(some: Cast) -> None:
    page = signed_in(some.helen).get(URL).context["page"]
    assert [ticket.status for ticket in page] == [Status.RESOLVED, Status.IN_PROGRESS]


def test_filters_narrow(some: Cast) -> None:
    assert subjects(some, q="scanner") == {"Scanner jams"}
    assert subjects(some, q="почта") == {"Почта не приходит"}
    assert subjects(some, status="in_progress") == {"Почта не приходит"}
    assert subjects(some, status="closed") == {"Old monitor"}
    assert subjects(some, until="2026-01-05", since="2026-01-05") == {"Почта не приходит"}
    assert subjects(some, kind="service_request") == set()


def test_a_number_finds_its_request(cast: Cast) -> None:
    ticket = row(cast, "Scanner jams")
    row(cast, "Another")
    assert subjects(cast, q=ticket.reference.lower()) == {"Scanner jams"}


def test_words_of_a_public_message_are_found_and_of_a_note_not(cast: Cast) -> None:
    ticket = row(cast, "Scanner jams")
    Message.objects.create(ticket=ticket, side="staff", body="Clean the rollers")
    Message.objects.create(ticket=ticket, side="staff", body="Broken by themselves", visibility="internal")
    assert subjects(cast, q="rollers") == {"Scanner jams"}
    assert subjects(cast, q="themselves") == set()


def test_a_bad_filter_value_narrows_nothing_and_is_told(some: Cast) -> None:
    response = signed_in(some.helen).get(URL, {"since": "yesterday-ish", "page": "x", "group": "nonsense"})
    assert response.status_code == 200
    assert len(response.context["page"].object_list) == 2
    assert response.context["form"].errors["since"]


def test_a_manager_switches_to_the_whole_company_and_a_contact_cannot(some: Cast) -> None:
    whole = {"scope": "company"}
    assert "Tom’s laptop" not in subjects(some, **whole)
    page = signed_in(some.manager).get(URL, whole).context["page"]
    assert {ticket.subject for ticket in page} == {"Scanner jams", "Почта не приходит", "Tom’s laptop"}
    assert not signed_in(some.manager).get(URL).context["page"].object_list


def test_htmx_gets_rows_without_the_page(some: Cast) -> None:
    page = signed_in(some.helen).get(URL, headers={"hx-request": "true"})
    assert "Scanner jams" in page.content.decode()
    assert "<html" not in page.content.decode()
    assert "HX-Request" in page["Vary"]


def test_long_lists_have_pages(cast: Cast) -> None:
    for number in range(30):
        row(cast, f"Request {number}")
    page = signed_in(cast.helen).get(URL, {"page": "2"}).context["page"]
    assert (page.number, len(page.object_list)) == (2, 5)


def test_the_list_costs_the_same_whatever_its_length(cast: Cast) -> None:
    browser = signed_in(cast.manager)

    def cost(rows: int) -> int:
        for number in range(rows):
            row(cast, f"Request {number}")
        with CaptureQueriesContext(
            connection,
        ) as spent:
            assert browser.get(URL, {"scope": "company"}).status_code == 200
        return len(spent)

    few = cost(5)
    assert cost(45) == few
    assert few <= 10
