"""The cycles of a clock before its last, kept as rows so that they can be counted (R13)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from sla.clocks import compliance
from sla.engine.facts import FactKind
from sla.models import Clock, ClockEvent, FormerCycle


def store(clocks: Iterable[Clock], added: Iterable[ClockEvent]) -> None:
    """Bring the rows of these clocks up to date, `added` being their new facts; the clocks are saved.

    No statement for a clock that is still in its first cycle, or in the cycle in which it was read.
    """
    by_key = {clock.pk: clock for clock in clocks}
    retold = {event.clock_id for event in added if _is_of_the_past(event, by_key[event.clock_id])}
    store_all([clock for clock in by_key.values() if clock.pk in retold or _is_new(clock)])


def store_all(clocks: Iterable[Clock]) -> None:
    """Write all former cycles of these clocks, which were reckoned just now: at most two statements."""
    found = list(clocks)
    if gone := [clock for clock in found if clock.cycle < (clock.read_cycle or 0)]:
        beyond = Q()
        for clock in gone:
            beyond |= Q(clock=clock, number__gte=clock.cycle)
        FormerCycle.objects.filter(beyond).delete()
    ended = [_row(clock, place) for clock in found for place in range(len(clock.former))]
    if ended:
        FormerCycle.objects.bulk_create(
            ended,
            update_conflicts=True,
            unique_fields=["clock", "number"],
            update_fields=["state", "stopped_at", "breached_at", "is_waived"],
        )
    for clock in found:
        clock.read_cycle = clock.cycle


def any_broken(clocks: Iterable[Clock]) -> bool:
    """Whether a breach of a former cycle counts; a statement where they were not reckoned just now."""
    unknown = []
    for clock in clocks:
        if any(compliance.is_broken(cycle) for cycle in clock.former):
            return True
        if clock.cycle > 1 and not clock.former and clock.breaches:
            unknown.append(clock.pk)
    if not unknown:
        return False
    rows = FormerCycle.objects.filter(clock__in=unknown)
    return any(compliance.is_broken(cycle) for cycle in rows)


def _is_new(clock: Clock) -> bool:
    return bool(clock.former) and clock.cycle != clock.read_cycle


def _is_of_the_past(event: ClockEvent, clock: Clock) -> bool:
    """May it change how a cycle ended that had ended before?"""
    return event.kind == FactKind.REVOKE or event.at < clock.started_at


def _row(clock: Clock, place: int) -> FormerCycle:
    cycle = clock.former[place]
    return FormerCycle(
        clock=clock,
        number=cycle.number,
        state=cycle.state,
        stopped_at=cycle.stopped_at,
        breached_at=cycle.breached_at,
        is_waived=cycle.is_waived,
    )
