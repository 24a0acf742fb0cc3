"""“Why 15:02?”: the target and where it comes from, what was counted, what was not, and the sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Kind
from servicedesk.tickets.models import Priority, Ticket
from servicedesk.tickets.statuses import Status
from sla.book import Book
from sla.facts import Cycle, Stretch
from sla.models import Clock, PolicyCell
from sla.selection import ANY_KIND


class RowKind(StrEnum):
    """The last three do not count."""

    TARGET = "target"
    COUNTED = "counted"
    LEFT = "left"
    OVER = "over"
    PAUSED = "paused"
    CLOSED = "closed"


LABELS: dict[RowKind, Promise] = {
    RowKind.TARGET: gettext_lazy("Target"),
    RowKind.COUNTED: gettext_lazy("Counted"),
    RowKind.LEFT: gettext_lazy("Left"),
    RowKind.OVER: gettext_lazy("Over"),
    RowKind.PAUSED: gettext_lazy("Paused"),
    RowKind.CLOSED: gettext_lazy("Outside hours"),
}


@dataclass(frozen=True)
class ProofRow:
    """One line of the proof; `amount` is working time, None if it does not count."""

    kind: RowKind
    text: str = ""
    start: datetime | None = None
    end: datetime | None = None
    amount: timedelta | None = None

    @property
    def label(self) -> Promise:
        return LABELS[self.kind]

    @property
    def counts(self) -> bool:
        return self.amount is not None


@dataclass(frozen=True)
class Proof:
    """All lines in order of time, from the target to what is left: target - counted = left."""

    clock_kind: str
    rows: list[ProofRow]
    target: timedelta
    counted: timedelta
    left: timedelta
    due_at: datetime | None
    calendar: str

    def __iter__(self) -> Iterator[ProofRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def explain(ticket: Ticket, kind: str, at: datetime) -> Proof | None:
    """Explain the deadline of a ticket's clock as things stood at `at`; None if there is no such clock."""
    book = Book.load(ticket)
    clock = book.clocks.get(kind)
    cycle = book.reckon(kind, at).current if clock else None
    if clock is None or cycle is None:
        return None
    left = cycle.remaining
    end = RowKind.LEFT if left >= timedelta(0) else RowKind.OVER
    rows = [
        ProofRow(RowKind.TARGET, _source(clock), amount=cycle.target),
        *sorted(_middle(cycle, cycle.stopped_at or at), key=_by_time),
        ProofRow(end, amount=abs(left)),
    ]
    return Proof(
        clock_kind=kind,
        rows=rows,
        target=cycle.target,
        counted=cycle.elapsed,
        left=left,
        due_at=cycle.due_at,
        calendar=str(clock.calendar_version),
    )


def _by_time(row: ProofRow) -> datetime:
    assert row.start is not None
    return row.start


def _middle(cycle: Cycle, until: datetime) -> Iterator[ProofRow]:
    for stretch in cycle.stretches:
        yield from _worked(stretch, until)
    for pause in cycle.pauses:
        yield ProofRow(RowKind.PAUSED, _reason(pause.reason), pause.start, pause.end or until)


def _worked(stretch: Stretch, until: datetime) -> Iterator[ProofRow]:
    """The working intervals of a counted stretch, and the closed hours between them."""
    begin, end = stretch.start, stretch.end or until
    for opens, closes in stretch.calendar.intervals(stretch.start, end):
        if begin < opens:
            yield ProofRow(RowKind.CLOSED, "", begin, opens)
        yield ProofRow(RowKind.COUNTED, "", opens, closes, closes - opens)
        begin = closes
    if begin < end:
        yield ProofRow(RowKind.CLOSED, "", begin, end)


def _reason(reason: str) -> str:
    return str(Status(reason).label) if reason in Status.values else reason


def _source(clock: Clock) -> str:
    """“Incident × High × E-mail, Gold v3”."""
    cell = clock.cell
    return f"{_cell_name(cell)}, {cell.version}" if cell else ""


def _cell_name(cell: PolicyCell) -> str:
    kind = _("any type") if cell.kind == ANY_KIND else str(Kind(cell.kind).label)
    priority = _("any priority") if cell.priority is None else str(Priority(cell.priority).label)
    service = _("any service") if cell.service is None else str(cell.service)
    return f"{kind} × {priority} × {service}"
