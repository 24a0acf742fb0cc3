"""Calendars and policies with their versions, and the clocks that run by them."""

from sla.models.calendars import Calendar, CalendarVersion
from sla.models.changes import TermsChange, TermsChangeItem
from sla.models.clocks import Clock, ClockEvent, FormerCycle, StepClock, TicketTerms
from sla.models.drafts import CalendarDraft, PolicyDraft
from sla.models.editions import ZoneEdition
from sla.models.escalations import Escalation, EscalationNotice
from sla.models.policies import PAUSABLE, Policy, PolicyCell, PolicyVersion

__all__ = [
    "PAUSABLE",
    "Calendar",
    "CalendarDraft",
    "CalendarVersion",
    "Clock",
    "ClockEvent",
    "Escalation",
    "EscalationNotice",
    "FormerCycle",
    "Policy",
    "PolicyCell",
    "PolicyDraft",
    "PolicyVersion",
    "StepClock",
    "TermsChange",
    "TermsChangeItem",
    "TicketTerms",
    "ZoneEdition",
]
