"""The process of a ticket as a picture: what is done, what is current, what can come next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from servicedesk.lib.formatting import duration
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows import fulfilment, graph, layout
from workflows.labels import PROCESSES, STEPS, WAYS
from workflows.layout import BOX, Place
from workflows.lines import Line
from workflows.start import FLOWS
from workflows.steps import FOR_PEOPLE, WAITING, node_name

LETTER = 7  # width of a letter at the size of a step's name


@dataclass(frozen=True)
class Node:
    """One step. `state` holds the words done, now, next; a step may be done and possible again."""

    name: str
    place: Place
    state: str
    lines: list[tuple[int, str]]
    detail: str = ""
    detail_y: int = 0

    @property
    def has_tick(self) -> bool:
        return "done" in self.state and not self.place.is_circle


@dataclass(frozen=True)
class Edge:
    """One line; `is_done` when this ticket has gone along it."""

    line: Line
    is_done: bool
    label: str


@dataclass(frozen=True)
class Diagram:
    """`label` says the whole picture in words; `title` is for a heading."""

    width: int
    height: int
    nodes: list[Node]
    edges: list[Edge]
    label: str
    title: str


@dataclass
class _Visits:
    """When a step was entered and left; `open` since the last entry."""

    spans: list[tuple[datetime, datetime]]
    is_open: bool = False

    def merged(self) -> list[tuple[datetime, datetime]]:
        """The stays in the step: parallel tasks of one step are one stay."""
        stays: list[tuple[datetime, datetime]] = []
        for entered, left in sorted(self.spans):
            if stays and entered < stays[-1][1]:
                stays[-1] = (stays[-1][0], max(left, stays[-1][1]))
            else:
                stays.append((entered, left))
        return stays


def draw(ticket: Ticket, at: datetime | None = None, left: Mapping[str, str] | None = None) -> Diagram:
    """Return the picture of a ticket's process over all its runs; one statement.

    `at` is the reader's now, up to which open steps count; `left` says of open steps what is left of
    their time. A ticket whose type was corrected shows the process that runs now.
    """
    tasks = _tasks(ticket)
    flow_class = tasks[-1].flow_task.flow_class if tasks else FLOWS[ticket.kind]
    visits = _visits(tasks, at or timezone.now())
    order = graph.steps(flow_class)
    now = [name for name in order if name in visits and visits[name].is_open]
    following = _possible(ticket, flow_class, now)
    done = [name for name in order if name in visits and name not in now]
    if now and "end" in done:
        done.remove("end")  # it was closed once, and is open again
    drawing = layout.of(flow_class)
    edges = [_edge(line, _gone(tasks)) for line in drawing.lines]
    states = {"done": done, "now": now, "next": following}
    return Diagram(
        width=drawing.width,
        height=drawing.height,
        nodes=[
            _node(name, drawing.places[name], states, (left or {}).get(name) or _detail(visits.get(name)))
            for name in order
        ],
        edges=sorted(edges, key=lambda edge: edge.is_done),  # what was gone lies on top
        label=_sentence(ticket, flow_class, states),
        title=_title(ticket, flow_class, now),
    )


def _tasks(ticket: Ticket) -> list[Any]:
    """The ticket's steps of every run, in the order of their beginning; cancelled ones are no steps."""
    found = Task.objects.filter(
        process__run__ticket=ticket, flow_task_type__in=[*FOR_PEOPLE, "START", "END"]
    ).exclude(status__in=[STATUS.CANCELED, STATUS.REVIVED])
    columns = ("flow_task", "flow_task_type", "status", "created", "finished", "process_id")
    return [task for task in found.only(*columns).order_by("process_id", "pk") if node_name(task)]


def _visits(tasks: Iterable[Any], at: datetime) -> dict[str, _Visits]:
    visits: dict[str, _Visits] = defaultdict(lambda: _Visits([]))
    for task in tasks:
        visit = visits[node_name(task)]
        is_open = task.status in WAITING
        visit.spans.append((task.created, at if is_open else task.finished or task.created))
        visit.is_open = visit.is_open or is_open
    return dict(visits)


def _gone(tasks: Sequence[Any]) -> set[tuple[str, str]]:
    """The ways this ticket went: from each step to the one that began after it in the same run."""
    return {
        (node_name(before), node_name(after))
        for before, after in pairwise(tasks)
        if before.process_id == after.process_id
    }


def _possible(ticket: Ticket, flow_class: Any, now: Sequence[str]) -> list[str]:
    """What can come right after the open steps, as this ticket's catalog item decides."""
    ways, closed = graph.ways(flow_class), _closed_ways(ticket)
    found = {target for name in now for target in ways[name] if (name, target) not in closed}
    return [name for name in graph.steps(flow_class) if name in found and name not in now]


def _closed_ways(ticket: Ticket) -> set[tuple[str, str]]:
    passed_by = "confirm" if ticket.catalog_snapshot.get("needs_verification") else "verification"
    without = "accept" if fulfilment.has_plan(ticket) else "fulfil"
    return {("work", passed_by), ("review", passed_by), ("approve", without)}


def _node(name: str, place: Place, states: dict[str, list[str]], told: str) -> Node:
    state = " ".join(word for word, names in states.items() if name in names)
    label = str(STEPS[name].label) if name in STEPS else name
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


def _detail(visits: _Visits | None) -> str:
    """Time spent, if any, and how often when more than once."""
    if visits is None:
        return ""
    stays = visits.merged()
    spent = sum((left - entered for entered, left in stays), timedelta())
    words = [duration(spent)] if spent >= timedelta(seconds=1) else []
    if len(stays) > 1:
        words.append(f"×{len(stays)}")
    return " ".join(words)


def _edge(line: Line, gone: set[tuple[str, str]]) -> Edge:
    way = (line.source, line.target)
    is_done = way in gone or (line.is_two_way and way[::-1] in gone)
    return Edge(line, is_done, str(WAYS.get(way, "")))


def _title(ticket: Ticket, flow_class: Any, now: Sequence[str]) -> str:
    """“Incident process: Work”; without an open step the ticket's status."""
    where = _names(now) or str(Status(ticket.status).label)
    return _("%(process)s: %(step)s") % {"process": _process(flow_class), "step": where}


def _sentence(ticket: Ticket, flow_class: Any, states: dict[str, list[str]]) -> str:
    parts = [f"{_process(flow_class)}."]
    if states["done"]:
        parts.append(_("Done: %(steps)s.") % {"steps": _names(states["done"])})
    if states["now"]:
        parts.append(_("Current: %(steps)s.") % {"steps": _names(states["now"])})
    else:
        parts.append(_("Status: %(status)s.") % {"status": Status(ticket.status).label})
    if states["next"]:
        parts.append(_("Possible next: %(steps)s.") % {"steps": _names(states["next"])})
    return " ".join(parts)


def _process(flow_class: Any) -> str:
    return str(PROCESSES.get(flow_class.__name__, flow_class.process_title))


def _names(names: Iterable[str]) -> str:
    return ", ".join(str(STEPS[name].label) if name in STEPS else name for name in names)
