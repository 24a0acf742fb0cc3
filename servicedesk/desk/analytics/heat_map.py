"""The process as a picture of heat: how long its steps take, and how many tickets go which way.

Places and lines are those of the process picture, stretched in height so that each box holds its figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from servicedesk.desk.analytics import wording
from workflows.analytics.figures import Figures, StepFigures
from workflows.analytics.step_names import label
from workflows.diagram import graph, layout
from workflows.diagram.connectors import Line, Point
from workflows.diagram.layout import BOX, Place
from workflows.engine.labels import PROCESSES, TRANSITIONS

STRETCH = 1.6
LETTER = 7  # width of a letter at the size of a step's name
ROW = 13
NOTE = 20  # letters of a note that fit into a box
# Shades from the darkest: the least part of the slowest step's median that has it.
SHADES = (0.5, 0.25, 0.1, 0.02, 0.0)
THINNEST, THICKEST = 10, 60  # of lines, in tenths of a pixel

Url = Callable[[str], str]


@dataclass(frozen=True)
class Box:
    """One step. `shade` is 0 (nothing, or no time) to 5; `sentence` says all of it."""

    name: str
    place: Place
    shade: int
    lines: list[tuple[int, str]]
    notes: list[tuple[int, str]]
    sentence: str
    url: str


@dataclass(frozen=True)
class Way:
    """One line. `width` is in tenths of a pixel; `text` at `at` and `sentence` say its share."""

    line: Line
    width: int
    at: Point
    text: str
    sentence: str
    url: str


@dataclass(frozen=True)
class Shade:
    """A line of the key."""

    shade: int
    text: str


@dataclass(frozen=True)
class Heat:
    width: int
    height: int
    boxes: list[Box]
    ways: list[Way]
    key: list[Shade]
    title: str


def draw(flow_class: Any, figures: Figures, url: Url) -> Heat:
    """`url` makes the address of the tickets behind a figure."""
    drawing = layout.of(flow_class)
    known = {one.step: one for one in figures.steps}
    slowest = max((one.median for one in figures.steps), default=0.0)
    places = {name: _stretched(place) for name, place in drawing.places.items()}
    return Heat(
        width=drawing.width,
        height=round(drawing.height * STRETCH),
        boxes=[_box(name, places[name], known.get(name), slowest, url) for name in graph.steps(flow_class)],
        ways=[_way(_stretched_line(line, drawing.places), figures, url) for line in drawing.lines],
        key=_key(slowest),
        title=str(PROCESSES.get(flow_class.__name__, flow_class.process_title)),
    )


def _stretched(place: Place) -> Place:
    height = place.height if place.is_circle else round(place.height * STRETCH)
    return replace(place, y=round(place.y * STRETCH), height=height)


def _stretched_line(line: Line, places: Mapping[str, Place]) -> Line:
    """Circles keep their size, so a line that begins or ends at one keeps its distance to the middle."""
    points = [Point(point.x, round(point.y * STRETCH)) for point in line.points]
    for end, name in ((0, line.source), (-1, line.target)):
        if places[name].is_circle:
            off = line.points[end].y - places[name].y
            points[end] = Point(line.points[end].x, round(places[name].y * STRETCH) + off)
    return replace(line, points=points)


def shade(median: float, slowest: float) -> int:
    """5 for the slowest and what takes at least half as long, down to 1; 0 where no time is spent."""
    if not median or not slowest:
        return 0
    return next(len(SHADES) - place for place, least in enumerate(SHADES) if median >= least * slowest)


def _key(slowest: float) -> list[Shade]:
    if not slowest:
        return []
    found = [
        Shade(len(SHADES) - place, _("from %(time)s") % {"time": wording.time(least * slowest)})
        for place, least in enumerate(SHADES[:-1])
    ]
    return [*found, Shade(1, _("less"))]


def _box(name: str, place: Place, known: StepFigures | None, slowest: float, url: Url) -> Box:
    rows = [label(name)] if place.is_circle else _rows(label(name))
    notes = [] if known is None or place.is_circle else _notes(known)
    middle = place.y + 4 - ROW * (len(rows) + len(notes) - 1) // 2
    first = place.bottom + 15 if place.is_circle else middle
    lines = [(first + ROW * number, row) for number, row in enumerate(rows)]
    below = first + ROW * len(rows) + 1
    return Box(
        name=name,
        place=place,
        shade=shade(known.median, slowest) if known else 0,
        lines=lines,
        notes=[(below + ROW * number, note) for number, note in enumerate(notes)],
        sentence=_sentence(name, known),
        url=url(f"step.{name}") if known else "",
    )


def _notes(known: StepFigures) -> list[str]:
    times = {"median": wording.time(known.median), "p90": wording.time(known.p90)}
    together = _("%(median)s · p90 %(p90)s") % times
    rows = [together] if len(together) <= NOTE else together.split(" · ")
    return [*rows, _("%(visits)s visits") % {"visits": wording.number(known.visits)}]


def _sentence(name: str, known: StepFigures | None) -> str:
    if known is None:
        return label(name)
    values = {
        "step": label(name),
        "median": wording.time(known.median),
        "p90": wording.time(known.p90),
        "visits": wording.number(known.visits),
        "tickets": wording.tickets(known.tickets),
    }
    return _("%(step)s: median %(median)s, p90 %(p90)s, %(visits)s visits by %(tickets)s.") % values


def _rows(text: str) -> list[str]:
    """One row, or two of about the same length."""
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    if len(text) * LETTER <= BOX - 2 * LETTER or not spaces:
        return [text]
    cut = min(spaces, key=lambda place: abs(2 * place - len(text)))
    return [text[:cut], text[cut + 1 :]]


def _way(line: Line, figures: Figures, url: Url) -> Way:
    """A line with two heads is as thick as its busier direction."""
    pairs = [(line.source, line.target)] + [(line.target, line.source)] * line.is_two_way
    source, target = max(pairs, key=lambda pair: figures.gone.get(pair, 0))
    count = figures.gone.get((source, target), 0)
    part = count / figures.tickets if figures.tickets else 0.0
    told = wording.share(part) if count else ""
    named = TRANSITIONS.get((line.source, line.target), "")
    values = {"source": label(source), "target": label(target), "share": told}
    width = THINNEST + round((THICKEST - THINNEST) * part) if count else 0
    return Way(
        line=line,
        width=width,
        at=_label_at(line, width),
        text=" ".join(part for part in (str(named), told) if part),
        sentence=_("%(source)s → %(target)s: %(share)s of the tickets") % values if count else "",
        url=url(f"way.{source}.{target}") if count else "",
    )


def _label_at(line: Line, width: int) -> Point:
    """Over the middle of the longest piece, or on it where that one is upright."""
    pieces = list(pairwise(line.points))
    first, second = max(pieces, key=lambda piece: abs(piece[0].x - piece[1].x) + abs(piece[0].y - piece[1].y))
    middle = Point((first.x + second.x) // 2, (first.y + second.y) // 2)
    return Point(middle.x, middle.y + (3 if first.x == second.x else -5 - width // 25))
