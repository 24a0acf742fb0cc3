"""Links in mails: to pages, and signed ones that let the client answer without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from servicedesk.lib import signing
from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket

PURPOSE = "answer"
# As long as a reply may still re-open the ticket, and the time it waits for a confirmation, which is longer
# where working days count: three times the days, with the holidays of a new year.
LIFETIME = settings.REOPEN_GRACE + 3 * settings.AUTO_CLOSE_AFTER + timedelta(days=15)


@dataclass(frozen=True)
class Answer:
    """Who may answer for which ticket; `rating` is what the clicked link proposes."""

    ticket: Ticket
    user: User
    rating: int | None


def page_url(ticket: Ticket, user: User) -> str:
    """The ticket's page for this person: the desk's or the portal's."""
    name = "desk:ticket" if user.is_staff else "portal:request"
    return settings.BASE_URL + reverse(name, args=[ticket.pk])


def answer_url(ticket: Ticket, user: User, rating: int | None = None) -> str:
    payload = {"ticket": ticket.pk, "user": user.pk, "rating": rating}
    return settings.BASE_URL + reverse("portal:answer", args=[signing.make(PURPOSE, payload)])


def read_answer(token: str) -> Answer:
    """Return what a signed link stands for.

    Raises:
        Refusal: the link is broken, too old, or its ticket or person is gone.
    """
    payload = signing.read(PURPOSE, token, max_age=LIFETIME)
    ticket = (
        Ticket.objects.select_related("client", "assignee", "service").filter(pk=payload["ticket"]).first()
    )
    user = User.objects.active().filter(pk=payload["user"]).first()
    if ticket is None or user is None:
        raise signing.LinkBroken
    return Answer(ticket, user, payload.get("rating"))
