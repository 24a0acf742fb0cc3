"""The ticket, its conversation and its history."""

from servicedesk.tickets.models.choices import Channel, DueKind, Priority
from servicedesk.tickets.models.history import EventKind, TicketEvent
from servicedesk.tickets.models.message import Attachment, Message, MessageQuerySet
from servicedesk.tickets.models.priorities import PriorityRule
from servicedesk.tickets.models.ticket import Participant, Ticket, TicketQuerySet

__all__ = [
    "Attachment",
    "Channel",
    "DueKind",
    "EventKind",
    "Message",
    "MessageQuerySet",
    "Participant",
    "Priority",
    "PriorityRule",
    "Ticket",
    "TicketEvent",
    "TicketQuerySet",
]
