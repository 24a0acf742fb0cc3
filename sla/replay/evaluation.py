"""Would the targets have been met? All tickets at once, by the rules of `sla.engine.evaluation`.

Judged is each ticket as it was classified at the end, for its whole life. Left out, because they belong
to the life that was and not to the terms: terms changed half-way (R5), corrected calendars, waivers.
Words that were heard late are taken in the order of time, whatever was owed when they were heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sla.engine.worktime import WorkTime
from sla.replay.other_terms import Agreed
from sla.replay.past_tickets import MET, MISSED, NONE, PROMISES, Ints, Past
from sla.replay.timeline import Flags, Stretches, Timeline

_NOTHING = -1


@dataclass(frozen=True, eq=False)
class Prediction:
    """By ticket: MET, MISSED or NONE; the longest time used in one run, and the target (microseconds)."""

    result: Ints
    used: Ints
    target: Ints


def predict(past: Past, agreed: Agreed) -> Mapping[str, Prediction]:
    """Reckon each promise under these terms; asks the database nothing."""
    timeline = Timeline(past)
    owes_first = agreed.targets[PROMISES[0]] >= 0
    return {
        promise.value: _promise(
            timeline.stretches(promise, agreed.pauses, agreed.anew, owes_first),
            promise,
            agreed,
        )
        for promise in PROMISES
    }


def _promise(stretches: Stretches, promise: str, agreed: Agreed) -> Prediction:
    targets = agreed.targets[promise]
    counted = _counted(stretches, agreed)
    sums = _sums(stretches, counted)
    target = agreed.targets_from(promise, stretches.ticket, stretches.begun)
    is_late = np.zeros(len(targets), dtype=bool)
    is_late[stretches.ticket[_late(stretches, counted, sums, target, agreed)]] = True
    used = np.zeros(len(targets), dtype=np.int64)
    np.maximum.at(used, stretches.ticket, sums)
    result = np.where(stretches.is_last, NONE, MET)
    result[is_late] = MISSED
    result[(targets < 0) | ~stretches.began] = NONE
    return Prediction(result, used, targets)


def _counted(stretches: Stretches, agreed: Agreed) -> Ints:
    """Working time of each stretch, in the calendar of its ticket; none without a calendar."""
    counted = np.zeros(len(stretches.ticket), dtype=np.int64)
    for worktime, rows in _by_calendar(agreed.calendars[stretches.ticket], agreed.worktimes):
        counted[rows] = worktime.between_many(stretches.start[rows], stretches.end[rows])
    return counted


def _sums(stretches: Stretches, counted: Ints) -> Ints:
    """The time used in a run up to the end of each stretch."""
    total = np.cumsum(counted)
    if not len(total):
        return total
    starts = np.flatnonzero(np.concatenate(([True], stretches.run[1:] != stretches.run[:-1])))
    lengths = np.diff(np.append(starts, len(total)))
    sums: Ints = total - np.repeat((total - counted)[starts], lengths)
    return sums


def _late(stretches: Stretches, counted: Ints, sums: Ints, target: Ints, agreed: Agreed) -> Flags:
    """Which stretches ran beyond the target, to the microsecond as `facts.reach` says.

    When it is used up exactly, the deadline is the closing time: whoever stops in the hours that do not
    count is late all the same.
    """
    is_late = sums > target
    exact = np.flatnonzero((sums == target) & (counted > 0))
    for worktime, rows in _by_calendar(agreed.calendars[stretches.ticket[exact]], agreed.worktimes):
        some = exact[rows]
        is_late[some] = worktime.add_many(stretches.start[some], counted[some]) < stretches.end[some]
    # Used up to the instant at which the clock stood and went on at once: that instant is the deadline.
    went_on = (stretches.run[1:] == stretches.run[:-1]) & (stretches.start[1:] == stretches.end[:-1])
    is_late[1:] |= went_on & (counted[:-1] > 0) & (sums[:-1] == target[1:])
    late: Flags = is_late & (target >= 0)
    return late


def _by_calendar(calendars: Ints, worktimes: Sequence[WorkTime]) -> Iterator[tuple[WorkTime, Ints]]:
    """The rows of each calendar; those without one are left out."""
    order = np.argsort(calendars, kind="stable")
    bounds = np.searchsorted(calendars[order], np.arange(len(worktimes) + 1))
    for number, worktime in enumerate(worktimes):
        rows = order[bounds[number] : bounds[number + 1]]
        if len(rows):
            yield worktime, rows
