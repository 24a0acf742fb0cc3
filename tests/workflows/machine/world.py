"""Who acts, and on what: a desk of two groups, a client with everybody it has, and items of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from catalog.models import Kind, RequestType
from servicedesk.people.models import Client, Group, User
from servicedesk.tickets.models import Ticket
from tests.factories import (
    ClientFactory,
    GroupFactory,
    RequestTypeFactory,
    ServiceFactory,
    UserFactory,
    agent_of,
    contact_of,
    contract_for,
    opened_by_door,
)

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLIENTS = ("contact", "client manager")
STRANGERS = ("stranger",)
STAFF = ("agent", "mate", "colleague of another group", "leader", "account manager", "administrator")
ROLES = (*STAFF, *CLIENTS, *STRANGERS)
SETUPS = ("incident", "checked incident", "consultation", "request", "approved request", "planned request")


@dataclass(frozen=True)
class World:
    client: Client
    group: Group
    other_group: Group
    people: dict[str, User]
    items: dict[str, RequestType]
    target: Ticket

    def person(self, role: str) -> User:
        """As the next page would read them."""
        person: User = User.objects.get(pk=self.people[role].pk)
        return person

    def opened(self, setup: str) -> Ticket:
        return opened_by_door(
            request_type=self.items[setup], client=self.client, requester=self.people["contact"]
        )


def build() -> World:
    group, other = GroupFactory(), GroupFactory()
    client = ClientFactory(account_manager=UserFactory(is_account_manager=True))
    contract_for(client)
    people = {
        "agent": agent_of(group),
        "mate": agent_of(group),
        "colleague of another group": agent_of(other),
        "leader": agent_of(group, other, is_leader=True),
        "account manager": client.account_manager,
        "administrator": UserFactory(is_superuser=True),
        "contact": contact_of(client),
        "client manager": contact_of(client, is_manager=True),
        "stranger": contact_of(ClientFactory()),
    }
    items = _items(group, other)
    target = opened_by_door(
        request_type=items["incident"], client=client, requester=people["contact"], subject="The other one"
    )
    return World(client, group, other, people, items, target)


def _items(group: Group, other: Group) -> dict[str, RequestType]:
    service = ServiceFactory(group=group)

    def item(kind: str, **more: Any) -> RequestType:
        return RequestTypeFactory(service=service, kind=kind, **more)

    def task(key: str, group: Group | None = None) -> dict[str, Any]:
        return {"key": key, "title": key, "group": group.pk if group else None}

    return {
        "incident": item(Kind.INCIDENT),
        "checked incident": item(Kind.INCIDENT, needs_verification=True),
        "consultation": item(Kind.CONSULTATION),
        "request": item(Kind.SERVICE_REQUEST),
        "approved request": item(
            Kind.SERVICE_REQUEST,
            approvals=[
                {"who": "client_manager", "needs": "any", "remind_hours": 24, "expire_hours": 72},
                {"who": "account_manager", "needs": "all"},
            ],
        ),
        "planned request": item(
            Kind.SERVICE_REQUEST,
            plan=[
                {"title": "First", "tasks": [task("prepare"), task("order", other)]},
                {"title": "Then", "tasks": [task("hand out")]},
            ],
        ),
    }
