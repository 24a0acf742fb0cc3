"""The process of a ticket as a picture: what is done, what is current, what can come next, what was passed
by. The same is said in words and as a list, for whoever does not see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.lib.formatting import duration
from servicedesk.tickets.models import Ticket
from workflows import fulfilment
from workflows.diagram import graph, layout, skipped_steps, taken_path
from workflows.diagram.connectors import Line
from workflows.diagram.layout import BOX, Layout, Place
from workflows.diagram.taken_path import TakenPath, Visits
from workflows.engine.labels import PROCESSES, STATES, STEPS, TRANSITIONS

LETTER = 7  # width of a letter at the size of a step's name

States = dict[str, list[str]]


@dataclass(frozen=True)
class Node:
    """One step. `state` holds words of `labels.STATES`; a step may be done and possible again."""

    name: str
    place: Place
    state: str
    lines: list[tuple[int, str]]
    detail: str = ""
    detail_y: int = 0

    @property
    def has_tick(self) -> bool:
        return "done" in self.state and not self.place.is_circle

    @property
    def has_cross(self) -> bool:
        return "ended" in self.state


@dataclass(frozen=True)
class Edge:
    """One line; `is_done` when this ticket has gone along it."""

    line: Line
    is_done: bool
    label: str


@dataclass(frozen=True)
class Row:
    """One step in words, for the list."""

    label: str
    state: str
    times: int
    spent: str


@dataclass(frozen=True)
class Diagram:
    """`label` says the whole picture in words; `title` is for a heading; `key` is its own on a page."""

    key: str
    width: int
    height: int
    nodes: list[Node]
    edges: list[Edge]
    label: str
    title: str
    rows: list[Row]


def draw(ticket: Ticket, at: datetime | None = None, left: Mapping[str, str] | None = None) -> Diagram:
    """Return the picture of the process that a ticket is in, or was last: see `draw_all`."""
    return draw_all(ticket, at, left)[0]


def draw_all(
    ticket: Ticket, at: datetime | None = None, left: Mapping[str, str] | None = None
) -> list[Diagram]:
    """Return one picture for each process the ticket went through, the current one first; one statement.

    A process that was re-opened stays one picture; a correction of the type begins another. `at` is the
    reader's now, up to which open steps count; `left` says of open steps what is left of their time.
    """
    found = taken_path.of_ticket(ticket, at or timezone.now())
    return [_draw(ticket, one, f"process-{place}", left or {}) for place, one in enumerate(found, 1)]


def _draw(ticket: Ticket, path: TakenPath, key: str, left: Mapping[str, str]) -> Diagram:
    drawing, states = layout.of(path.flow_class), _states(ticket, path)
    order = graph.steps(path.flow_class)
    edges = [_edge(line, skipped_steps.taken_transitions(path)) for line in drawing.lines]
    return Diagram(
        key=key,
        width=drawing.width,
        height=drawing.height,
        nodes=[_node(name, drawing, states, left.get(name) or _detail(path, name)) for name in order],
        edges=sorted(edges, key=lambda edge: edge.is_done),  # what was gone lies on top
        label=_sentence(ticket, path, states),
        title=_title(ticket, path, states),
        rows=[_row(name, states, path.visits.get(name)) for name in order],
    )


def _states(ticket: Ticket, path: TakenPath) -> States:
    """For each word of `labels.STATES` the steps it is true of, in the order of the flow."""
    order = graph.steps(path.flow_class)
    now = [name for name in order if name in path.now]
    ended = [name for name in order if name in path.ended_at]
    done = [name for name in order if name in path.visits and name not in {*now, *ended}]
    if (now or ended) and "end" in done:
        done.remove("end")  # it was closed once, and was opened again
    return {
        "done": done,
        "now": now,
        "ended": ended,
        "skipped": skipped_steps.skipped(path),
        "next": [] if path.is_corrected else _possible(ticket, path.flow_class, now),
    }


def _possible(ticket: Ticket, flow_class: Any, now: list[str]) -> list[str]:
    """What can come right after the open steps, as this ticket's catalog item decides."""
    ways, closed = graph.ways(flow_class), _closed_ways(ticket)
    found = {target for name in now for target in ways[name] if (name, target) not in closed}
    return [name for name in graph.steps(flow_class) if name in found and name not in now]


def _closed_ways(ticket: Ticket) -> set[tuple[str, str]]:
    passed_by = "confirm" if ticket.catalog_snapshot.get("needs_verification") else "verification"
    without = "accept" if fulfilment.has_plan(ticket) else "fulfil"
    return {*((step, passed_by) for step in ("work", "review", "fulfil")), ("approve", without)}


def _node(name: str, drawing: Layout, states: States, told: str) -> Node:
    place, label = drawing.places[name], _label(name)
    state = " ".join(word for word, names in states.items() if name in names)
    if place.is_circle:
        return Node(name, place, state, [(place.bottom + 15, label)])
    detail = told if state else ""
    rows = _rows(label)
    first = place.y + 4 - 7 * (len(rows) - 1) - (7 if detail else 0)
    lines = [(first + 13 * number, row) for number, row in enumerate(rows)]
    return Node(name, place, state, lines, detail, lines[-1][0] + 14)


def _rows(label: str) -> list[str]:
    """One row, or two of about the same length."""
    if len(label) * LETTER <= BOX - 2 * LETTER:
        return [label]
    spaces = [place for place, letter in enumerate(label) if letter == " "]
    if not spaces:
        return [label]
    cut = min(spaces, key=lambda place: abs(2 * place - len(label)))
    return [label[:cut], label[cut + 1 :]]


def _detail(path: TakenPath, name: str) -> str:
    """Time spent, if any, and how often when more than once."""
    visits = path.visits.get(name)
    if visits is None:
        return ""
    times = [f"×{len(visits.stays)}"] if len(visits.stays) > 1 else []
    return " ".join([*_spent(visits), *times])


def _spent(visits: Visits) -> list[str]:
    return [duration(visits.spent)] if visits.spent >= timedelta(seconds=1) else []


def _edge(line: Line, gone: set[tuple[str, str]]) -> Edge:
    way = (line.source, line.target)
    is_done = way in gone or (line.is_two_way and way[::-1] in gone)
    return Edge(line, is_done, str(TRANSITIONS.get(way, "")))


def _row(name: str, states: States, visits: Visits | None) -> Row:
    words = [str(STATES[word]) for word, names in states.items() if name in names]
    times, spent = (len(visits.stays), _spent(visits)) if visits else (0, [])
    return Row(_label(name), ", ".join(words) or _("not reached"), times, "".join(spent))


def _title(ticket: Ticket, path: TakenPath, states: States) -> str:
    """“Incident process: Work”; without an open step the ticket's status."""
    where = _names(states["now"]) or ticket.status_words
    if path.is_corrected:
        where = _("ended by correction of the type")
    return _("%(process)s: %(step)s") % {"process": _process(path.flow_class), "step": where}


def _sentence(ticket: Ticket, path: TakenPath, states: States) -> str:
    said = [
        (_("Done: %(steps)s."), states["done"]),
        (_("Current: %(steps)s."), states["now"]),
        (_("Ended at: %(steps)s."), states["ended"]),
        (_("Skipped: %(steps)s."), states["skipped"]),
        (_("Possible next: %(steps)s."), states["next"]),
    ]
    parts = [sentence % {"steps": _names(steps)} for sentence, steps in said if steps]
    if path.is_corrected:
        parts.append(_("Ended by correction of the type."))
    elif not states["now"]:
        parts.append(_("Status: %(status)s.") % {"status": ticket.status_words})
    return " ".join([f"{_process(path.flow_class)}.", *parts])


def _process(flow_class: Any) -> str:
    return str(PROCESSES.get(flow_class.__name__, flow_class.process_title))


def _names(names: Iterable[str]) -> str:
    return ", ".join(_label(name) for name in names)


def _label(name: str) -> str:
    return str(STEPS[name].label) if name in STEPS else name
