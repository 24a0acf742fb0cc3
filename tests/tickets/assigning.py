"""Rules and tickets in short, and what became of a ticket."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from catalog.models import RequestType
from servicedesk.desk.history import event_names, event_sentence
from servicedesk.tickets import assignment
from servicedesk.tickets.assignment import Choice
from servicedesk.tickets.models import AssignmentRule, EventKind, Ticket
from tests.factories import TicketFactory


def rule(**fields: Any) -> AssignmentRule:
    values = {
        "name": f"Rule {AssignmentRule.objects.count() + 1}",
        "method": AssignmentRule.Method.ROUND_ROBIN,
    }
    made: AssignmentRule = AssignmentRule.objects.create(**(values | fields))
    return made


def ticket_of(item: RequestType, **fields: Any) -> Ticket:
    return TicketFactory(service=item.service, request_type=item, kind=item.kind, **fields)


def give(ticket: Ticket) -> Choice | None:
    with transaction.atomic():
        ticket.lock()
        choice = assignment.give(ticket)
    ticket.refresh_from_db()
    return choice


def history(ticket: Ticket) -> str:
    event = ticket.events.get(kind=EventKind.ASSIGNED)
    return event_sentence.sentence(event, event_names.names_of([event]))
