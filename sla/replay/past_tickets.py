"""What really happened to past tickets, read in three statements into arrays, however many there are.

Moments are microseconds since 1970 (UTC), rows are known by their place among the tickets, and what
does not exist is -1. The history tells statuses and public messages, as the clocks heard them; the
clocks tell the actual result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Case, F, Q, QuerySet, SmallIntegerField, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat

from catalog.models import Kind
from servicedesk.tickets.models import DueKind, EventKind, Message, Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from sla.engine.worktime import micros
from sla.models import PAUSABLE, Clock

Ints = npt.NDArray[np.int64]

NONE, MISSED, MET = -1, 0, 1
KINDS = list(Kind)
PROMISES = list(DueKind)
STATUS_CODES: Mapping[str, int] = {status.value: code for code, status in enumerate(Status)}
STAFF, CLIENT = 20, 21  # codes of what was said, beyond those of the statuses
_SAID = {Message.Side.STAFF.value: STAFF, Message.Side.CLIENT.value: CLIENT}
_CODES = {**STATUS_CODES, **_SAID}
_WATCHED = [status.value for status in (*PAUSABLE, Status.RESOLVED, Status.CLOSED)]
_CHUNK = 20_000


@dataclass(frozen=True, eq=False)
class Marks:
    """What happened, a row each, in the order it was told: a status the ticket came into, or words."""

    ticket: Ints
    at: Ints
    what: Ints


@dataclass(frozen=True, eq=False)
class Past:
    """The tickets as classified at the end, one place each, in the order of their keys."""

    keys: Ints
    kinds: Ints
    priorities: Ints
    services: Ints
    opened: Ints
    policy_versions: Ints
    calendar_versions: Ints
    marks: Marks
    actual: Mapping[str, Ints]  # promise → MET, MISSED or NONE
    until: int  # the moment up to which open tickets are judged

    def __len__(self) -> int:
        return len(self.keys)


def read(tickets: QuerySet[Ticket], at: datetime) -> Past:
    """Read all of it; tickets that are still open are judged as of `at`."""
    selection = tickets.order_by()
    columns = (
        "pk", "kind", "priority", "service_id", "opened_at",
        "terms__policy_version_id", "terms__calendar_version_id",
    )  # fmt: skip
    found = _arrays(selection.values_list(*columns), (int, _kind, int, _key, micros, _key, _key))
    found = found[:, np.argsort(found[0])]
    keys, kinds, priorities, services, opened, policies, calendars = found
    inner = selection.values("pk")
    return Past(
        keys=keys,
        kinds=kinds,
        priorities=priorities,
        services=services,
        opened=opened,
        policy_versions=policies,
        calendar_versions=calendars,
        marks=_marks(inner, keys, opened),
        actual=_actual(inner, keys, at),
        until=micros(at),
    )


def _marks(tickets: QuerySet[Ticket, Any], keys: Ints, opened: Ints) -> Marks:
    """Statuses in which clocks stand or go, and public words; the same lines that the clocks hear."""
    history = TicketEvent.objects.filter(ticket__in=tickets).order_by()
    history = history.annotate(
        to=_text("to"), left=_text("from"), side=_text("side"), seen=_text("visibility")
    )
    said = Q(kind=EventKind.MESSAGE_POSTED, side__in=list(_SAID), seen=Message.Visibility.PUBLIC.value)
    moved = Q(to__in=list(STATUS_CODES)) & (Q(to__in=_WATCHED) | Q(left__in=_WATCHED))
    lines = history.filter(said | moved).values_list("ticket_id", "pk", "happened_at", Concat("to", "side"))
    ticket, pk, at, what = _arrays(lines, (int, int, micros, _CODES.__getitem__))
    order = np.lexsort((pk, ticket))
    place = np.searchsorted(keys, ticket)
    # What the client wrote to open the ticket, and answers that came with it, say nothing to a clock.
    is_early = (what >= STAFF) & (at <= opened[place]) if len(keys) else np.zeros(0, dtype=bool)
    order = order[~is_early[order]]
    return Marks(place[order], at[order], what[order])


def _text(key: str) -> Coalesce:
    """A word of the details as plain text, empty if it is not there."""
    return Coalesce(KT(f"details__{key}"), Value(""), output_field=TextField())


def _actual(tickets: QuerySet[Ticket, Any], keys: Ints, at: datetime) -> dict[str, Ints]:
    """How it ended: in the last cycle if there is one only, else in all of them together."""
    state = Clock.State
    result = Case(
        When(state=state.CANCELLED, then=Value(NONE)),
        When(Q(state=state.BREACHED) | Q(breaches__gt=0, cycle__gt=1), then=Value(MISSED)),
        When(state=state.MET, then=Value(MET)),
        When(Q(breaches__gt=0) | Q(state=state.RUNNING, due_at__lt=at), then=Value(MISSED)),
        default=Value(NONE),
        output_field=SmallIntegerField(),
    )
    rows = Clock.objects.filter(ticket__in=tickets).order_by().annotate(result=result)
    ticket, kind, results = _arrays(
        rows.values_list("ticket_id", "kind", F("result")), (int, PROMISES.index, int)
    )
    place = np.searchsorted(keys, ticket)
    actual = {}
    for code, promise in enumerate(PROMISES):
        column = np.full(len(keys), NONE, dtype=np.int64)
        column[place[kind == code]] = results[kind == code]
        actual[promise.value] = column
    return actual


def _arrays(rows: QuerySet[Any, Any], read: Iterable[Callable[[Any], int]]) -> npt.NDArray[np.int64]:
    """The columns of the rows as whole numbers; a part at a time, so that the rows need no room."""
    readers = tuple(read)
    parts = [
        np.array([[one(value) for value in column] for one, column in zip(readers, columns, strict=True)])
        for columns in _columns(rows.iterator(chunk_size=_CHUNK))
    ]
    if not parts:
        return np.zeros((len(readers), 0), dtype=np.int64)
    joined: npt.NDArray[np.int64] = np.concatenate(parts, axis=1, dtype=np.int64)
    return joined


def _columns(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while part := list(islice(rows, _CHUNK)):
        yield list(zip(*part, strict=True))


def _kind(value: str) -> int:
    return KINDS.index(value)  # type: ignore[arg-type]


def _key(value: int | None) -> int:
    return -1 if value is None else value
