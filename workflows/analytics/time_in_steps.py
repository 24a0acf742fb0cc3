"""From the tasks of one run to the stays in its visible steps. Pure: no database.

Parallel tasks of one stage are one stay, from the first that was entered to the last that was left. A task of
a stage that waits for the client is a stay of its own only while nobody works on the stage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from workflows.analytics.step_names import COUNTED_AS


class Span(NamedTuple):
    """One task: the name of its node, its token, when it was entered and left."""

    name: str
    token: str
    entered: datetime
    left: datetime


class Stay(NamedTuple):
    name: str
    entered: datetime
    left: datetime

    @property
    def seconds(self) -> int:
        return max(int((self.left - self.entered).total_seconds()), 0)


Interval = tuple[datetime, datetime]


def stays(spans: Iterable[Span]) -> list[Stay]:
    """Return the stays in the order in which they were entered; `spans` come in the order of their keys."""
    together: dict[str, list[Span]] = defaultdict(list)
    for place, span in enumerate(spans):
        # a branch: “start/12_1” is the first of those that task 12 made
        is_branch = "/" in span.token
        together[span.token.rpartition("_")[0] if is_branch else str(place)].append(span)
    found = [stay for some in together.values() for stay in _of_stage(some)]
    return sorted(found, key=lambda stay: stay.entered)


def _of_stage(spans: list[Span]) -> list[Stay]:
    work: dict[str, list[Interval]] = defaultdict(list)
    waits: dict[str, list[Interval]] = defaultdict(list)
    for span in spans:
        kind = waits if span.name in COUNTED_AS else work
        kind[COUNTED_AS.get(span.name, span.name)].append((span.entered, span.left))
    busy = _union(interval for intervals in work.values() for interval in intervals)
    found = [Stay(name, *interval) for name, intervals in work.items() for interval in _union(intervals)]
    for name, intervals in waits.items():
        found += [Stay(name, *gap) for interval in _union(intervals) for gap in _without(interval, busy)]
    return found


def _union(intervals: Iterable[Interval]) -> list[Interval]:
    """The time covered, as intervals that do not touch."""
    covered: list[Interval] = []
    for entered, left in sorted(intervals):
        if covered and entered <= covered[-1][1]:
            covered[-1] = (covered[-1][0], max(left, covered[-1][1]))
        else:
            covered.append((entered, left))
    return covered


def _without(interval: Interval, busy: Iterable[Interval]) -> list[Interval]:
    """The parts of an interval in which nothing of `busy` (in order, apart) happens."""
    start, end = interval
    gaps = []
    for entered, left in busy:
        if entered > start:
            gaps.append((start, min(entered, end)))
        start = max(start, left)
    gaps.append((start, end))
    return [(first, last) for first, last in gaps if first < last]
