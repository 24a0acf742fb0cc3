"""Short words for tickets whose policy has escalation levels; see `tests.sla.life`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from servicedesk.people.models import Group, User
from servicedesk.tickets.models import EventKind, Message, Ticket, TicketEvent
from sla.models import EscalationNotice, Policy
from sla.versions import publishing
from tests.factories import agent_of
from tests.sla.example_calendars import HOUR, moscow
from tests.sla.life import say, work

LONG_AGO = moscow("01-01 00:00") - timedelta(days=365)


def level(threshold: str, *tell: str, **more: Any) -> dict[str, Any]:
    key = threshold.replace("%", "_percent").replace("+", "after_")
    return {"key": key, "clock": "resolution", "threshold": threshold, "tell": list(tell), **more}


def policy_with(*levels: dict[str, Any], name: str = "Escalated") -> Policy:
    """4 hours to resolve, P2 two, P1 one; an hour to answer."""
    policy = Policy.objects.create(name=name)
    rows = [
        {"first_response": HOUR, "resolution": hours * HOUR, "priority": priority}
        for priority, hours in ((1, 1), (2, 2), (3, 4), (4, 8))
    ]
    publishing.publish_policy(policy, rows, LONG_AGO, escalation=levels)
    return policy


def at_work(opened: Callable[..., Ticket], *levels: dict[str, Any], **fields: Any) -> Ticket:
    """Opened at 10:00, answered at once, in work; it is to be resolved by 14:00, at risk from 13:12."""
    ticket = opened(policy=fields.pop("policy", None) or policy_with(*levels), **fields)
    say(ticket, Message.Side.STAFF, "03-02 10:05")
    work(ticket, "03-02 10:10")
    return ticket


def give(ticket: Ticket, person: User | None = None) -> User:
    """Make somebody (a new agent of its group) the assignee."""
    assert ticket.group
    ticket.assignee = person or agent_of(ticket.group)
    ticket.save(update_fields=["assignee"])
    return ticket.assignee


def leader_of(group: Group | None) -> User:
    assert group
    return agent_of(group, is_leader=True)


def escalations(ticket: Ticket) -> list[TicketEvent]:
    return list(ticket.events.filter(kind=EventKind.SLA_ESCALATED).order_by("pk"))


def told(ticket: Ticket) -> list[tuple[str, int]]:
    """Threshold and person of every notice, in order."""
    notices = EscalationNotice.objects.filter(escalation__clock__ticket=ticket).order_by("pk")
    return list(notices.values_list("escalation__threshold", "user"))
