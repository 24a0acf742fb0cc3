"""The stretches of time that a clock would count, of all tickets at once. Pure arithmetic on arrays.

The same rules as `sla.engine.reactions` follow one ticket by: which statuses pause what, when answers are
owed, what a re-opened ticket does to its clock (R4, R6, R11).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from servicedesk.tickets.statuses import Status
from sla.engine import reactions
from sla.replay.past_tickets import CLIENT, STAFF, STATUS_CODES, Ints, Past

Flags = npt.NDArray[np.bool_]

_OVER = [STATUS_CODES[status] for status in reactions.OVER]


@dataclass(frozen=True, eq=False)
class Stretches:
    """Counted time, a row each, in order; those of one run of a clock (a cycle) share their `run`."""

    ticket: Ints
    run: Ints
    start: Ints
    end: Ints
    begun: Ints  # when its run began, counted or not
    is_last: Flags  # by ticket: does its clock still live after all that happened?
    began: Flags  # by ticket: was there such a clock at all?


def pause_mask(statuses: Iterable[str]) -> int:
    """The statuses in which a clock stands, as bits."""
    return sum(1 << STATUS_CODES[status] for status in set(statuses))


_PAUSES_RESPONSES = pause_mask(reactions.PAUSES_RESPONSES)


class Timeline:
    """All that happened, in order of time, and the status in which each ticket was from then on."""

    def __init__(self, past: Past) -> None:
        self.past = past
        count = len(past)
        marks = past.marks
        ticket = np.concatenate((np.arange(count), marks.ticket))
        what = np.concatenate((np.full(count, STATUS_CODES[Status.NEW]), marks.what))
        at = _in_order(ticket, np.concatenate((past.opened, marks.at)), what < STAFF)
        order = np.lexsort((at, ticket))  # stable: what was told first comes first
        self.ticket, self.at, self.what = ticket[order], at[order], what[order]
        self.is_first = np.concatenate(([True], self.ticket[1:] != self.ticket[:-1]))[: len(order)]
        self.is_status = self.what < STAFF
        self.status = self.what[_latest(self.is_status)]
        self.is_over = np.isin(self.status, _OVER)
        self.answered = (self.what == STAFF) | (self.is_status & self.is_over)

    def stretches(self, promise: str, pauses: Ints, anew: Flags, owes_first: Flags) -> Stretches:
        """What a clock of this promise counts.

        Args, all by ticket:
            pauses: the statuses in which the row of the matrix stops clocks (see `pause_mask`).
            anew: does the resolution clock start anew when the ticket is re-opened?
            owes_first: is a first response promised? Until it is given no other answer is owed.
        """
        if promise != reactions.RESOLUTION:
            pauses = pauses & _PAUSES_RESPONSES
        is_live, begins = self._lives(promise, anew, owes_first)
        is_paused = (pauses[self.ticket] >> self.status) & 1 == 1
        return self._cut(is_live, is_live & ~is_paused, begins | self.is_first)

    def _lives(self, promise: str, anew: Flags, owes_first: Flags) -> tuple[Flags, Flags]:
        """Row by row: does the clock live from here on, and does a new run of it begin?"""
        nothing = np.zeros(len(self.ticket), dtype=bool)
        if promise == reactions.RESOLUTION:
            reopened = np.concatenate(([False], self.is_over[:-1]))[: len(nothing)] & ~self.is_over
            return ~self.is_over, reopened & ~self.is_first & anew[self.ticket]
        answers = np.cumsum(self.answered)
        given = answers - (answers - self.answered)[_latest(self.is_first)]
        if promise == reactions.FIRST_RESPONSE:
            return given == 0, nothing
        asks = (self.what == CLIENT) & ((given > 0) | ~owes_first[self.ticket])
        is_live = asks[_latest(asks | self.answered | self.is_first)]
        return is_live, is_live & ~np.concatenate(([False], is_live[:-1]))[: len(nothing)]

    def _cut(self, is_live: Flags, runs: Flags, begins: Flags) -> Stretches:
        """From every change to the next one of the ticket; the last goes on until now."""
        count = len(self.past)
        run: Ints = np.cumsum(begins, dtype=np.int64)
        changes = np.flatnonzero(begins | np.concatenate(([True], runs[1:] != runs[:-1]))[: len(runs)])
        ticket, at = self.ticket[changes], self.at[changes]
        ends = np.full(len(changes), self.past.until, dtype=np.int64)
        same = np.flatnonzero(ticket[1:] == ticket[:-1])
        ends[same] = at[same + 1]
        kept = runs[changes]
        last = np.flatnonzero(np.concatenate((self.is_first[1:], [True])))[:count]
        began = np.zeros(count, dtype=bool)
        began[self.ticket[is_live]] = True
        start = at[kept]
        return Stretches(
            ticket=ticket[kept],
            run=run[changes][kept],
            start=start,
            end=np.maximum(ends[kept], start),
            begun=self.at[np.flatnonzero(begins)][run[changes][kept] - 1],
            is_last=is_live[last],
            began=began,
        )


def _in_order(ticket: Ints, at: Ints, is_status: Flags) -> Ints:
    """A mail that arrived before the last change of status does not undo it: statuses never go back."""
    moments, rank = np.unique(at, return_inverse=True)
    rows = np.flatnonzero(is_status)
    rows = rows[np.argsort(ticket[rows], kind="stable")]  # each ticket's in the order they were told
    steps = np.maximum.accumulate(ticket[rows] * len(moments) + rank[rows])
    ordered: Ints = at.copy()
    ordered[rows] = moments[steps % max(len(moments), 1)]
    return ordered


def _latest(marked: Flags) -> Ints:
    """For each row the place of the last marked row up to it; the first row must be marked."""
    found: Ints = np.maximum.accumulate(np.where(marked, np.arange(len(marked)), 0))
    return found
