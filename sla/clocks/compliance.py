"""Met, breached, overdue: what each means, in one place, for every page, paper and picture that counts (R13).

A target is breached in a period when the moment of its breach lies in it, whether its clock has stopped or
still runs, and whether or not a sweep has seen it yet; it is met in a period when it stopped in time in it.
Each cycle of a clock counts for itself, and once: what was broken is broken, also if newer terms were kept
later. Cancelled clocks and waived breaches count in neither. So a month counted again later gives the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from servicedesk.lib.shares import percent
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from sla.engine.facts import Cycle
from sla.models import Clock, FormerCycle

_State = Clock.State
_MET, _BREACHED, _WAIVED = "met", "breached", "waived"
# A breach that counts, of a present cycle or a former one
_BROKEN = (Q(breached_at__isnull=False) | Q(state=_State.BREACHED)) & ~Q(state=_State.CANCELLED)
_DONE = [Status.RESOLVED, *Status.finished()]


@dataclass(frozen=True)
class Tally:
    """Targets counted in a period; `waived` ones are told beside and are in no share."""

    met: int = 0
    breached: int = 0
    waived: int = 0

    @property
    def total(self) -> int:
        return self.met + self.breached

    @property
    def compliance(self) -> float | None:
        """Percent met, as all shares are rounded; None: there was no target."""
        return percent(self.met / self.total) if self.total else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.met + other.met, self.breached + other.breached, self.waived + other.waived)


NOTHING = Tally()


def tallies(
    clocks: Q, since: datetime, until: datetime, *, by: tuple[str, ...] = (), at: datetime | None = None
) -> dict[tuple[Hashable, ...], Tally]:
    """Count the targets in `[since, until)` of these clocks, by fields of the clock; one statement.

    `clocks` is a condition on `Clock`; fields of its ticket begin with `ticket__`. `at` is now.
    """
    parts = _parts(clocks, since, until, at or timezone.now())
    counted = [_grouped(part, prefix, outcome, by) for part, prefix, outcome in parts]
    rows = counted[0].union(*counted[1:], all=True)
    found: dict[tuple[Hashable, ...], Tally] = defaultdict(Tally)
    for *key, outcome, number in rows:
        found[tuple(key)] += Tally(**{outcome: number})
    return dict(found)


def tally(clocks: Q, since: datetime, until: datetime, *, at: datetime | None = None) -> Tally:
    """The same in one sum."""
    return tallies(clocks, since, until, at=at).get((), NOTHING)


def broken(at: datetime) -> Q:
    """Tickets with a target that was breached by `at`, mended later or not."""
    unseen = Q(state=_State.RUNNING, due_at__lt=at)
    now = Clock.objects.filter(_BROKEN | unseen, ticket=OuterRef("pk"))
    before = FormerCycle.objects.filter(_BROKEN, clock__ticket=OuterRef("pk"))
    return Q(Exists(now)) | Q(Exists(before))


def clock_is_broken() -> Q:
    """Clocks with a breach that counts, of whichever cycle, as far as their columns know."""
    return _BROKEN | Q(Exists(FormerCycle.objects.filter(_BROKEN, clock=OuterRef("pk"))))


def is_broken(cycle: Clock | FormerCycle | Cycle) -> bool:
    """Whether this cycle has a breach that counts: the present one of a clock, or a former one."""
    if cycle.state == _State.CANCELLED:
        return False
    return cycle.breached_at is not None or cycle.state == _State.BREACHED


def overdue(at: datetime) -> Q:
    """Tickets that are past their deadline and not yet done."""
    return Q(due_at__lt=at) & ~Q(status__in=_DONE)


def is_overdue(ticket: Ticket, at: datetime) -> bool:
    """The same of a ticket in hand."""
    return ticket.due_at is not None and ticket.due_at < at and ticket.status not in _DONE


def _parts(clocks: Q, since: datetime, until: datetime, at: datetime) -> list[tuple[QuerySet[Any], str, str]]:
    """Each has an index of its own; together they are all that counts. With the way to the clock."""
    of_former = _moved(clocks, "clock__")
    in_time, lost, waived = (
        {"stopped_at__gte": since, "stopped_at__lt": until, "breached_at": None, "state": state}
        for state in (_State.MET, _State.BREACHED, _State.CANCELLED)
    )  # one that stopped late and does not know since when is late by its stop
    late = Q(breached_at__gte=since, breached_at__lt=until) & ~Q(state=_State.CANCELLED)
    unseen = {
        "state": _State.RUNNING,
        "breached_at": None,
        "due_at__gte": since,
        "due_at__lt": min(until, at),
    }
    found: list[tuple[QuerySet[Any], str, str]] = []
    for model, which, prefix in ((Clock, clocks, ""), (FormerCycle, of_former, "clock__")):
        rows = model._default_manager.filter(which).order_by()
        found += [
            (rows.filter(**in_time), prefix, _MET),
            (rows.filter(late), prefix, _BREACHED),
            (rows.filter(**lost), prefix, _BREACHED),
            (rows.filter(**waived, is_waived=True), prefix, _WAIVED),
        ]
    return [*found, (Clock.objects.filter(clocks, **unseen).order_by(), "", _BREACHED)]


def _grouped(rows: QuerySet[Any], prefix: str, outcome: str, by: tuple[str, ...]) -> QuerySet[Any, Any]:
    fields = [prefix + name for name in by]
    named: QuerySet[Any, Any] = rows.annotate(outcome=Value(outcome)).values_list(*fields, "outcome")
    counted: QuerySet[Any, Any] = named.annotate(number=Count("pk"))
    return counted


def _moved(condition: Q, prefix: str) -> Q:
    """The same condition asked from further away."""
    moved = Q(_connector=condition.connector, _negated=condition.negated)
    for child in condition.children:
        moved.children.append(
            _moved(child, prefix) if isinstance(child, Q) else (prefix + child[0], child[1])  # type: ignore[index]
        )
    return moved


def as_mapping(found: Mapping[tuple[Hashable, ...], Tally]) -> dict[Hashable, Tally]:
    """Of tallies by a single field: by its value."""
    return {key[0]: one for key, one in found.items()}
