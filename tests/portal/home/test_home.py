"""The first page of a client."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Kind
from contracts.hours import prepaid
from contracts.models import Contract
from tests.factories import RequestTypeFactory, ServiceFactory, TicketFactory
from tests.portal.conftest import Cast, asked, resolved, signed_in

URL = reverse("portal:home")


def test_offered_services_are_tiles_and_archived_ones_are_not(cast: Cast) -> None:
    ServiceFactory(name="Fax machines", is_archived=True)
    page = signed_in(cast.helen).get(URL).content.decode()
    assert f"?service={cast.item.service.pk}" in page
    assert "Fax machines" not in page


def test_what_waits_for_the_requester_is_listed_and_not_for_the_manager(cast: Cast) -> None:
    resolved(cast.ticket(subject="Scanner"), cast.agent)
    asked(cast.ticket(subject="Phone"), cast.agent)
    cast.ticket(subject="Quiet")
    todos = signed_in(cast.helen).get(URL).context["todos"]
    assert [(todo.ticket.subject, todo.action) for todo in todos] == [
        ("Scanner", "Check"),
        ("Phone", "Answer"),
    ]
    assert signed_in(cast.manager).get(URL).context["todos"] == []


def test_an_approval_waits_for_the_manager(cast: Cast) -> None:
    item = RequestTypeFactory(
        service=cast.item.service, kind=Kind.SERVICE_REQUEST, approvals=[{"who": "client_manager"}]
    )
    cast.ticket(subject="New laptop", request_type=item)
    todos = signed_in(cast.manager).get(URL).context["todos"]
    assert [(todo.ticket.subject, todo.action) for todo in todos] == [("New laptop", "Decide")]


def test_a_manager_reads_the_hours_left_and_a_contact_does_not(cast: Cast) -> None:
    prepaid.purchase(Contract.objects.get(), Decimal("60"), by=None, note="Offer 7")
    page = signed_in(cast.manager).get(URL)
    assert [one.left for one in page.context["hours_left"]] == [Decimal("60.00")]
    assert "left of 60" in page.content.decode()
    assert "left of 60" not in signed_in(cast.helen).get(URL).content.decode()


def test_the_greeting_follows_the_readers_clock(cast: Cast) -> None:
    cast.helen.time_zone = "Asia/Tokyo"
    cast.helen.save()
    with time_machine.travel(datetime(2026, 1, 5, 6, tzinfo=UTC), tick=False):  # 15:00 in Tokyo
        assert "Good afternoon, Helen." in signed_in(cast.helen).get(URL).content.decode()


def test_the_page_costs_the_same_with_many_requests(cast: Cast) -> None:
    browser = signed_in(cast.helen)

    def cost(rows: int) -> int:
        for _number in range(rows):
            TicketFactory(client=cast.company, requester=cast.helen, service=cast.item.service)
        with CaptureQueriesContext(connection) as spent:
            browser.get(URL)
        return len(spent)

    few = cost(5)
    assert cost(45) == few
    assert few <= 14
