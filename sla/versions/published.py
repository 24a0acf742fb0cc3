"""Published versions, which never change, kept in this process; which of them holds is asked each time.

A version is known by its key and the moment of its publication: the key alone could be given out again when
a transaction was undone. Whoever asks gets rows of their own, so that what is read through them – the name of
a calendar, a service – is as it is then, and nothing is shared between threads but what cannot change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import F, Model, QuerySet
from django.db.models.base import ModelState

from servicedesk.lib.compiled_statements import Statement
from sla.engine.worktime import CalendarError
from sla.models import Calendar, CalendarVersion, Clock, Policy, PolicyCell, PolicyVersion, TicketTerms

KEPT = 500  # versions of each sort; a calendar with a year of exceptions takes about 100 KB

V = TypeVar("V")
M = TypeVar("M", bound=Model)


class Mark(NamedTuple):
    """A version by its key and its publication."""

    key: int
    published_at: datetime


class Rows(NamedTuple):
    """A matrix: its version, and all its rows, each of which knows it."""

    version: PolicyVersion
    cells: tuple[PolicyCell, ...]


class _Kept(Generic[V]):
    """The versions used last; those that are missing are read together."""

    def __init__(self, read: Callable[[set[int]], dict[Mark, V]], own: Callable[[V], V]) -> None:
        self._read, self._own = read, own
        self._found, self._lock = OrderedDict[Mark, V](), Lock()

    def get(self, marks: Iterable[Mark]) -> dict[Mark, V]:
        """One statement (two for matrices) for all that are not known, or none."""
        wanted = set(marks)
        with self._lock:
            known = {mark: self._found[mark] for mark in wanted if mark in self._found}
            for mark in known:
                self._found.move_to_end(mark)
        if missing := wanted - known.keys():
            read = self._read({mark.key for mark in missing})
            known |= {mark: read[mark] for mark in missing}
            self._keep({mark: read[mark] for mark in missing})
        return {mark: self._own(one) for mark, one in known.items()}

    def _keep(self, new: dict[Mark, V]) -> None:
        with self._lock:
            self._found.update(new)
            while len(self._found) > KEPT:
                self._found.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()


def _read_calendars(keys: set[int]) -> dict[Mark, CalendarVersion]:
    found = {Mark(one.pk, one.published_at): one for one in CalendarVersion.objects.filter(pk__in=keys)}
    for version in found.values():
        with suppress(CalendarError):  # told where it is used
            version.worktime()
    return found


def _read_matrices(keys: set[int]) -> dict[Mark, Rows]:
    versions = PolicyVersion.objects.filter(pk__in=keys).prefetch_related("cells")
    return {Mark(one.pk, one.published_at): Rows(one, tuple(_rows(one))) for one in versions}


def _rows(version: PolicyVersion) -> list[PolicyCell]:
    """In the order in which they were made: of equals the first wins."""
    return sorted(version.cells.all(), key=lambda cell: cell.pk)


def _own(row: M) -> M:
    """The same row as if it had been read just now; what it points to is read when somebody asks."""
    new = type(row).__new__(type(row))
    new.__dict__.update(row.__dict__)
    new._state = ModelState()
    new._state.adding, new._state.db = False, row._state.db
    return new


def _own_rows(rows: Rows) -> Rows:
    version, cells = _own(rows.version), tuple(_own(cell) for cell in rows.cells)
    version.__dict__.pop("_prefetched_objects_cache", None)
    for cell in cells:
        cell._state.fields_cache["version"] = version
    return Rows(version, cells)


_calendars = _Kept(_read_calendars, _own)
_matrices = _Kept(_read_matrices, _own_rows)


def forget() -> None:
    """Begin anew: for tests, whose databases are taken back."""
    _calendars.clear()
    _matrices.clear()


def in_force(policy: Policy, calendar: Calendar, at: datetime) -> tuple[Rows | None, CalendarVersion | None]:
    """The matrix and the calendar that hold at this moment; two statements, more for what was not met before.

    A calendar holds also before its first version, a policy does not.
    """
    of_policy = _first(_MATRIX(policy.pk, at))
    of_calendar = _first(_HOURS(calendar.pk, at)) or _first(_FIRST_HOURS(calendar.pk))
    return (
        _matrices.get([of_policy])[of_policy] if of_policy else None,
        _calendars.get([of_calendar])[of_calendar] if of_calendar else None,
    )


def terms_of(ticket: int) -> TicketTerms | None:
    """By which versions a ticket is measured, with them; one statement, more for versions not met before."""
    found = TicketTerms.objects.filter(ticket=ticket).annotate(**_PUBLISHED).order_by().first()
    if found is not None:
        policy, hours = _marks(found)
        version = _matrices.get([policy])[policy].version
        found._state.fields_cache |= {
            "policy_version": version,
            "calendar_version": _calendars.get([hours])[hours],
        }
    return found


def rows_of(version: PolicyVersion) -> tuple[PolicyCell, ...]:
    """All rows of a matrix; no statement for one met before."""
    mark = Mark(version.pk, version.published_at)
    return _matrices.get([mark])[mark].cells


def of_clocks(clocks: QuerySet[Clock]) -> list[Clock]:
    """Clocks with their versions and rows of matrices; one statement, more for versions not met before."""
    found = list(clocks.annotate(**_PUBLISHED))
    marks = [_marks(clock) for clock in found]
    matrices = _matrices.get(policy for policy, _hours in marks)
    calendars = _calendars.get(hours for _policy, hours in marks)
    for clock, (policy, hours) in zip(found, marks, strict=True):
        rows = matrices[policy]
        known: dict[str, Any] = {"policy_version": rows.version, "calendar_version": calendars[hours]}
        cell = next((one for one in rows.cells if one.pk == clock.cell_id), None)
        if cell or clock.cell_id is None:
            known["cell"] = cell
        clock._state.fields_cache |= known
    return found


_PUBLISHED = {
    "policy_published": F("policy_version__published_at"),
    "calendar_published": F("calendar_version__published_at"),
}


def _marks(row: Any) -> tuple[Mark, Mark]:
    return (
        Mark(row.policy_version_id, row.policy_published),
        Mark(row.calendar_version_id, row.calendar_published),
    )


def _first(rows: Sequence[Sequence[Any]]) -> Mark | None:
    return Mark(*rows[0]) if rows else None


def _newest(versions: QuerySet[Any]) -> QuerySet[Any, Any]:
    return versions.order_by("-effective_from", "-number").values_list("pk", "published_at")[:1]


_MATRIX = Statement(
    lambda policy, at: _newest(PolicyVersion.objects.filter(policy=policy, effective_from__lte=at)),
    int,
    datetime,
)
_HOURS = Statement(
    lambda calendar, at: _newest(CalendarVersion.objects.filter(calendar=calendar, effective_from__lte=at)),
    int,
    datetime,
)
_FIRST_HOURS = Statement(
    lambda calendar: (
        CalendarVersion.objects.filter(calendar=calendar)
        .order_by("effective_from", "number")
        .values_list("pk", "published_at")[:1]
    ),
    int,
)
