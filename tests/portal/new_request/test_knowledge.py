"""What may help, shown to a client before the request is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import RequestType
from servicedesk.people.models import User
from tests.factories import RequestTypeFactory
from tests.portal.conftest import Cast, signed_in
from tests.portal.new_request.test_new_request import URL, filled

LINKS: list[dict[str, Any]] = [
    {"title": "Messages stay in the Outbox", "translations": {"ru": "Письма не уходят"},
     "url": "https://kb.example.org/outbox?a=1&b=2", "audience": "client"},
    {"title": "Your contract", "url": "/portal/contracts/", "audience": "client"},
    {"title": "Runbook of the relay", "url": "https://wiki.example.org/relay", "audience": "staff"},
]  # fmt: skip


@pytest.fixture
def item(cast: Cast) -> RequestType:
    item: RequestType = RequestTypeFactory(service=cast.item.service, links=LINKS)
    item.full_clean()
    return item


def page(cast: Cast, **query: Any) -> str:
    return str(signed_in(cast.helen).get(URL, query).content.decode())


def test_links_for_clients_stand_above_the_form_and_open_beside_it(cast: Cast, item: RequestType) -> None:
    text = page(cast, type=item.pk)
    opened = 'target="_blank" rel="noopener noreferrer"'
    assert f'<a href="https://kb.example.org/outbox?a=1&amp;b=2" {opened}>Messages stay in the Outbox' in text
    assert f'<a href="/portal/contracts/" {opened}>Your contract' in text
    assert text.index("This may help") < text.index("Your contract") < text.index('id="request-form"')


def test_only_links_to_other_sites_say_so(cast: Cast, item: RequestType) -> None:
    text = page(cast, type=item.pk)
    assert text.count("(another site, opens in a new tab)") == text.count("#i-ext") == 1
    assert text.count("(opens in a new tab)") == 1


def test_what_is_for_the_desk_alone_is_not_shown_to_clients(cast: Cast, item: RequestType) -> None:
    text = page(cast, type=item.pk)
    assert "Runbook" not in text
    assert "wiki.example.org" not in text


def test_titles_are_in_the_readers_language(cast: Cast, item: RequestType) -> None:
    User.objects.filter(pk=cast.helen.pk).update(language="ru")
    assert "Письма не уходят" in page(cast, type=item.pk)


def test_they_stay_while_a_form_comes_back(cast: Cast, item: RequestType) -> None:
    response = signed_in(cast.helen).post(URL, filled(cast, type=str(item.pk), subject=""))
    assert response.status_code == 422
    assert "This may help" in response.content.decode()


def test_without_links_for_clients_there_is_nothing(cast: Cast, item: RequestType) -> None:
    assert "This may help" not in page(cast, type=cast.item.pk)
    assert "This may help" not in page(cast, type="other")
    assert "This may help" not in page(cast)
    RequestType.objects.filter(pk=item.pk).update(links=LINKS[2:])
    assert "This may help" not in page(cast, type=item.pk)


def test_a_bad_address_never_reaches_the_page(cast: Cast, item: RequestType) -> None:
    evil = {"title": "<b>Click</b>", "url": "javascript:alert(1)", "audience": "client"}
    odd = LINKS[0] | {"title": "<script>alert(1)</script>", "translations": {}}
    RequestType.objects.filter(pk=item.pk).update(links=[evil, odd])
    text = page(cast, type=item.pk)
    assert "javascript:" not in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_links_cost_no_statement(cast: Cast, item: RequestType) -> None:
    page(cast, type=item.pk)
    amounts = []
    for found in ([], LINKS):
        RequestType.objects.filter(pk=item.pk).update(links=found)
        browser = signed_in(cast.helen)
        with CaptureQueriesContext(connection) as statements:
            browser.get(URL, {"type": item.pk})
        amounts.append(len(statements))
    assert amounts[0] == amounts[1]
