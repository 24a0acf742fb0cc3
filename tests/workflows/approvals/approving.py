"""A company, a group and a request whose levels a test names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from catalog.models import Kind, RequestType
from servicedesk.people.models import Absence, Client, Group, User
from servicedesk.tickets.models import EventKind, Ticket
from tests.factories import ClientFactory, RequestTypeFactory, UserFactory, agent_of, contact_of
from tests.workflows.conftest import opened
from workflows.models import Approval

TUESDAY = datetime(2026, 3, 3, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Firm:
    company: Client
    group: Group
    anna: User
    boss: User
    second_boss: User
    account_manager: User
    leader: User

    def asks(self, *levels: dict[str, Any], by: User | None = None, **fields: Any) -> Ticket:
        """Anna's request, whose catalog item has these levels."""
        return opened(self.item(*levels, **fields), by or self.anna)

    def item(self, *levels: dict[str, Any], **fields: Any) -> RequestType:
        return RequestTypeFactory(
            kind=Kind.SERVICE_REQUEST, group=self.group, approvals=list(levels), **fields
        )


def firm() -> Firm:
    account_manager = UserFactory(full_name="Grace Holm", is_account_manager=True)
    company = ClientFactory(account_manager=account_manager)
    group = RequestTypeFactory().service.group
    return Firm(
        company=company,
        group=group,
        anna=contact_of(company, full_name="Anna Reed"),
        boss=contact_of(company, is_manager=True, full_name="Victor Kim"),
        second_boss=contact_of(company, is_manager=True, full_name="Omar Reyes"),
        account_manager=account_manager,
        leader=agent_of(group, is_leader=True, full_name="Lena Lead"),
    )


def away(person: User, deputy: User | None, first: date | None = None, last: date | None = None) -> Absence:
    first = first or TUESDAY.date()
    return Absence.objects.create(user=person, deputy=deputy, starts_on=first, ends_on=last or first)


def leaves(person: User) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])


def asked(ticket: Ticket) -> list[User | None]:
    """Who may still decide, in the order of the rows."""
    return [one.approver for one in ticket.approvals.open().order_by("pk")]


def decisions(ticket: Ticket) -> list[str]:
    return list(ticket.approvals.order_by("level", "pk").values_list("decision", flat=True))


def row(ticket: Ticket, **fields: Any) -> Approval:
    return ticket.approvals.get(**fields)


def details(ticket: Ticket, kind: EventKind) -> dict[str, Any]:
    found: dict[str, Any] = ticket.events.filter(kind=kind).latest("pk").details
    return found


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
