"""Every page × every role: who gets in, and that no GET breaks or writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from servicedesk.mail.models import OutgoingMail
from servicedesk.mail.outgoing import outbox
from servicedesk.people.models import User
from tests.factories import (
    ClientFactory,
    RequestTypeFactory,
    UserFactory,
    agent_of,
    contact_of,
    opened_by_door,
)

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = {
    "people:sign-in",
    "people:password-reset",
    "people:password-reset-sent",
    "people:password-reset-done",
}
STAFF_ONLY = (
    *("desk:", "catalog:", "reports:", "sla:", "contracts:", "clients:"),
    *("assignment:", "people:absence", "people:client-choices"),
)
CLIENT_ONLY = ("portal:",)
WITHOUT_SIGNING_IN = {
    *OPEN_TO_ALL,
    "home",
    "health",
    "health-ready",
    "portal:answer",
    "people:password-reset-confirm",
    "people:language",
}


def named_paths() -> Iterator[str]:
    """Names of all addresses that take nothing or one number."""
    yield from _named(get_resolver().url_patterns, "")


def _named(patterns: list[Any], space: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _named(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{space}{pattern.name}"


@pytest.fixture
def people(db: None) -> dict[str, User]:
    item = RequestTypeFactory()
    client = ClientFactory(account_manager=UserFactory(is_account_manager=True))
    contact = contact_of(client)
    opened_by_door(request_type=item, client=client, requester=contact)
    return {
        "stranger": contact_of(ClientFactory()),
        "contact": contact,
        "client manager": contact_of(client, is_manager=True),
        "agent": agent_of(item.service.group),
        "account manager": client.account_manager,
        "administrator": UserFactory(is_superuser=True),
    }


def address(name: str) -> str | None:
    from django.urls import NoReverseMatch, reverse

    ticket = OutgoingMail.objects.exclude(ticket=None).values_list("ticket", flat=True)[0]
    for arguments in ([], [ticket], [ticket, "resolution"], [ticket, ticket], ["broken-token"]):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    return None


def get(person: User | None, path: str) -> Any:
    browser = Browser()
    if person:
        browser.force_login(person)
    with CaptureQueriesContext(connection) as statements:
        answer = browser.get(path)
    written = [
        one["sql"]
        for one in statements.captured_queries
        if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
        and "django_session" not in one["sql"]
        and "attempts_tries" not in one["sql"]  # guessed links are counted
    ]
    assert not written, f"GET {path} writes: {written}"
    return answer


@pytest.mark.slow
def test_no_get_breaks_or_writes_for_anybody(people):
    for name in sorted(set(named_paths())):
        path = address(name)
        if path is None:
            continue
        for role, person in [("nobody", None), *people.items()]:
            status = get(person, path).status_code
            # 503 is this page's answer to “is anything late?”; here nothing runs in the background
            assert status < 500 or (name, status) == ("health-ready", 503), (
                f"{role} gets {status} from {name}"
            )


def test_nobody_gets_in_without_signing_in(people):
    for name in sorted(set(named_paths()) - WITHOUT_SIGNING_IN):
        path = address(name)
        if path is None:
            continue
        answer = get(None, path)
        assert answer.status_code in {302, 403, 404, 405}, f"{name} answers {answer.status_code}"
        if answer.status_code == 302:
            assert "/sign-in" in answer["Location"], name


def test_clients_find_no_desk(people):
    for name in sorted(name for name in set(named_paths()) if name.startswith(STAFF_ONLY)):
        path = address(name)
        if path is None or name == "reports:archive-file":
            continue
        for role in ("stranger", "contact", "client manager"):
            status = get(people[role], path).status_code
            assert status in {403, 404, 405}, f"{role} gets {status} from {name}"


def test_a_stranger_cannot_open_another_clients_request(people):
    path = address("portal:request")
    assert path
    assert get(people["stranger"], path).status_code == 404
    assert get(people["contact"], path).status_code == 200
    assert get(people["client manager"], path).status_code == 200


def test_an_outgoing_mail_is_readable_by_its_reader_and_administrators_only(people):
    mail = outbox.queue(to=people["agent"].email, subject="Hello", text="Words")
    path = f"/desk/mail/out/{mail.pk}/"
    assert get(people["agent"], path).status_code == 200
    assert get(people["administrator"], path).status_code == 200
    assert get(people["account manager"], path).status_code == 404
