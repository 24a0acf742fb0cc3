"""The folders of the queue: what each holds, and how many."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import BigIntegerField, BooleanField, Case, Count, ExpressionWrapper, Q, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.people.models import Group, User
from servicedesk.tickets.models import OPEN, OVER, FinishedTally, Ticket, TicketQuerySet
from servicedesk.tickets.statuses import Status
from sla.clocks.compliance import overdue

# Nothing for the desk to do: confirmed by silence, or by the client.
_CURRENT = OPEN & ~Q(status=Status.RESOLVED)
CLOSED = "closed"


@dataclass(frozen=True)
class Folder:
    key: str
    label: Promise | str
    icon: str
    holds: Callable[[User], Q]


@dataclass(frozen=True)
class FolderCount:
    """A folder as the tree shows it; `late` when something in it is overdue."""

    key: str
    label: Promise | str
    icon: str
    count: int
    late: bool = False


def _mine(user: User) -> Q:
    return Q(assignee=user)


def _in_my_queue(user: User) -> Q:
    """Nobody's yet, in a group of mine: what others accepted is not in my queue (B6)."""
    return Q(assignee=None, group__in=user.group_ids())


FOLDERS: tuple[Folder, ...] = (
    Folder("new", _("Mine and new"), "inbox", lambda user: _CURRENT & (_mine(user) | _in_my_queue(user))),
    Folder("my", _("My open"), "user", lambda user: _CURRENT & _mine(user)),
    Folder(
        "unassigned",
        pgettext_lazy("tickets", "Unassigned"),
        "user-plus",
        lambda user: _CURRENT & Q(assignee=None),
    ),
    Folder("all", _("All open"), "users", lambda _user: _CURRENT),
    Folder("waiting", _("Waiting for client"), "hourglass", lambda _user: Q(status=Status.WAITING_CLIENT)),
    Folder("resolved", _("Awaiting confirmation"), "check-circle", lambda _user: Q(status=Status.RESOLVED)),
    Folder(CLOSED, _("Closed"), "archive", lambda _user: OVER),
)
_BY_KEY = {folder.key: folder for folder in FOLDERS}
_GROUP = "group-"
_A_GROUP = re.compile(_GROUP + r"([0-9]{1,18})")


def default_key(user: User) -> str:
    """Agents start with their own work, others with everything."""
    return "new" if user.is_agent else "all"


def known(key: str, user: User) -> str:
    """The key itself, or the person's first folder when there is no such folder."""
    return key if key in _BY_KEY or _A_GROUP.fullmatch(key) else default_key(user)


def narrow(tickets: TicketQuerySet, key: str, user: User) -> TicketQuerySet:
    """The tickets of a folder; `key` comes from `known`."""
    if group := _A_GROUP.fullmatch(key):
        return tickets.filter(_CURRENT, group=int(group[1]))
    return tickets.filter(_BY_KEY[key].holds(user))


@dataclass(frozen=True)
class Tree:
    """The folders and the groups, each with its count."""

    folders: list[FolderCount]
    groups: list[FolderCount]

    def of(self, key: str) -> FolderCount | None:
        """The folder or group of this key; None for a group without current tickets."""
        return next((one for one in [*self.folders, *self.groups] if one.key == key), None)


def tree(user: User) -> Tree:
    """Count everything, in three statements whose cost does not grow with tickets that are over.

    Open tickets are counted by what folders ask about, in one look at an index; those that are over were
    counted when they ended.
    """
    sorts = _sorts(user)
    held = [(one, [each for each in sorts if fits(one.holds(user), each)]) for one in FOLDERS]
    counted = {one.key: FolderCount(one.key, one.label, one.icon, *_sum(those)) for one, those in held}
    over = FinishedTally.objects.visible_to(user).total()
    counted[CLOSED] = replace(counted[CLOSED], count=over)
    return Tree(list(counted.values()), _groups(sorts))


def _sorts(user: User) -> list[dict[str, Any]]:
    """How many open tickets of each sort. An assignee who is neither nobody nor this person is 0."""
    whose = Case(
        When(assignee=None, then=Value(None)),
        When(assignee=user, then=Value(user.pk)),
        default=Value(0),
        output_field=BigIntegerField(),
    )
    late = ExpressionWrapper(overdue(timezone.now()), output_field=BooleanField())
    seen = Ticket.objects.visible_to(user).open().order_by().annotate(whose=whose, late=late)
    rows = seen.values_list("status", "group", "whose", "late").annotate(n=Count("pk"))
    return [dict(zip(("status", "group", "assignee", "late", "n"), row, strict=True)) for row in rows]


def fits(condition: Q, row: Mapping[str, Any]) -> bool:
    """What the database would say of such a row: `condition` asks for equality, None or `__in`."""
    asked: list[Any] = list(condition.children)
    parts = (fits(one, row) if isinstance(one, Q) else _is(row, *one) for one in asked)
    found = any(parts) if condition.connector == Q.OR else all(parts)
    return found != condition.negated


def _is(row: Mapping[str, Any], name: str, asked: Any) -> bool:
    column, _sep, lookup = name.partition("__")
    value = row[column]
    return value in asked if lookup == "in" else bool(value == getattr(asked, "pk", asked))


def _sum(sorts: Sequence[Mapping[str, Any]]) -> tuple[int, bool]:
    """How many tickets, and whether one that the desk has to do with is overdue."""
    is_late = any(each["late"] and fits(_CURRENT, each) for each in sorts)
    return sum(each["n"] for each in sorts), is_late


def _groups(sorts: Iterable[dict[str, Any]]) -> list[FolderCount]:
    """The groups that have current tickets this person may see, by name."""
    of_group: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for each in sorts:
        if each["group"] is not None and fits(_CURRENT, each):
            of_group[each["group"]].append(each)
    named = Group.objects.filter(pk__in=of_group).order_by("name").values_list("pk", "name")
    return [FolderCount(f"{_GROUP}{pk}", name, "folder", *_sum(of_group[pk])) for pk, name in named]
