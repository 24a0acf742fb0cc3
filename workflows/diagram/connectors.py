"""Orthogonal lines with rounded corners and arrow heads, as SVG path data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

RADIUS, HEAD = 6, 7
# The head with its tip at the origin, by the direction in which it points.
HEADS = {
    (1, 0): "l-7 -3.5v7z",
    (-1, 0): "l7 -3.5v7z",
    (0, 1): "l-3.5 -7h7z",
    (0, -1): "l-3.5 7h7z",
}


class Point(NamedTuple):
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """A way from step `source` to step `target` along corner `points`."""

    source: str
    target: str
    points: list[Point]
    is_loop: bool = False
    is_two_way: bool = False

    @cached_property
    def path(self) -> str:
        """The line without its heads."""
        points = _without_repeats(self.points)
        start = _toward(points[0], points[1], HEAD if self.is_two_way else 0)
        end = _toward(points[-1], points[-2], HEAD)
        parts = [f"M{start.x} {start.y}"]
        for before, corner, after in zip(points, points[1:], points[2:], strict=False):
            enter, leave = _toward(corner, before, RADIUS), _toward(corner, after, RADIUS)
            parts.append(f"L{enter.x} {enter.y}Q{corner.x} {corner.y} {leave.x} {leave.y}")
        return "".join([*parts, f"L{end.x} {end.y}"])

    @cached_property
    def head(self) -> str:
        return _head(_without_repeats(self.points))

    @cached_property
    def back_head(self) -> str:
        return _head(_without_repeats(self.points)[::-1]) if self.is_two_way else ""

    @cached_property
    def label_at(self) -> Point:
        """The middle of a line's long side, a little above it."""
        first, second = self.points[len(self.points) // 2 - 1 : len(self.points) // 2 + 1]
        return Point((first.x + second.x) // 2, first.y - 5)


def _without_repeats(points: list[Point]) -> list[Point]:
    """Corners only: a point between two others of the same column or row is none."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and (kept[-2].x == kept[-1].x == point.x or kept[-2].y == kept[-1].y == point.y):
            kept.pop()
        kept.append(point)
    return kept


def _toward(point: Point, other: Point, distance: int) -> Point:
    """The point moved along the line to `other`, at most to its middle."""
    dx, dy = other.x - point.x, other.y - point.y
    step = min(distance, max(abs(dx), abs(dy)) // 2)
    return Point(point.x + _sign(dx) * step, point.y + _sign(dy) * step)


def _head(points: list[Point]) -> str:
    before, tip = points[-2:]
    direction = (_sign(tip.x - before.x), _sign(tip.y - before.y))
    return f"M{tip.x} {tip.y}{HEADS[direction]}"


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
