"""The tickets behind a figure, the slowest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workflows.analytics.figures import pairs, path_key
from workflows.analytics.sample import Flags, Numbers, Sample
from workflows.analytics.step_names import ENDINGS, Party, waits_for

# What a figure can be of, and how many names follow: “step.work”, “way.work.confirm”.
SORTS = {"all": 0, "reopened": 0, "cancelled": 0, "step": 1, "party": 1, "path": 1, "way": 2}


class UnknownFigure(LookupError):
    """There is no such figure; its name came from an address."""


@dataclass(frozen=True)
class Behind:
    """Keys of tickets, and the seconds of each that the figure is about. `steps` is the way, of a path."""

    sort: str
    names: tuple[str, ...]
    tickets: list[int]
    seconds: list[int]
    steps: tuple[str, ...] = ()


def behind(sample: Sample, figure: str) -> Behind:
    """Return the tickets of one figure; equally slow ones the newest first.

    Raises:
        UnknownFigure: no figure has this name.
    """
    sort, *names = figure.split(".")
    if SORTS.get(sort) != len(names):
        raise UnknownFigure(figure)
    seconds, chosen = sample.totals, np.ones(len(sample.tickets), np.bool_)
    steps: tuple[str, ...] = ()
    match sort:
        case "reopened":
            chosen = sample.reopened
        case "cancelled":
            chosen = _of_ways(sample, [way[-1:] == ("cancelled",) for way in sample.ways])
        case "step" | "party":
            seconds, chosen = _in_steps(sample, _steps_of(sample, sort, names[0]))
        case "way":
            chosen = _of_ways(sample, [tuple(names) in pairs(way) for way in sample.ways])
        case "path":
            steps = _steps_of_path(sample, names[0])
            chosen = _of_ways(sample, [way == steps for way in sample.ways])
    return _slowest(Behind(sort, tuple(names), [], [], steps), sample.tickets[chosen], seconds[chosen])


def _steps_of(sample: Sample, sort: str, name: str) -> list[str]:
    if sort == "step":
        return [name]
    if name not in Party.values:
        raise UnknownFigure(name)
    return [step for step in sample.steps if waits_for(step) == name and step not in ENDINGS]


def _in_steps(sample: Sample, steps: list[str]) -> tuple[Numbers, Flags]:
    stays = sample.steps_where(steps)
    was_there = np.zeros(len(sample.tickets), np.bool_)
    was_there[sample.stay_ticket[stays]] = True
    return sample.seconds_where(stays), was_there


def _steps_of_path(sample: Sample, key: str) -> tuple[str, ...]:
    for way in sample.ways:
        if path_key(way) == key:
            return way
    raise UnknownFigure(key)


def _of_ways(sample: Sample, wanted: list[bool]) -> Flags:
    found: Flags = np.array(wanted, np.bool_)[sample.way_of]
    return found


def _slowest(empty: Behind, tickets: Numbers, seconds: Numbers) -> Behind:
    order = np.lexsort((-tickets, -seconds))
    return Behind(
        empty.sort, empty.names, tickets[order].tolist(), seconds[order].tolist(), steps=empty.steps
    )
