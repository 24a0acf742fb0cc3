"""A way with its loops folded: what repeats at once is said once, with how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Part(NamedTuple):
    """Steps that were gone `times` times, one round after another."""

    steps: tuple[str, ...]
    times: int


def folded(way: Sequence[str]) -> list[Part]:
    """“a b c b c d” is a, then twice b c, then d. Of several ways to fold, that which takes in most;
    of those the one with the shortest round. Steps outside loops stand together."""
    parts: list[Part] = []
    place = 0
    while place < len(way):
        length, times = _round_at(way, place)
        if times == 1 and parts and parts[-1].times == 1:
            parts[-1] = Part((*parts[-1].steps, way[place]), 1)
        else:
            parts.append(Part(tuple(way[place : place + length]), times))
        place += length * times
    return parts


def unfolded(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(step for part in parts for step in part.steps * part.times)


def _round_at(way: Sequence[str], place: int) -> tuple[int, int]:
    """The length of the round that begins here, and how often it is gone."""
    best = (1, 1)
    for length in range(1, (len(way) - place) // 2 + 1):
        times = 1
        while way[place : place + length] == way[place + times * length : place + (times + 1) * length]:
            times += 1
        if times > 1 and length * times > best[0] * best[1]:
            best = (length, times)
    return best
