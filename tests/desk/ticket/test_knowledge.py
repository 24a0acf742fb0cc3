"""What there is to read about a ticket's request type, beside the ticket."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import RequestType
from servicedesk.people.models import User
from tests.desk.conftest import Cast
from tests.desk.ticket.pages import get, page, step
from tests.portal.new_request.test_knowledge import LINKS


def test_the_desk_sees_links_for_clients_and_its_own(cast: Cast) -> None:
    RequestType.objects.update(links=LINKS)
    text = page(cast.marta, cast.ticket())
    opened = 'target="_blank" rel="noopener noreferrer"'
    assert 'id="knowledge-title">Knowledge<' in text
    assert f'<a href="https://kb.example.org/outbox?a=1&amp;b=2" {opened}>Messages stay in the Outbox' in text
    assert f'<a href="https://wiki.example.org/relay" {opened}>Runbook of the relay' in text
    assert text.count("agents only</span>") == 1
    User.objects.filter(pk=cast.marta.pk).update(language="ru")
    assert "Письма не уходят" in page(cast.marta, cast.ticket())


def test_links_are_those_of_the_catalog_now_not_of_the_day_it_was_opened(cast: Cast) -> None:
    RequestType.objects.update(links=LINKS)
    ticket = cast.ticket()
    RequestType.objects.update(links=[LINKS[1] | {"title": "Newer"}])
    text = page(cast.marta, ticket)
    assert ">Newer" in text
    assert "Outbox" not in text


def test_without_links_or_a_request_type_there_is_no_part_for_them(cast: Cast) -> None:
    assert "knowledge-title" not in page(cast.marta, cast.ticket())
    RequestType.objects.update(links=LINKS)
    assert "knowledge-title" not in page(cast.marta, cast.ticket(request_type=None))


def test_they_are_there_on_the_page_after_a_refusal_too(cast: Cast) -> None:
    RequestType.objects.update(links=LINKS)
    ticket = cast.ticket()
    response = step(cast.marta, "resolve", ticket, solution="Done")
    assert response.status_code == 409
    assert "knowledge-title" in response.content.decode()


def test_links_cost_no_statement(cast: Cast) -> None:
    ticket = cast.ticket()
    get(cast.marta, ticket)
    amounts = []
    for links in ([], LINKS):
        RequestType.objects.update(links=links)
        with CaptureQueriesContext(connection) as statements:
            get(cast.marta, ticket)
        amounts.append(len(statements))
    assert amounts[0] == amounts[1]
