"""Where the nodes of a whole flow stand in its BPMN picture, and how the lines between them run.

Columns follow the way on; a line runs level in the free strips between rows and upright in those between
columns, each on a track of its own, so none runs through a node or along another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

TASK, SMALL, GATE = (110, 80), (36, 36), (50, 50)
TRACK, STRIP = 12, 44  # between two lines side by side; the least width of a strip without lines

Point = tuple[int, int]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> Point:
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True)
class Picture:
    boxes: dict[str, Box]
    lines: dict[Pair, list[Point]]


@dataclass(frozen=True)
class Shape:
    """What the layout knows of a node; `host` names the step on whose border it stands."""

    name: str
    size: tuple[int, int]
    is_beginning: bool = False
    host: str = ""


def lay_out(shapes: Sequence[Shape], ways: Sequence[Pair]) -> Picture:
    """The same nodes and ways in the same order always give the same picture."""
    return _Drawing(shapes, ways).picture()


class _Drawing:
    def __init__(self, shapes: Sequence[Shape], ways: Sequence[Pair]) -> None:
        self.shapes = {shape.name: shape for shape in shapes}
        self.ways = list(ways)
        self.following: dict[str, list[str]] = defaultdict(list)
        for source, target in [*ways, *((shape.host, shape.name) for shape in shapes if shape.host)]:
            self.following[source].append(target)
        self.columns = self._columns()
        self.rows = self._rows()
        self.upright: dict[int, list[Any]] = defaultdict(list)  # strip before a column: whose lines run there
        self.level: dict[int, list[Pair]] = defaultdict(list)  # strip above a row
        for way in self.ways:
            self._book(way)

    def picture(self) -> Picture:
        boxes = self._boxes()
        return Picture(boxes, {way: self._line(way, boxes) for way in self.ways})

    # Columns: the longest way from a beginning, ways back left out.
    def _columns(self) -> dict[str, int]:
        columns = dict.fromkeys(self.shapes, 0)
        for name in self._in_order():
            for target in self.forward[name]:
                columns[target] = max(columns[target], columns[name] + 1)
        for shape in self.shapes.values():
            if shape.host:
                columns[shape.name] = columns[shape.host]
        return columns

    def _in_order(self) -> list[str]:
        """Every node before those it leads on to; `forward` keeps the ways that do not lead back."""
        self.forward: dict[str, list[str]] = defaultdict(list)
        done: list[str] = []
        for shape in self.shapes.values():
            if shape.is_beginning:
                self._visit(shape.name, [], done)
        return done[::-1]

    def _visit(self, name: str, above: list[str], done: list[str]) -> None:
        if name in done:
            return
        for target in self.following[name]:
            if target not in [*above, name]:
                self.forward[name].append(target)
                self._visit(target, [*above, name], done)
        done.append(name)

    # Rows: beside the step before, else the next free place below.
    def _rows(self) -> dict[str, int]:
        rows: dict[str, int] = {}
        taken: set[tuple[int, int]] = set()
        for name in sorted(self.shapes, key=lambda one: self.columns[one]):
            shape = self.shapes[name]
            if shape.host:
                continue
            row = min((rows[one] for one in self._before(name) if one in rows), default=0)
            while (self.columns[name], row) in taken:
                row += 1
            rows[name] = row
            taken.add((self.columns[name], row))
        return rows | {shape.name: rows[shape.host] for shape in self.shapes.values() if shape.host}

    def _before(self, name: str) -> Iterable[str]:
        for source, targets in self.forward.items():
            if name in targets:
                yield self.shapes[source].host or source

    # Lines: into the strip right of the source, along one between rows, into the strip before the target.
    def _book(self, way: Pair) -> None:
        source, target = way
        out, into = self.columns[source] + 1, self.columns[target]
        is_near = out == into and not self.shapes[source].host
        if is_near and self.rows[source] == self.rows[target]:
            return
        self.upright[into].append((way, "into"))
        if not is_near:
            if not self.shapes[source].host:
                self.upright[out].append((way, "out"))
            self.level[self._strip(way)].append(way)

    def _strip(self, way: Pair) -> int:
        """Above the lower of the two rows; below the row when the line goes on in it or leaves its border."""
        source, target = (self.rows[name] for name in way)
        if self.shapes[way[0]].host:
            return source + 1
        if source == target:
            return source + (self.columns[way[0]] < self.columns[way[1]])
        return max(source, target)

    def _boxes(self) -> dict[str, Box]:
        widths, heights = _largest(self.columns, self.shapes, 0), _largest(self.rows, self.shapes, 1)
        self.lefts = _placed(widths, {strip: len(lines) for strip, lines in self.upright.items()})
        self.tops = _placed(heights, {strip: len(lines) for strip, lines in self.level.items()})
        boxes = {}
        for name, shape in self.shapes.items():
            if shape.host:
                continue
            column, row, (width, height) = self.columns[name], self.rows[name], shape.size
            x = self.lefts[column] + (widths[column] - width) // 2
            boxes[name] = Box(x, self.tops[row] + (heights[row] - height) // 2, width, height)
        for name, shape in self.shapes.items():
            if shape.host:
                boxes[name] = _on_border(boxes[shape.host], shape.size)
        return boxes

    def _line(self, way: Pair, boxes: dict[str, Box]) -> list[Point]:
        source, target = boxes[way[0]], boxes[way[1]]
        start, end = (source.x + source.width, source.middle[1]), (target.x, target.middle[1])
        strip = self.columns[way[1]]
        if way not in self.level[self._strip(way)]:
            if (way, "into") not in self.upright[strip]:
                return [start, end]
            between = self._upright_at(strip, (way, "into"))
            return [start, (between, start[1]), (between, end[1]), end]
        track = self.tops[self._strip(way)] - TRACK * (1 + self.level[self._strip(way)].index(way))
        before = self._upright_at(strip, (way, "into"))
        tail = [(before, track), (before, end[1]), end]
        if self.shapes[way[0]].host:
            down = source.middle[0]
            return [(down, source.y + source.height), (down, track), *tail]
        after = self._upright_at(self.columns[way[0]] + 1, (way, "out"))
        return [start, (after, start[1]), (after, track), *tail]

    def _upright_at(self, strip: int, line: Any) -> int:
        return self.lefts[strip] - TRACK * (1 + self.upright[strip].index(line))


def _largest(places: dict[str, int], shapes: dict[str, Shape], side: int) -> dict[int, int]:
    sizes: dict[int, int] = defaultdict(int)
    for name, place in places.items():
        sizes[place] = max(sizes[place], shapes[name].size[side])
    return dict(sizes)


def _placed(sizes: dict[int, int], lines: dict[int, int]) -> dict[int, int]:
    """Where each column (or row) begins, and one after the last; before each is a strip for its lines."""
    places, at = {}, 0
    for number in range(max(sizes) + 2):
        at += max(STRIP, TRACK * (lines.get(number, 0) + 2))
        places[number] = at
        at += sizes.get(number, 0)
    return places


def _on_border(host: Box, size: tuple[int, int]) -> Box:
    x, y = host.x + host.width - size[0] - 8, host.y + host.height - size[1] // 2
    return Box(x, y, *size)
