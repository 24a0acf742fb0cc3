"""Whom a level asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.fulfilment.approval_levels import Level, Needs, Who
from servicedesk.people.models import Membership, User, UserQuerySet
from servicedesk.tickets.models import Ticket
from workflows.approvals.deputies import standing_in
from workflows.approvals.notes import Note


@dataclass(frozen=True)
class Chosen:
    """One who is asked; without a person the members of the ticket's group are."""

    person: User | None
    on_behalf_of: User | None = None
    note: str = ""


def choose(ticket: Ticket, level: Level, at: datetime) -> list[Chosen]:
    """The people of the level or their deputies; the leaders of the group when there is nobody."""
    named = [person for person in _named(ticket, level) if _may_be_asked(person, ticket)]
    return _present(named, ticket, at) or instead(ticket, Note.NOBODY, at)


def instead(ticket: Ticket, note: str, at: datetime) -> list[Chosen]:
    """The leaders of the group; its members when it has no leader."""
    leaders = [one for one in _leaders(ticket) if _may_be_asked(one, ticket)]
    return _present(leaders, ticket, at, note) or [Chosen(None, note=note)]


def has_agreed_by_asking(ticket: Ticket, level: Level) -> bool:
    """A client's manager who asks has said yes to it."""
    return level.who == Who.CLIENT_MANAGER and ticket.client_id in ticket.requester.managed_client_ids()


def is_settled_by_asking(ticket: Ticket, level: Level) -> bool:
    """Whether the yes of the one who asks is all that the level needs."""
    if not has_agreed_by_asking(ticket, level):
        return False
    return level.needs == Needs.ANY or not _managers(ticket).exists()


def _named(ticket: Ticket, level: Level) -> list[User]:
    match level.who:
        case Who.CLIENT_MANAGER:
            return list(_managers(ticket))
        case Who.ACCOUNT_MANAGER:
            return [ticket.client.account_manager] if ticket.client.account_manager else []
        case Who.GROUP_LEADER:
            return _leaders(ticket)
        case Who.PERSON:
            return list(User.objects.filter(pk__in=level.people).order_by("pk"))
    return []


def _managers(ticket: Ticket) -> UserQuerySet:
    """The client's managers but the one who asks."""
    active = User.objects.active().filter(
        memberships__client=ticket.client_id,
        memberships__role=Membership.Role.MANAGER,
        memberships__is_active=True,
    )
    found: UserQuerySet = active.exclude(pk=ticket.requester_id).order_by("pk")
    return found


def _leaders(ticket: Ticket) -> list[User]:
    return ticket.group.leaders() if ticket.group else []


def _may_be_asked(person: User, ticket: Ticket) -> bool:
    """People of the desk who see the request, and people of its client; they will see it by being asked."""
    if not person.is_active:
        return False
    if person.is_staff:
        return Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
    return ticket.client_id in person.client_ids()


def _present(people: Sequence[User], ticket: Ticket, at: datetime, note: str = "") -> list[Chosen]:
    """Each once: themselves, or who stands in for them. Nobody stands in on the other side, or decides
    on what they asked for themselves."""

    def accepts(absent: User, deputy: User) -> bool:
        is_same_side = absent.is_staff == deputy.is_staff
        return is_same_side and deputy.pk != ticket.requester_id and _may_be_asked(deputy, ticket)

    deputies = standing_in(people, at, accepts) if people else {}
    there = {person.pk: Chosen(person, note=note) for person in people if person.pk not in deputies}
    for person in people:
        if deputy := deputies.get(person.pk):
            there.setdefault(deputy.pk, Chosen(deputy, person, note or Note.DEPUTY))
    return list(there.values())
