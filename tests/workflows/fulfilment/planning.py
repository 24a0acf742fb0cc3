"""Requests with plans, and who does their tasks."""

from __future__ import annotations

from typing import Any

from catalog.models import Kind, RequestType
from servicedesk.people.models import Group, User
from servicedesk.tickets.models import EventKind, Ticket
from tests.factories import GroupFactory, RequestTypeFactory, agent_of
from workflows import advance
from workflows.engine import open_steps

Data = dict[str, Any]
CHOICES = [{"value": "laptop", "label": "Laptop"}, {"value": "phone", "label": "Phone"}]
DEVICE = {"key": "device", "label": "Device", "kind": "choice", "required": True, "choices": CHOICES}
SERIAL = {"key": "serial", "label": "Serial number", "kind": "text", "required": True}
CHECKLIST = [{"text": "Disk is encrypted"}, {"text": "Sticker is on", "translations": {"ru": "Наклейка"}}]


def task(key: str, group: Group | int | None = None, **more: Any) -> Data:
    """A planned task called as its key."""
    return {"key": key, "title": key, "group": getattr(group, "pk", group), **more}


def stage(*tasks: Data, **more: Any) -> Data:
    return {"title": "Stage", "tasks": list(tasks), **more}


def when(field: str, value: Any, test: str = "is") -> Data:
    return {"field": field, "test": test, "value": value}


def request_type(*stages: Data, **more: Any) -> RequestType:
    return RequestTypeFactory(kind=Kind.SERVICE_REQUEST, plan=list(stages), **more)


def staffed() -> tuple[Group, User]:
    """A group with one agent."""
    group = GroupFactory()
    return group, agent_of(group)


def open_titles(ticket: Ticket) -> list[str]:
    return [one.data["title"] for one in open_steps.open_tasks(ticket) if "title" in one.data]


def the(title: str, ticket: Ticket) -> Any:
    """The open step of this task, be it work or a wait."""
    return next(one for one in open_steps.open_tasks(ticket) if one.data.get("title") == title)


def act(ticket: Ticket, action: str, title: str, by: User, **data: Any) -> None:
    advance.act(ticket, action, by=by, task_id=the(title, ticket).pk, **data)


def told(ticket: Ticket, kind: EventKind) -> list[Data]:
    return [event.details for event in ticket.events.filter(kind=kind)]
