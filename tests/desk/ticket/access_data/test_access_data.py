"""Access data on the desk: shown to whoever says why, on that page alone."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.urls import reverse
from structlog.testing import capture_logs

from servicedesk.mail.models import OutgoingMail
from servicedesk.people.models import User
from servicedesk.tickets.models import SecretReveal, Ticket
from tests.desk.conftest import Cast, signed_in
from tests.desk.ticket.pages import get, page, post
from tests.factories import RequestTypeFactory, agent_of, contact_of
from workflows import advance

FORM = [
    {"key": "host", "label": "Host", "kind": "text"},
    {"key": "password", "label": "Password of the server", "kind": "secret"},
]
PASSWORD = "correct<horse>battery"
SHOWN = "correct&lt;horse&gt;battery"
REASON = "Sign in to the server"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    cast.item.form = FORM
    cast.item.save()
    return cast.ticket(answers={"host": "srv-1", "password": PASSWORD})


def shown(person: User, ticket: Ticket, reason: str = REASON, browser: Browser | None = None) -> Any:
    address = reverse("desk:ticket-secret", args=[ticket.pk, ticket.secrets.get().pk])
    return (browser or signed_in(person)).post(address, {"reason": reason})


def test_it_is_listed_without_its_words(cast: Cast, ticket: Ticket) -> None:
    text = page(cast.marta, ticket)
    assert "Password of the server" in text
    assert "Provided by Helen Marsh" in text
    assert "•••" in text
    assert SHOWN not in text


def test_it_is_shown_once_to_whoever_says_why(cast: Cast, ticket: Ticket) -> None:
    answer = shown(cast.marta, ticket)
    assert answer.status_code == 200
    assert SHOWN in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert SecretReveal.objects.get().reason == REASON
    text = page(cast.oleg, ticket)
    assert SHOWN not in text
    assert "1 view" in text
    assert f"viewed access data: {REASON}" in text


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_shown(cast: Cast, ticket: Ticket, reason: str) -> None:
    answer = shown(cast.marta, ticket, reason)
    assert answer.status_code == 409
    assert "State what you need it for." in answer.content.decode()
    assert SHOWN not in answer.content.decode()
    assert not SecretReveal.objects.exists()


def test_an_address_alone_shows_nothing(cast: Cast, ticket: Ticket) -> None:
    address = reverse("desk:ticket-secret", args=[ticket.pk, ticket.secrets.get().pk])
    assert signed_in(cast.marta).get(address, {"reason": REASON}).status_code == 405


def test_nobody_else_sees_it(cast: Cast, ticket: Ticket) -> None:
    assert shown(cast.helen, ticket).status_code == 404
    stranger = agent_of(RequestTypeFactory().service.group)
    answer = shown(stranger, ticket)
    assert answer.status_code in (404, 409)
    assert SHOWN not in answer.content.decode()
    assert not SecretReveal.objects.exists()


def test_it_belongs_to_its_own_ticket_only(cast: Cast, ticket: Ticket) -> None:
    other = cast.ticket(subject="Another", answers={})
    assert post(cast.marta, "secret", other, ticket.secrets.get().pk, reason=REASON).status_code == 404


def test_a_wiped_one_says_so(cast: Cast, ticket: Ticket) -> None:
    ticket.secrets.update(sealed="", wiped_at=ticket.opened_at)
    text = page(cast.marta, ticket)
    assert "deleted" in text
    assert "Show it" not in text
    assert "It was deleted" in shown(cast.marta, ticket).content.decode()


def test_it_is_nowhere_else_after_it_was_shown(
    cast: Cast, ticket: Ticket, caplog: pytest.LogCaptureFixture
) -> None:
    browser = signed_in(cast.marta)
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        answer = shown(cast.marta, ticket, browser=browser)
        advance.act(ticket, "classify", by=cast.marta)
        advance.act(ticket, "accept", by=cast.marta)
        advance.act(ticket, "ask_client", by=cast.marta, question="Which phone is it?")
        pages = pages_of(cast, ticket, browser)
    kept = [
        *(str(row.get_decoded()) for row in Session.objects.all()),
        *(f"{mail.subject} {mail.text} {mail.html}" for mail in OutgoingMail.objects.all()),
        *map(str, logs),
        *(record.getMessage() for record in caplog.records),
        str(answer.cookies),
        *pages,
    ]
    assert len(pages) > 6
    assert OutgoingMail.objects.exists()
    assert not [text for text in kept if PASSWORD in text or SHOWN in text]


def pages_of(cast: Cast, ticket: Ticket, browser: Browser) -> list[str]:
    """Lists, the ticket with its tabs, and the client's side."""
    manager = contact_of(cast.company, is_manager=True)
    desk = [
        reverse("desk:queue"),
        *(reverse("desk:ticket", args=[ticket.pk]) + f"?tab={tab}" for tab in TABS),
    ]
    portal = [reverse("portal:home"), reverse("portal:requests"), reverse("portal:request", args=[ticket.pk])]
    found = [browser.get(address).content.decode() for address in desk]
    return found + [signed_in(manager).get(address).content.decode() for address in portal]


TABS = ("all", "history", "client", "internal", "time")


def test_tickets_without_such_questions_ask_nothing(cast: Cast) -> None:
    assert get(cast.marta, cast.ticket()).context["secrets"] == []
