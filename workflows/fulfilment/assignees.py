"""Whose a task is: its group's until somebody takes it; leaders may hand it to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from servicedesk.people.models import GroupMembership, User, UserQuerySet

TASK, WAIT = "fulfil", "fulfil_wait"
NODES = frozenset({TASK, WAIT})


def permitted(action: str, user: User, task: Any) -> bool:
    """Whether this person may take this action at this task, or while it waits for the client."""
    if not user.is_staff or not user.is_active:
        return False
    is_mine = task.owner_id == user.pk
    match action:
        case "take_task":
            return not is_mine and (is_of_group(user, task) if not task.owner_id else leads(user, task))
        case "return_task":
            return is_mine or bool(task.owner_id and leads(user, task))
        case "hand_over_task":
            return is_mine or leads(user, task)
        case "resume":
            return is_mine or leads(user, task) or (not task.owner_id and is_of_group(user, task))
    return is_mine if task.owner_id else is_of_group(user, task)


def is_of_group(user: User, task: Any) -> bool:
    """Its group's people, and those of the group the plan meant once it has somebody again."""
    if user.is_superuser or user.has_perm(task.owner_permission or "people.group_0"):
        return True
    return task.data.get("planned_group") in user.group_ids()


def leads(user: User, task: Any) -> bool:
    return leads_group(user, task.data.get("group"))


def leads_group(user: User, group: int | None) -> bool:
    """Administrators and the leaders of the group."""
    return user.is_superuser or group in user.led_group_ids()


def keeper(data: Mapping[str, Any]) -> User | None:
    """Who asked the client goes on with the answer, if they are still of the group."""
    if not data.get("keeper"):
        return None
    of_group = GroupMembership.objects.filter(group=data.get("group")).values("user")
    person: User | None = User.objects.active().filter(pk=data["keeper"], pk__in=of_group).first()
    return person


def may_be_given_to(group: int | None) -> UserQuerySet:
    """Active people of the group who work on tickets."""
    people: UserQuerySet = User.objects.active().agents().filter(support_groups=group)
    return people


def colleagues(groups: Iterable[int | None]) -> dict[int, list[tuple[int, str]]]:
    """Whom tasks of these groups may be given to, as key and name; one statement."""
    found: dict[int, list[tuple[int, str]]] = {}
    of_groups = GroupMembership.objects.filter(group__in=set(groups) - {None})
    working = of_groups.filter(user__is_active=True, user__is_agent=True).order_by("user__full_name")
    for group, pk, name in working.values_list("group_id", "user_id", "user__full_name"):
        found.setdefault(group, []).append((pk, name))
    return found
