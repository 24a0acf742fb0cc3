"""The finished runs that a question chooses, as arrays: tickets, the way each took, and every stay on it.

A ticket with several runs of the process has one way: the runs one after another. Once read, nothing here
asks the database again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from operator import itemgetter

import numpy as np  # loaded with the clocks anyway
import numpy.typing as npt

from servicedesk.tickets.models import TicketQuerySet
from workflows.analytics.summaries import SEPARATOR
from workflows.models import RunSummary

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Question:
    """Runs of one process (`flow` is its name) on these tickets, finished from `start` until before `end`."""

    flow: str
    tickets: TicketQuerySet
    start: datetime | None = None
    end: datetime | None = None

    def read(self) -> Sample:
        """One statement."""
        chosen = RunSummary.objects.filter(flow=self.flow, ticket__in=self.tickets.order_by().values("pk"))
        if self.start:
            chosen = chosen.filter(finished_at__gte=self.start)
        if self.end:
            chosen = chosen.filter(finished_at__lt=self.end)
        columns = ("ticket_id", "run_id", "path", "stays", "ticket__reopened_count")
        return Sample.of(chosen.order_by().values_list(*columns))


@dataclass(frozen=True)
class Sample:
    """`ways` are the different ways, each a tuple of steps; `way_of` says which one a ticket took.

    The stays of all tickets stand in three arrays of one length: at which ticket (its place in `tickets`),
    in which step (its place in `steps`), how many seconds.
    """

    tickets: Numbers
    reopened: Flags
    ways: list[tuple[str, ...]]
    way_of: Numbers
    steps: list[str]
    stay_ticket: Numbers
    stay_step: Numbers
    seconds: Numbers

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, str, str, int]]) -> Sample:
        """From rows of (ticket, run, path, stays, how often the ticket was re-opened)."""
        tickets, paths, stays, reopened = _by_ticket(rows)
        texts: dict[str, int] = {}
        way_of = np.fromiter((texts.setdefault(path, len(texts)) for path in paths), np.int64, len(paths))
        ways = [tuple(text.split(SEPARATOR)) if text else () for text in texts]
        steps: dict[str, int] = {}
        codes = _numbers([steps.setdefault(step, len(steps)) for way in ways for step in way])
        lengths = _numbers([len(way) for way in ways])
        length_of = lengths[way_of] if ways else _numbers([])
        told = SEPARATOR.join(filter(None, stays))
        seconds = np.fromstring(told, np.int64, sep=SEPARATOR) if told else _numbers([])
        return cls(
            tickets=_numbers(tickets),
            reopened=np.array(reopened, np.bool_),
            ways=ways,
            way_of=way_of,
            steps=list(steps),
            stay_ticket=np.repeat(np.arange(len(tickets)), length_of),
            stay_step=codes[_places(np.cumsum(lengths) - lengths, way_of, length_of)],
            seconds=seconds,
        )

    @cached_property
    def totals(self) -> Numbers:
        """Seconds of the whole way of each ticket."""
        return self.seconds_where(np.ones(len(self.seconds), np.bool_))

    def seconds_where(self, chosen: Flags) -> Numbers:
        """Seconds of each ticket in the chosen stays."""
        where, weights = self.stay_ticket[chosen], self.seconds[chosen]
        return np.bincount(where, weights, len(self.tickets)).astype(np.int64)

    def steps_where(self, steps: Iterable[str]) -> Flags:
        """Which stays were in one of these steps."""
        wanted = [self.steps.index(step) for step in steps if step in self.steps]
        return np.isin(self.stay_step, wanted)


def _by_ticket(
    rows: Iterable[tuple[int, int, str, str, int]],
) -> tuple[list[int], list[str], list[str], list[bool]]:
    """The runs of one ticket joined, in their order."""
    tickets: list[int] = []
    paths: list[str] = []
    stays: list[str] = []
    reopened: list[bool] = []
    for ticket, _run, path, stay, times in sorted(rows, key=itemgetter(0, 1)):
        if tickets and tickets[-1] == ticket:
            paths[-1] = SEPARATOR.join(filter(None, (paths[-1], path)))
            stays[-1] = SEPARATOR.join(filter(None, (stays[-1], stay)))
        else:
            tickets.append(ticket)
            paths.append(path)
            stays.append(stay)
            reopened.append(times > 0)
    return tickets, paths, stays, reopened


def _places(starts: Numbers, way_of: Numbers, length_of: Numbers) -> Numbers:
    """For every stay of every ticket, its place among the steps of all different ways."""
    if not len(way_of):
        return _numbers([])
    ends = np.cumsum(length_of)
    within = np.arange(ends[-1]) - np.repeat(ends - length_of, length_of)
    places: Numbers = np.repeat(starts[way_of], length_of) + within
    return places


def _numbers(values: Sequence[int]) -> Numbers:
    return np.array(values, np.int64)
