"""Where the steps of a flow stand and how the lines between them run; worked out once for each flow.

Units are those of the drawing (1 = 1 px at full size), rounded to whole numbers. The main row runs from
left to right; side steps stand below it. Lines are orthogonal. Lines along the main row that
skip a step or lead back run above it, nested in one another so that none crosses another;
lines to side steps run between the rows, or under the lower row when a step is in between; a step that has
a side step right below it is then reached from its right, inside the lines that go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from workflows.diagram import graph
from workflows.diagram.connectors import Line, Point
from workflows.engine.labels import STEPS

BOX, HEIGHT, CIRCLE = 110, 52, 26
GAP, MARGIN, ROW = 33, 8, 112
LABEL = 12  # room for words over the highest line
PORT, LEVEL = 26, 24  # between lines that leave the same edge of a step; between lines one over another


@dataclass(frozen=True)
class Place:
    """A step's middle and size."""

    x: int
    y: int
    width: int = BOX
    height: int = HEIGHT

    @property
    def is_circle(self) -> bool:
        return self.width == CIRCLE

    @property
    def left(self) -> int:
        return self.x - self.width // 2

    @property
    def right(self) -> int:
        return self.x + self.width // 2

    @property
    def top(self) -> int:
        return self.y - self.height // 2

    @property
    def bottom(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Layout:
    width: int
    height: int
    places: dict[str, Place]
    lines: tuple[Line, ...]


@cache
def of(flow_class: Any) -> Layout:
    """Return the layout of a flow; the same graph always gives the same picture."""
    return _Drawing(flow_class).layout()


class _Drawing:
    """Places first, then the three sorts of lines."""

    def __init__(self, flow_class: Any) -> None:
        self.row = graph.main_row(flow_class)
        self.order = graph.steps(flow_class)
        self.ways = graph.drawn(flow_class)
        self.arcs = [way for way in self.ways if self._is_arc(*way)]
        self.levels = _levels([(self._column(a), self._column(b)) for a, b in self.arcs])
        self.places = self._placed()
        self.tops = {name: self._ports(name, self.arcs) for name in self.row}
        self.below = self._pairs()
        between = [way for way in self.below if not self._goes_under(*way)]
        self.bottoms = {name: self._ports(name, between) for name in self.row}

    def layout(self) -> Layout:
        lines = [self._straight(*way) for way in self.ways if self._is_straight(*way)]
        lines += [self._arc(*way, level) for way, level in zip(self.arcs, self.levels, strict=True)]
        lines += [self._down(*way) for way in self.below]
        width = max(place.right for place in self.places.values()) + MARGIN
        under = LEVEL * max((self._depth(*way) for way in self.below if self._goes_under(*way)), default=0)
        height = max(place.bottom for place in self.places.values()) + under + MARGIN
        return Layout(width, height, self.places, tuple(lines))

    def _column(self, name: str) -> int:
        """The column of the main row; a side step has the column of the step above it."""
        return self.row.index(name if name in self.row else STEPS[name].under)

    def _is_straight(self, a: str, b: str) -> bool:
        if (a in self.row) != (b in self.row):
            return False
        return self._column(b) - self._column(a) == (1 if a in self.row else -1)

    def _is_arc(self, a: str, b: str) -> bool:
        return a in self.row and b in self.row and not self._is_straight(a, b)

    def _placed(self) -> dict[str, Place]:
        y = MARGIN + LABEL + LEVEL * max(self.levels, default=0) + HEIGHT // 2
        places, left = {}, MARGIN
        for name in self.row:
            width, height = (CIRCLE, CIRCLE) if name in ("start", "end") else (BOX, HEIGHT)
            places[name] = Place(left + width // 2, y, width, height)
            left += width + GAP
        for name in self.order:
            if name not in self.row:
                places[name] = Place(places[STEPS[name].under].x, y + ROW)
        return places

    def _pairs(self) -> list[tuple[str, str]]:
        """Ways between the rows; there and back is one line with two heads."""
        crossing = [(a, b) for a, b in self.ways if (a in self.row) != (b in self.row)]
        return [(a, b) for a, b in crossing if a in self.row or (b, a) not in crossing]

    def _ports(self, name: str, ways: list[tuple[str, str]]) -> dict[str, int]:
        """The x of each line on one edge of a step, by the step at its other end.

        Nested lines do not cross: of those to the left the farthest stands nearest the middle, and so on
        those to the right the farthest comes first. A line straight down keeps the middle.
        """
        here = self._column(name)
        others = [b if a == name else a for a, b in ways if name in (a, b)]
        others.sort(key=lambda other: (_side(self._column(other) - here), -self._column(other)))
        middle = next((i for i, o in enumerate(others) if self._column(o) == here), (len(others) - 1) / 2)
        return {
            other: self.places[name].x + round((place - middle) * PORT) for place, other in enumerate(others)
        }

    def _goes_under(self, a: str, b: str) -> bool:
        """From a side step to the main row past other side steps."""
        low, high = sorted((self._column(a), self._column(b)))
        return any(low < column < high for column in self._side_columns())

    def _side_columns(self) -> set[int]:
        return {self._column(name) for name in self.order if name not in self.row}

    def _comes_round(self, b: str) -> bool:
        """A side step stands right below the end of a line that goes under."""
        return self._column(b) in self._side_columns()

    def _depth(self, a: str, b: str) -> int:
        """How far under the lower row a line runs: one that goes on lies outside those that come round."""
        is_inside = any(self._comes_round(end) for start, end in self.below if start == a and end != b)
        return 2 if is_inside and not self._comes_round(b) else 1

    def _straight(self, a: str, b: str) -> Line:
        start, end = self.places[a], self.places[b]
        if start.x < end.x:
            points = [Point(start.right, start.y), Point(end.left, end.y)]
        else:
            points = [Point(start.left, start.y), Point(end.right, end.y)]
        return Line(a, b, points)

    def _arc(self, a: str, b: str, level: int) -> Line:
        start, end = self.places[a], self.places[b]
        track = start.y - HEIGHT // 2 - level * LEVEL
        out, into = self.tops[a][b], self.tops[b][a]
        points = [Point(out, start.top), Point(out, track), Point(into, track), Point(into, end.top)]
        return Line(a, b, points, is_loop=self._column(b) < self._column(a))

    def _down(self, a: str, b: str) -> Line:
        two_way = (b, a) in self.ways
        loop = b in self.row and not self._goes_under(a, b)
        return Line(a, b, self._down_points(a, b), is_loop=loop, is_two_way=two_way)

    def _down_points(self, a: str, b: str) -> list[Point]:
        start, end = self.places[a], self.places[b]
        if self._goes_under(a, b):
            return self._round(start, end) if self._comes_round(b) else self._under(a, b)
        if start.is_circle:  # its name stands below it
            fork = start.right + GAP // 2
            return [
                Point(start.right, start.y),
                Point(fork, start.y),
                Point(fork, end.y),
                Point(end.left, end.y),
            ]
        if b in self.row:
            return self._down_points(b, a)[::-1]
        out, track = self.bottoms[a][b], (start.bottom + end.top) // 2
        return [Point(out, start.bottom), Point(out, track), Point(end.x, track), Point(end.x, end.top)]

    def _under(self, a: str, b: str) -> list[Point]:
        start, end = self.places[a], self.places[b]
        track = start.bottom + LEVEL * self._depth(a, b) - MARGIN
        return [
            Point(start.x, start.bottom),
            Point(start.x, track),
            Point(end.x, track),
            Point(end.x, end.bottom),
        ]

    def _round(self, start: Place, end: Place) -> list[Point]:
        """Up again beyond the side step, and to the right half of the step above it."""
        track, between = start.bottom + LEVEL - MARGIN, (end.bottom + start.top) // 2
        out, up, into = start.x + PORT, end.right + GAP // 2, end.x + PORT
        return [
            Point(out, start.bottom),
            Point(out, track),
            Point(up, track),
            Point(up, between),
            Point(into, between),
            Point(into, end.bottom),
        ]


def _side(distance: int) -> int:
    return (distance > 0) - (distance < 0)


def _levels(spans: list[tuple[int, int]]) -> list[int]:
    """How high each line runs above the row: over all shorter ones inside its span."""
    levels: dict[int, int] = {}
    for index in sorted(range(len(spans)), key=lambda i: abs(spans[i][1] - spans[i][0])):
        low, high = sorted(spans[index])
        inside = [levels[i] for i in levels if low < max(spans[i]) and min(spans[i]) < high]
        levels[index] = max(inside, default=0) + 1
    return [levels[index] for index in range(len(spans))]
