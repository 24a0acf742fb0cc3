"""The names behind the keys that events keep, asked for once for a whole history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.models import RequestType, Service
from servicedesk.people.models import Group, User
from servicedesk.tickets.models import TicketEvent
from servicedesk.tickets.visible_name import Names as TicketNames
from servicedesk.tickets.visible_name import hidden

_TICKETS = ("other", "into", "out_of")
_PEOPLE = ("assignee", "candidate", "former", "approvers", "absent", "on_behalf_of", "told", "person")


@dataclass(frozen=True)
class Names:
    """By primary key; what was deleted since has no name."""

    people: dict[int, str] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    services: dict[int, str] = field(default_factory=dict)
    request_types: dict[int, str] = field(default_factory=dict)
    tickets: TicketNames = field(default_factory=lambda: TicketNames([], None))

    def person(self, pk: Any) -> str:
        return self.people.get(pk, "")

    def group(self, pk: Any) -> str:
        return self.groups.get(pk, "")

    def service(self, pk: Any) -> str:
        return self.services.get(pk, "")

    def request_type(self, pk: Any) -> str:
        return self.request_types.get(pk, "")

    def ticket(self, pk: Any) -> str:
        """Its number, if the reader may see it."""
        return f"SD-{pk}" if self.tickets.sees(pk) else hidden().mention


def names_of(events: Sequence[TicketEvent], reader: User | None = None) -> Names:
    """At most five statements, none for a kind that does not occur. Without a reader no ticket is named."""
    people = set(_found(events, _PEOPLE))
    groups = set(_found(events, ("group", "empty_groups")))
    services = set(_found(events, ("service",)))
    items = set(_found(events, ("request_type",)))
    return Names(
        people={one.pk: str(one) for one in User.objects.filter(pk__in=people)} if people else {},
        groups={one.pk: str(one) for one in Group.objects.filter(pk__in=groups)} if groups else {},
        services={one.pk: str(one) for one in Service.objects.filter(pk__in=services)} if services else {},
        tickets=TicketNames(_found(events, _TICKETS), reader),
        request_types={one.pk: str(one) for one in RequestType.objects.filter(pk__in=items)} if items else {},
    )


def _found(events: Iterable[TicketEvent], keys: Sequence[str]) -> list[int]:
    """Keys alone, or pairs of the old one and the new one."""
    values = [event.details.get(key) for event in events for key in keys]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return [one for one in flat if isinstance(one, int)]
