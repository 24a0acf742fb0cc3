"""Short words for what people do to a ticket in these tests; all moments are Moscow time."""

from __future__ import annotations

from servicedesk.people.models import User
from servicedesk.tickets import conversation, lifecycle
from servicedesk.tickets.events import record
from servicedesk.tickets.models import EventKind, Message, Ticket
from sla.models import Clock
from tests.factories import UserFactory
from tests.sla.example_calendars import moscow


def move(ticket: Ticket, kind: EventKind, moment: str) -> None:
    lifecycle.move(ticket, kind, by=None, at=moscow(moment))


def work(ticket: Ticket, moment: str) -> None:
    move(ticket, EventKind.ACCEPTED, moment)


def ask_client(ticket: Ticket, moment: str) -> None:
    move(ticket, EventKind.CLIENT_ASKED, moment)


def client_answers(ticket: Ticket, moment: str) -> None:
    move(ticket, EventKind.CLIENT_ANSWERED, moment)


def resolve(ticket: Ticket, moment: str) -> None:
    move(ticket, EventKind.RESOLVED, moment)


def say(ticket: Ticket, side: Message.Side, moment: str, *, is_public: bool = True) -> None:
    person: User | None = None if side == Message.Side.AUTO else UserFactory()
    visibility = Message.Visibility.PUBLIC if is_public else Message.Visibility.INTERNAL
    conversation.post(ticket, author=person, body="Text", side=side, visibility=visibility, at=moscow(moment))


def reclassify(ticket: Ticket, moment: str, **fields: object) -> None:
    """Change the facts of the ticket as the classification does, and record it."""
    details = {name: [getattr(ticket, name), value] for name, value in fields.items()}
    for name, value in fields.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=list(fields))
    record(ticket, EventKind.CLASSIFIED, by=None, at=moscow(moment), **details)


def clock_of(ticket: Ticket, kind: str = "resolution") -> Clock:
    return ticket.clocks.get(kind=kind)
