"""What the other terms would have changed: shares kept, by type and priority, and the tickets that flip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import overload

import numpy as np
from django.db.models import QuerySet

from servicedesk.lib.shares import percent
from servicedesk.tickets.models import Ticket
from sla.replay.evaluation import Prediction, predict
from sla.replay.other_terms import OtherTerms, agree
from sla.replay.past_tickets import KINDS, MET, MISSED, NONE, PROMISES, Ints, Past, read


@dataclass(frozen=True)
class Share:
    """How many were judged, and how many of them were met."""

    judged: int
    met: int

    @property
    def percent(self) -> float | None:
        """As all shares are rounded; None: nothing was judged."""
        return percent(self.met / self.judged) if self.judged else None


@dataclass(frozen=True)
class Line:
    """One promise, of one type and priority; None stands for all of them."""

    promise: str
    kind: str | None
    priority: int | None
    actual: Share
    predicted: Share
    to_missed: int
    to_met: int

    @property
    def difference(self) -> float | None:
        """Points of percent, positive if more would be met."""
        before, after = self.actual.percent, self.predicted.percent
        return None if before is None or after is None else round(after - before, 1)


@dataclass(frozen=True)
class Flip:
    """A promise that would have ended the other way; `used` and `target` are the predicted ones."""

    ticket: int
    promise: str
    is_missed: bool
    used: timedelta
    target: timedelta


@dataclass(frozen=True, eq=False)
class Flips(Sequence[Flip]):
    """Many flips, kept as arrays: those that would be missed first, newest tickets first."""

    past: Past
    predicted: Mapping[str, Prediction]
    promise: Ints
    place: Ints

    def __len__(self) -> int:
        return len(self.place)

    @overload
    def __getitem__(self, part: int) -> Flip: ...
    @overload
    def __getitem__(self, part: slice) -> list[Flip]: ...
    def __getitem__(self, part: int | slice) -> Flip | list[Flip]:
        if isinstance(part, int):
            return self._one(self.promise[part], self.place[part])
        return [self._one(*pair) for pair in zip(self.promise[part], self.place[part], strict=True)]

    def _one(self, code: np.int64, place: np.int64) -> Flip:
        promise = PROMISES[code].value
        prediction = self.predicted[promise]
        return Flip(
            ticket=int(self.past.keys[place]),
            promise=promise,
            is_missed=bool(prediction.result[place] == MISSED),
            used=timedelta(microseconds=int(prediction.used[place])),
            target=timedelta(microseconds=int(prediction.target[place])),
        )


@dataclass(frozen=True, eq=False)
class Outcome:
    past: Past
    predicted: Mapping[str, Prediction]

    def __len__(self) -> int:
        """How many tickets were chosen."""
        return len(self.past)

    @property
    def unjudged(self) -> int:
        """Tickets about which these terms promise nothing."""
        results = [prediction.target for prediction in self.predicted.values()]
        return int(np.all(np.stack(results) < 0, axis=0).sum())

    def totals(self) -> list[Line]:
        """One line for each promise."""
        everything = np.ones(len(self.past), dtype=bool)
        return [self._line(promise.value, None, None, everything) for promise in PROMISES]

    def lines(self) -> list[Line]:
        """By type, priority and promise, in this order; what was judged neither way is left out."""
        found = []
        for code, kind in enumerate(KINDS):
            for priority in np.unique(self.past.priorities[self.past.kinds == code]).tolist():
                some = (self.past.kinds == code) & (self.past.priorities == priority)
                found += [self._line(promise.value, kind.value, priority, some) for promise in PROMISES]
        return [line for line in found if line.actual.judged or line.predicted.judged]

    def flips(self, promise: str = "", *, missed: bool | None = None) -> Flips:
        """The flips of one promise or all; of one direction or both."""
        found = [
            self._flipped(code, missed) for code in range(len(PROMISES)) if promise in ("", PROMISES[code])
        ]
        empty = np.zeros((3, 0), dtype=np.int64)
        codes, places, results = np.concatenate([empty, *found], axis=1)
        order = np.lexsort((codes, -places, results))
        return Flips(self.past, self.predicted, codes[order], places[order])

    def _flipped(self, code: int, missed: bool | None) -> Ints:
        """Code of the promise, place of the ticket and predicted result, as three rows."""
        actual, result = self.past.actual[PROMISES[code]], self.predicted[PROMISES[code]].result
        wanted = (actual != result) & (actual != NONE) & (result != NONE)
        if missed is not None:
            wanted &= result == (MISSED if missed else MET)
        places = np.flatnonzero(wanted)
        return np.stack((np.full(len(places), code), places, result[places]))

    def _line(self, promise: str, kind: str | None, priority: int | None, some: Ints) -> Line:
        actual, result = self.past.actual[promise][some], self.predicted[promise].result[some]
        return Line(
            promise=promise,
            kind=kind,
            priority=priority,
            actual=_share(actual),
            predicted=_share(result),
            to_missed=int(((actual == MET) & (result == MISSED)).sum()),
            to_met=int(((actual == MISSED) & (result == MET)).sum()),
        )


def replay(tickets: QuerySet[Ticket], other: OtherTerms, at: datetime) -> Outcome:
    """Measure past tickets by other terms: five statements, whatever their number."""
    past = read(tickets, at)
    return Outcome(past, predict(past, agree(past, other)))


def _share(results: Ints) -> Share:
    return Share(judged=int((results != NONE).sum()), met=int((results == MET).sum()))
