"""The folders of the queue: what each holds, and how many."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, Q, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import Group, User
from servicedesk.tickets.models import OPEN, OVER, FinishedTally, Ticket, TicketQuerySet
from servicedesk.tickets.statuses import Status
from sla.counting import overdue

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
    Folder("new", _("My + new"), "inbox", lambda user: _CURRENT & (_mine(user) | _in_my_queue(user))),
    Folder("my", _("My current"), "user", lambda user: _CURRENT & _mine(user)),
    Folder("unassigned", _("Not assigned"), "user-plus", lambda user: _CURRENT & Q(assignee=None)),
    Folder("all", _("All current"), "users", lambda _user: _CURRENT),
    Folder("waiting", _("Waiting for client"), "hourglass", lambda _user: Q(status=Status.WAITING_CLIENT)),
    Folder("resolved", _("To be confirmed"), "check-circle", lambda _user: Q(status=Status.RESOLVED)),
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

    Open tickets are counted by what distinguishes them, all in one look at an index; those that are over
    were counted when they ended.
    """
    sorts = _sorts(user)
    folders = [
        FolderCount(
            one.key,
            one.label,
            one.icon,
            sum(each["n"] for each in sorts if each[f"in_{one.key}"]),
            any(each["is_current"] and each["is_late"] for each in sorts if each[f"in_{one.key}"]),
        )
        for one in FOLDERS
        if one.key != CLOSED
    ]
    closed = _BY_KEY[CLOSED]
    over = FinishedTally.objects.visible_to(user).total()
    return Tree([*folders, FolderCount(CLOSED, closed.label, closed.icon, over)], _groups(sorts))


def _sorts(user: User) -> list[dict[str, Any]]:
    """How many open tickets there are of each sort: in which folders, current, late, of which group."""
    told = {f"in_{one.key}": _is(one.holds(user)) for one in FOLDERS if one.key != CLOSED}
    told |= {"is_current": _is(_CURRENT), "is_late": _is(overdue(timezone.now()))}
    seen = Ticket.objects.visible_to(user).open().order_by()
    return list(seen.annotate(**told).values("group", *told).annotate(n=Count("pk")))


def _is(condition: Q) -> ExpressionWrapper:
    """As a column that is true or false, never unknown."""
    known = Case(When(condition, then=Value(True)), default=Value(False))
    return ExpressionWrapper(known, output_field=BooleanField())


def _groups(sorts: Iterable[dict[str, Any]]) -> list[FolderCount]:
    """The groups that have current tickets this person may see, by name."""
    totals: Counter[int] = Counter()
    late = set()
    for each in sorts:
        if each["is_current"] and each["group"] is not None:
            totals[each["group"]] += each["n"]
            if each["is_late"]:
                late.add(each["group"])
    named = Group.objects.filter(pk__in=totals).order_by("name").values_list("pk", "name")
    return [FolderCount(f"{_GROUP}{pk}", name, "folder", totals[pk], pk in late) for pk, name in named]
