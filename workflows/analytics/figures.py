"""What a sample of finished runs says: time by step, the commonest ways, on whom tickets wait.

Times are of the clock on the wall, in seconds; a share is of 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2s
from itertools import pairwise

import numpy as np

from workflows.analytics.quantiles import Floats, Numbers, quantiles
from workflows.analytics.sample import Sample
from workflows.analytics.step_names import ENDINGS, Party, waits_for

START, END = "start", "end"


@dataclass(frozen=True)
class StepFigures:
    """One step: `visits` are stays in it, by `tickets` different tickets; median and p90 are of one stay."""

    step: str
    visits: int
    tickets: int
    median: float
    p90: float
    total: int
    share: float

    @property
    def per_ticket(self) -> float:
        """More than 1: tickets come back to it."""
        return self.visits / self.tickets


@dataclass(frozen=True)
class PathFigures:
    """One way and the tickets that took exactly it; median and p90 are of the whole way."""

    steps: tuple[str, ...]
    tickets: int
    share: float
    median: float
    p90: float

    @cached_property
    def key(self) -> str:
        return path_key(self.steps)


@dataclass(frozen=True)
class PartyFigures:
    party: Party
    total: int
    share: float


@dataclass(frozen=True)
class Figures:
    """`gone` says how many tickets went from one step right to another, at least once."""

    tickets: int
    reopened: int
    cancelled: int
    median: float
    p90: float
    total: int
    steps: list[StepFigures]
    paths: list[PathFigures]
    parties: list[PartyFigures]
    gone: dict[tuple[str, str], int]


def of(sample: Sample) -> Figures:
    """Work everything out; the longest part is sorting the stays."""
    totals = sample.totals
    median, p90 = quantiles(np.zeros_like(totals), totals, 1, 0.5, 0.9)
    took = np.bincount(sample.way_of, minlength=len(sample.ways))
    steps = _steps(sample, took)
    total = int(totals.sum())
    return Figures(
        tickets=len(sample.tickets),
        reopened=int(sample.reopened.sum()),
        cancelled=int(
            sum(took[place] for place, way in enumerate(sample.ways) if way[-1:] == ("cancelled",))
        ),
        median=float(median[0]),
        p90=float(p90[0]),
        total=total,
        steps=steps,
        paths=_paths(sample, took, totals),
        parties=_parties(steps, total),
        gone=_gone(sample, took),
    )


def path_key(steps: tuple[str, ...]) -> str:
    """A short name for a way, for addresses."""
    return blake2s(">".join(steps).encode(), digest_size=8).hexdigest()


def _steps(sample: Sample, took: Numbers) -> list[StepFigures]:
    """In the order of first occurrence; the pages have an order of their own."""
    size = len(sample.steps)
    medians, p90s = quantiles(sample.stay_step, sample.seconds, size, 0.5, 0.9)
    visits = np.bincount(sample.stay_step, minlength=size)
    totals = np.bincount(sample.stay_step, sample.seconds, size)
    whole = float(totals.sum())
    visitors = _visitors(sample, took)
    return [
        StepFigures(
            step=step,
            visits=int(visits[place]),
            tickets=visitors[step],
            median=float(medians[place]),
            p90=float(p90s[place]),
            total=int(totals[place]),
            share=float(totals[place]) / whole if whole else 0.0,
        )
        for place, step in enumerate(sample.steps)
        if step not in ENDINGS
    ]


def _visitors(sample: Sample, took: Numbers) -> dict[str, int]:
    """How many tickets were in each step at all."""
    found = dict.fromkeys(sample.steps, 0)
    for way, tickets in zip(sample.ways, took.tolist(), strict=True):
        for step in set(way):
            found[step] += tickets
    return found


def _paths(sample: Sample, took: Numbers, totals: Numbers) -> list[PathFigures]:
    """The commonest first."""
    medians, p90s = quantiles(sample.way_of, totals, len(sample.ways), 0.5, 0.9)
    order = sorted(range(len(sample.ways)), key=lambda place: (-took[place], sample.ways[place]))
    return [
        PathFigures(
            steps=sample.ways[place],
            tickets=int(took[place]),
            share=int(took[place]) / len(sample.tickets),
            median=_at(medians, place),
            p90=_at(p90s, place),
        )
        for place in order
    ]


def _at(values: Floats, place: int) -> float:
    return float(values[place])


def _parties(steps: list[StepFigures], total: int) -> list[PartyFigures]:
    """All of them, in their own order, also those on whom nobody waited."""
    sums = dict.fromkeys(Party, 0)
    for one in steps:
        sums[waits_for(one.step)] += one.total
    return [PartyFigures(party, sum_, sum_ / total if total else 0.0) for party, sum_ in sums.items()]


def _gone(sample: Sample, took: Numbers) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for way, tickets in zip(sample.ways, took.tolist(), strict=True):
        for pair in pairs(way):
            found[pair] = found.get(pair, 0) + tickets
    return found


def pairs(way: tuple[str, ...]) -> set[tuple[str, str]]:
    """The steps that follow right on one another, the start and a usual end included."""
    end = () if way[-1:] and way[-1] in ENDINGS else (END,)
    return {pair for pair in pairwise((START, *way, *end)) if pair[1] not in ENDINGS}
