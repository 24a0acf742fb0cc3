"""The ticket, its conversation and its history."""

from servicedesk.tickets.models.assignment import AssignmentRule
from servicedesk.tickets.models.choices import Cause, Channel, DueKind, Priority
from servicedesk.tickets.models.history import EventKind, TicketEvent
from servicedesk.tickets.models.links import TicketLink
from servicedesk.tickets.models.message import Attachment, Message, MessageQuerySet
from servicedesk.tickets.models.priorities import PriorityRule
from servicedesk.tickets.models.secrets import Secret, SecretReveal
from servicedesk.tickets.models.tally import FinishedTally
from servicedesk.tickets.models.ticket import OPEN, OVER, Participant, Ticket, TicketQuerySet

__all__ = [
    "OPEN",
    "OVER",
    "AssignmentRule",
    "Attachment",
    "Cause",
    "Channel",
    "DueKind",
    "EventKind",
    "FinishedTally",
    "Message",
    "MessageQuerySet",
    "Participant",
    "Priority",
    "PriorityRule",
    "Secret",
    "SecretReveal",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "TicketQuerySet",
]
