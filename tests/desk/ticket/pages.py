"""Short ways to the pages of one ticket."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket
from tests.desk.conftest import signed_in


def get(person: User, ticket: Ticket, query: str = "", **headers: Any) -> Any:
    return signed_in(person).get(reverse("desk:ticket", args=[ticket.pk]) + query, **headers)


def page(person: User, ticket: Ticket, query: str = "") -> str:
    response = get(person, ticket, query)
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def post(person: User, name: str, ticket: Ticket, *more: Any, **data: Any) -> Any:
    response = signed_in(person).post(reverse(f"desk:ticket-{name}", args=[ticket.pk, *more]), data)
    ticket.refresh_from_db()
    return response


def step(person: User, action: str, ticket: Ticket, **data: Any) -> Any:
    return post(person, "step", ticket, action, **data)


def reply(person: User, ticket: Ticket, body: str, **data: Any) -> Any:
    """As somebody who has the page open: with the mark of the recipients named there."""
    mark = get(person, ticket).context["composer"].reply.recipients.mark
    return post(person, "reply", ticket, **({"body": body, "audience": mark} | data))
