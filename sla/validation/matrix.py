"""Checks of the rows of a matrix. They ask the database nothing if the rows came with their services.

Targets in working days are compared for a short and for a long day: only what holds for both is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from catalog.models import Kind
from servicedesk.tickets.models import DueKind, Priority
from sla.engine.selection import ANY_KIND, choose
from sla.models import PolicyCell
from sla.proof.wording import cell_name
from sla.validation.findings import Finding, Place, Severity

_SHORT_DAY, _LONG_DAY = timedelta(hours=4), timedelta(hours=24)
_ALWAYS = 100  # percent
Chosen = dict[tuple[str, int | None], list[PolicyCell | None]]
"""Type and service → the row for each priority, the most urgent first."""


def check(rows: Sequence[PolicyCell], where: Place) -> Iterator[Finding]:
    """All that is wrong with these rows."""
    if not rows:
        sentence = _("The matrix is empty: no ticket gets a clock.")
        yield Finding(Severity.ERROR, "matrix.empty", where, sentence)
        return
    chosen = _chosen(rows)
    yield from _uncovered(chosen, where)
    yield from _unreachable(rows, chosen, where)
    yield from _inverted(chosen, where)
    for row in rows:
        yield from _row(row, where)


def _chosen(rows: Sequence[PolicyCell]) -> Chosen:
    """The row of every sort of ticket: of any service, and of each that rows name."""
    services = [None, *sorted({row.service_id for row in rows if row.service_id is not None})]
    return {
        (kind, service): [
            choose(rows, kind=kind, priority=one, service_id=service) for one in Priority.values
        ]
        for kind in Kind.values
        for service in services
    }


def _uncovered(chosen: Chosen, where: Place) -> Iterator[Finding]:
    """Type × priority without a row, for a service that no row names."""
    for kind in Kind:
        missing = [
            one for one, row in zip(Priority.values, chosen[kind.value, None], strict=True) if row is None
        ]
        if missing:
            sentence = _("%(kind)s × %(priorities)s: no row matches, so such tickets get no clock.")
            values = {"kind": kind.label, "priorities": ", ".join(f"P{one}" for one in missing)}
            yield Finding(Severity.WARNING, "matrix.uncovered", where, sentence % values)


def _unreachable(rows: Sequence[PolicyCell], chosen: Chosen, where: Place) -> Iterator[Finding]:
    """Rows that another one beats for every ticket."""
    used = {id(row) for line in chosen.values() for row in line}
    for row in rows:
        if id(row) not in used:
            winner = _winner(row, chosen)
            sentence = _("The row %(row)s is never used: %(winner)s (rank %(rank)s) always comes before it.")
            values = {"row": cell_name(row), "winner": cell_name(winner), "rank": winner.rank}
            yield Finding(Severity.WARNING, "matrix.unreachable", where, sentence % values)


def _winner(row: PolicyCell, chosen: Chosen) -> PolicyCell:
    """One that beats this row where it would hold."""
    return next(
        winner
        for (kind, service), line in chosen.items()
        for priority, winner in zip(Priority.values, line, strict=True)
        if winner is not None
        and row.kind in (ANY_KIND, kind)
        and row.priority in (None, priority)
        and row.service_id in (None, service)
    )


def _inverted(chosen: Chosen, where: Place) -> Iterator[Finding]:
    """The more urgent is slower than the less urgent, or has no target."""
    pairs = {
        (id(higher), id(lower)): (higher, lower)
        for line in chosen.values()
        for higher, lower in pairwise(line)
        if higher is not None and lower is not None and higher is not lower
    }
    for higher, lower in pairs.values():
        for promise in DueKind:
            yield from _compared(higher, lower, promise, where)


def _compared(higher: PolicyCell, lower: PolicyCell, promise: DueKind, where: Place) -> Iterator[Finding]:
    values = {"promise": promise.label, "higher": cell_name(higher), "lower": cell_name(lower)}
    if not higher.has_target(promise) and lower.has_target(promise):
        sentence = _("%(promise)s: %(higher)s has no target, but %(lower)s has one.")
        yield Finding(Severity.NOTE, "matrix.urgent_without", where, sentence % values)
    elif _is_longer(higher, promise, lower, promise):
        sentence = _("%(promise)s: %(higher)s takes longer than %(lower)s.")
        yield Finding(Severity.WARNING, "matrix.inverted", where, sentence % values)


def _row(row: PolicyCell, where: Place) -> Iterator[Finding]:
    name = {"row": cell_name(row)}
    if _is_longer(row, DueKind.FIRST_RESPONSE, row, DueKind.RESOLUTION):
        sentence = _("%(row)s: the first response takes longer than the solution.") % name
        yield Finding(Severity.WARNING, "matrix.response_after_resolution", where, sentence)
    if row.at_risk_percent >= _ALWAYS and any(row.has_target(promise) for promise in DueKind):
        sentence = _("%(row)s: “at risk” starts only at the deadline, so nobody is warned.") % name
        yield Finding(Severity.NOTE, "matrix.risk_too_late", where, sentence)


def _is_longer(one: PolicyCell, promise: str, other: PolicyCell, other_promise: str) -> bool:
    for day in (_SHORT_DAY, _LONG_DAY):
        first, second = one.usual(promise, day), other.usual(other_promise, day)
        if first is None or second is None or first <= second:
            return False
    return True
