"""Who a level tells, read for many tickets at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from servicedesk.people.models import GroupMembership, User
from servicedesk.tickets.models import Ticket
from sla.engine.escalation_levels import Level, named

LEADERS, ADMINISTRATORS = "leaders", "administrators"


@dataclass(frozen=True)
class Told:
    """Keys of people; `instead` says who they are when those that the level names were not found."""

    people: tuple[int, ...] = ()
    instead: str = ""


class People:
    """The people of some tickets and levels: two statements, one more if nobody is found.

    Nobody is told of a ticket that they may not see (`Ticket.visible_to`): of a private group's only its
    members, the client's account manager and administrators are.
    """

    def __init__(self, tickets: Iterable[Ticket], levels: Iterable[Level]) -> None:
        groups, users = _asked(list(tickets), list(levels))
        self._members: defaultdict[int, list[int]] = defaultdict(list)
        self._leaders: defaultdict[int, list[int]] = defaultdict(list)
        active = User.objects.active().staff()
        self._private: set[int] = set()
        memberships = GroupMembership.objects.filter(group__in=groups, user__in=active).order_by("pk")
        facts = ("group", "user", "is_leader", "group__is_private", "user__is_superuser")
        self._see_all: set[int] = set()
        for group, user, is_leader, is_private, sees_all in memberships.values_list(*facts):
            self._members[group].append(user)
            if is_leader:
                self._leaders[group].append(user)
            if is_private:
                self._private.add(group)
            if sees_all:
                self._see_all.add(user)
        named_people = dict(active.filter(pk__in=users).values_list("pk", "is_superuser"))
        self._active = set(named_people)
        self._see_all.update(user for user, sees_all in named_people.items() if sees_all)
        self._administrators: tuple[int, ...] | None = None

    def told(self, levels: Iterable[Level], ticket: Ticket, group: int | None) -> Told:
        """Whom these levels tell about the ticket, which belongs to `group` from now on.

        Only active people of the desk. When the levels name somebody but nobody of them is found:
        the leaders of the group, else the administrators.
        """
        names = dict.fromkeys(who for level in levels for who in level.tell)
        if not names:
            return Told()
        people = (person for who in names for person in self._found(who, ticket, group))
        found = dict.fromkeys(person for person in people if self._sees(person, ticket, group))
        if found:
            return Told(tuple(found))
        return self.instead(group)

    def instead(self, group: int | None) -> Told:
        """The leaders of the group, else the administrators."""
        if leaders := self._leaders.get(group or 0):
            return Told(tuple(leaders), LEADERS)
        return Told(self._all_administrators(), ADMINISTRATORS)

    def _found(self, who: str, ticket: Ticket, group: int | None) -> list[int]:
        match named(who) or (who, 0):
            case ("user", pk):
                return self._only_active(pk)
            case ("group", pk) if pk:
                return self._members.get(pk, [])
            case ("group", _):
                return self._members.get(group or 0, [])
            case ("leaders", _):
                return self._leaders.get(group or 0, [])
            case ("second_line", _):
                second = ticket.group.second_line_id if ticket.group else None
                return self._members.get(second or 0, [])
            case ("assignee", _):
                return self._only_active(ticket.assignee_id)
            case _:
                return self._only_active(ticket.client.account_manager_id)

    def _sees(self, person: int, ticket: Ticket, group: int | None) -> bool:
        is_private = group in self._private
        if ticket.group and ticket.group_id == group:
            is_private = ticket.group.is_private
        if not is_private or person in self._see_all:
            return True
        return person in self._members.get(group or 0, []) or person == ticket.client.account_manager_id

    def _only_active(self, pk: int | None) -> list[int]:
        return [pk] if pk and pk in self._active else []

    def _all_administrators(self) -> tuple[int, ...]:
        if self._administrators is None:
            found = User.objects.active().filter(is_superuser=True).order_by("pk")
            self._administrators = tuple(found.values_list("pk", flat=True))
        return self._administrators


def _asked(tickets: list[Ticket], levels: list[Level]) -> tuple[set[int], set[int]]:
    """Keys of the groups and of the people that may be needed."""
    groups = {level.reassign_to for level in levels if level.reassign_to}
    users: set[int] = set()
    for who in (named(who) for level in levels for who in level.tell):
        if who:
            (users if who[0] == "user" else groups).add(who[1])
    for ticket in tickets:
        groups.update(_groups_of(ticket))
        users.update(pk for pk in (ticket.assignee_id, ticket.client.account_manager_id) if pk)
    return groups, users


def _groups_of(ticket: Ticket) -> Iterator[int]:
    if ticket.group:
        yield ticket.group.pk
        if ticket.group.second_line_id:
            yield ticket.group.second_line_id
