"""The folders of the queue: what each holds, and how many."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.people.models import User
from servicedesk.tickets.models import Ticket, TicketQuerySet
from servicedesk.tickets.statuses import Status
from sla.counting import overdue

_FINISHED = Status.finished()
_OPEN = ~Q(status__in=_FINISHED)
# Nothing for the desk to do: confirmed by silence, or by the client.
_CURRENT = _OPEN & ~Q(status=Status.RESOLVED)


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
    Folder("closed", _("Closed"), "archive", lambda _user: Q(status__in=_FINISHED)),
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


def counts(user: User) -> list[FolderCount]:
    """Every folder with its count; one statement."""
    late = overdue(timezone.now())
    sums: dict[str, Count] = {}
    for folder in FOLDERS:
        sums[folder.key] = Count("pk", filter=folder.holds(user))
        sums[f"{folder.key}_late"] = Count("pk", filter=folder.holds(user) & late)
    found = Ticket.objects.visible_to(user).order_by().aggregate(**sums)
    return [
        FolderCount(
            folder.key, folder.label, folder.icon, found[folder.key], bool(found[f"{folder.key}_late"])
        )
        for folder in FOLDERS
    ]


def group_counts(user: User) -> list[FolderCount]:
    """The groups that have current tickets this person may see; one statement."""
    rows = (
        Ticket.objects.visible_to(user)
        .filter(_CURRENT)
        .exclude(group=None)
        .order_by("group__name")
        .values_list("group", "group__name")
        .annotate(total=Count("pk"), late=Count("pk", filter=overdue(timezone.now())))
    )
    return [FolderCount(f"{_GROUP}{pk}", name, "folder", total, bool(late)) for pk, name, total, late in rows]
