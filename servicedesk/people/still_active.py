"""Who is still there: asked by all that acts without a click – mails, reminders, alerts, escalations.

One question for each kind: a person, a client, the people of a client, a group. A click is somebody's own
decision and is refused, if at all, by what it calls.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from servicedesk.people.models import Client, Group, Membership, User, UserQuerySet


def present(*people: User | None) -> list[User]:
    """Those of these who are active, in their order."""
    return [person for person in people if person is not None and person.is_active]


def administrators() -> list[User]:
    """Whoever is left when nobody else is."""
    return list(User.objects.active().filter(is_superuser=True).order_by("pk"))


def managers_of(client: Client) -> UserQuerySet:
    """The client's own managers; none of a client that is not served any more."""
    managing = {"memberships__client": client, "memberships__role": Membership.Role.MANAGER}
    active = {"memberships__is_active": True, "memberships__client__is_active": True}
    found: UserQuerySet = User.objects.active().filter(**managing, **active).order_by("pk")
    return found


def gone_from(client: int) -> Q:
    """People who have left the client; who never belonged to it, as somebody in copy, is not among them."""
    former = Membership.objects.filter(user=OuterRef("pk"), client=client, is_active=False)
    return Q(Exists(former))


def reachable(people: Iterable[User], client: Client) -> list[User]:
    """Of these people those who are active and have not left the client; one statement."""
    listed = list(people)
    if not listed:
        return []
    keys = User.objects.active().filter(pk__in=[one.pk for one in listed]).exclude(gone_from(client.pk))
    there = set(keys.values_list("pk", flat=True))
    return [one for one in listed if one.pk in there]


def holders(assignee: User | None, group: Group | None) -> list[User]:
    """Who answers for work: the assignee; when they have left, the leaders, else the administrators.

    Work that nobody has taken is the leaders' alone: its group sees it in the queue.
    """
    if assignee is None:
        return group.leaders() if group else []
    return present(assignee) or (group.leaders() if group else []) or administrators()


def has_anybody(groups: Iterable[int]) -> set[int]:
    """Those of these groups in which an agent is active; one statement."""
    found = Group.objects.filter(pk__in=set(groups), members__is_active=True, members__is_agent=True)
    return set(found.order_by().values_list("pk", flat=True).distinct())
