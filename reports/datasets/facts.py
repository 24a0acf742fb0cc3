"""What the three reports have in common: how a ticket is described, counted and shared out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from catalog.models import Kind
from reports.periods import Period, local_day
from reports.report import Column, Facets, Line, Measure, Table, Value
from servicedesk.lib.localized import localized
from servicedesk.tickets.models import Priority
from servicedesk.tickets.statuses import MERGED, Status, merged_words

if TYPE_CHECKING:
    import pandas as pd

Fact = dict[str, Any]
Sum = Callable[["pd.DataFrame"], Value]
NOBODY = "0"

_FIELDS = [
    "subject", "kind", "status", "merged_into_id", "priority", "opened_at", "client_id", "client__name",
    "assignee_id", "assignee__full_name", "group_id", "group__name", "service__name", "service__translations",
]  # fmt: skip


def ticket_fields(prefix: str = "") -> list[str]:
    """Return what `described` needs, for `values()`; `prefix` leads to the ticket ("ticket__")."""
    return [prefix + name for name in _FIELDS]


def described(record: dict[str, Any], prefix: str = "") -> Fact:
    """Return keys to group by and, as `…_label`, the words for them in the active language."""
    of = {name: record[prefix + name] for name in _FIELDS}
    merged = of["merged_into_id"]
    return {
        "merged": "1" if merged else "0",
        "subject": of["subject"],
        "opened_at": of["opened_at"],
        "kind": of["kind"],
        "kind_label": str(Kind(of["kind"]).label),
        "status": MERGED if merged else of["status"],
        "status_label": merged_words(merged) if merged else str(Status(of["status"]).label),
        "priority": str(of["priority"]),
        "priority_label": str(Priority(of["priority"]).label),
        "client": str(of["client_id"]),
        "client_label": of["client__name"],
        "agent": str(of["assignee_id"] or NOBODY),
        "agent_label": of["assignee__full_name"] or _("Unassigned"),
        "group": str(of["group_id"] or NOBODY),
        "group_label": of["group__name"] or _("No group"),
        "service_label": localized(of["service__name"] or "", of["service__translations"]),
    }


def frame(facts: Sequence[Fact]) -> pd.DataFrame:
    import pandas as pd  # takes a second: only those who make a report wait for it

    return pd.DataFrame.from_records(list(facts))


def table(
    facts: pd.DataFrame, by: str, title: str, sums: Sequence[tuple[Column, Sum]], *, order: Iterable[str] = ()
) -> Table:
    """Share out `facts` by one key.

    Args:
        order: keys in their natural order; without it the biggest comes first.
    """
    columns = [Column(by, title), *(column for column, _sum in sums)]
    if facts.empty:
        return Table(by, title, columns, [])
    places = {key: place for place, key in enumerate(order)}
    lines = []
    for (key, label), some in facts.groupby([by, f"{by}_label"], sort=False):
        place = places.get(str(key), len(places)) if places else -len(some)
        line = Line([str(label), *(total(some) for _column, total in sums)], {by: str(key)})
        lines.append((place, str(label).casefold(), line))
    return Table(by, title, columns, [line for *_rank, line in sorted(lines, key=lambda each: each[:2])])


def count_of(label: str) -> tuple[Column, Sum]:
    return Column("count", label, Measure.COUNT), len


def share_of(label: str, whole: int) -> tuple[Column, Sum]:
    return Column("share", label, Measure.SHARE), lambda some: len(some) / whole


def per_day(period: Period, moments: Iterable[datetime]) -> list[tuple[date, int]]:
    """Return how many of `moments` fall on each day of the period, days with none included."""
    counts = Counter(local_day(moment, period.zone) for moment in moments)
    return [(day, counts[day]) for day in period.days()]


def in_zone(moment: datetime, period: Period) -> datetime:
    return moment.astimezone(ZoneInfo(period.zone))


def facets(fact: Fact, *names: str, **more: str) -> Facets:
    """Return the figures a ticket belongs to: its key for each of `names`, and `more`."""
    return {name: fact[name] for name in names} | more


def reference(ticket: int) -> str:
    """Return what `Ticket.reference` says, without loading the ticket."""
    return f"SD-{ticket}"
