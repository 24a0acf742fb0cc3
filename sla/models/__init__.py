"""Calendars and policies with their versions, and the clocks that run by them."""

from sla.models.calendars import Calendar, CalendarVersion
from sla.models.clocks import Clock, ClockEvent, TicketTerms
from sla.models.policies import PAUSABLE, Policy, PolicyCell, PolicyVersion

__all__ = [
    "PAUSABLE",
    "Calendar",
    "CalendarVersion",
    "Clock",
    "ClockEvent",
    "Policy",
    "PolicyCell",
    "PolicyVersion",
    "TicketTerms",
]
