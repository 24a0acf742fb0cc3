"""The graph behind the picture, and the picture's geometry."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import pytest

from workflows.diagram import graph, layout
from workflows.diagram.connectors import Line, Point
from workflows.diagram.layout import Place
from workflows.engine.labels import PROCESSES, STEPS, TRANSITIONS
from workflows.flows.consultation import ConsultationFlow
from workflows.flows.incident import IncidentFlow
from workflows.flows.service_request import ServiceRequestFlow

every = pytest.mark.parametrize("flow_class", [IncidentFlow, ServiceRequestFlow, ConsultationFlow])


@every
def test_every_visible_step_and_process_has_a_name(flow_class: Any) -> None:
    assert set(graph.steps(flow_class)) - set(STEPS) == set()
    assert flow_class.__name__ in PROCESSES


def test_no_name_is_left_over() -> None:
    steps = {*graph.steps(IncidentFlow), *graph.steps(ServiceRequestFlow)}
    ways = {*graph.drawn(IncidentFlow), *graph.drawn(ServiceRequestFlow)}
    assert (set(STEPS) - steps, set(TRANSITIONS) - ways) == (set(), set())


def test_the_main_row_reads_from_start_to_end() -> None:
    rest = ("accept", "work", "verification", "confirm", "end")
    assert graph.main_row(IncidentFlow) == ("start", "classify", *rest)
    assert graph.main_row(ServiceRequestFlow) == ("start", "approve", *rest)
    assert graph.main_row(ConsultationFlow) == ("start", *rest)


def test_inner_nodes_are_passed_through() -> None:
    ways = graph.ways(IncidentFlow)
    assert ways["accept"] == ("work",)
    assert ways["wait_client"] == ("work", "review")
    assert ways["confirm"] == ("verification", "end")
    assert graph.ways(ServiceRequestFlow)["start"] == ("approve", "fulfil", "accept")


def test_a_plan_is_only_over_after_a_task() -> None:
    ways = graph.ways(ServiceRequestFlow)
    assert "confirm" not in ways["approve"]
    assert ways["fulfil"] == ("fulfil", "verification", "confirm")


@every
def test_each_line_is_a_way_of_the_flow(flow_class: Any) -> None:
    ways = graph.ways(flow_class)
    assert all(target in ways[source] for source, target in graph.drawn(flow_class))
    lines = {(line.source, line.target) for line in layout.of(flow_class).lines}
    back = {(line.target, line.source) for line in layout.of(flow_class).lines if line.is_two_way}
    assert lines | back == set(graph.drawn(flow_class))


@every
def test_steps_stand_apart_and_inside_the_frame(flow_class: Any) -> None:
    drawing = layout.of(flow_class)
    for place in drawing.places.values():
        assert 0 < place.left < place.right < drawing.width <= 880
        assert 0 < place.top < place.bottom < drawing.height
    for one, other in combinations(drawing.places.values(), 2):
        apart = one.right < other.left or other.right < one.left
        assert apart or one.bottom < other.top or other.bottom < one.top


@every
def test_lines_are_orthogonal_and_run_through_no_step(flow_class: Any) -> None:
    drawing = layout.of(flow_class)
    for line in drawing.lines:
        for start, end in pairwise(line.points):
            assert start.x == end.x or start.y == end.y
            assert not [name for name, place in drawing.places.items() if runs_through(start, end, place)]


@every
def test_no_two_lines_cross(flow_class: Any) -> None:
    for one, other in combinations(layout.of(flow_class).lines, 2):
        assert not crossing(one, other), (one, other)


def test_the_layout_is_worked_out_once() -> None:
    assert layout.of(IncidentFlow) is layout.of(IncidentFlow)


def test_a_line_turns_in_round_corners_and_ends_at_its_heads() -> None:
    line = Line("a", "b", [Point(0, 0), Point(50, 0), Point(50, 40)], is_two_way=True)
    assert line.path == "M7 0L44 0Q50 0 50 6L50 33"
    assert (line.head, line.back_head) == ("M50 40l-3.5 -7h7z", "M0 0l7 -3.5v7z")


def runs_through(start: Point, end: Point, place: Place) -> bool:
    """Touching an edge is no running through."""
    across = min(start.x, end.x) < place.right and place.left < max(start.x, end.x)
    down = min(start.y, end.y) < place.bottom and place.top < max(start.y, end.y)
    return across and down


def crossing(one: Line, other: Line) -> bool:
    """A vertical part of one line cuts a horizontal part of the other."""
    return any(cut(a, b) or cut(b, a) for a in pairwise(one.points) for b in pairwise(other.points))


def cut(vertical: tuple[Point, Point], level: tuple[Point, Point]) -> bool:
    (top, bottom), (left, right) = vertical, level
    if top.x != bottom.x or left.y != right.y:
        return False
    inside = min(left.x, right.x) < top.x < max(left.x, right.x)
    return inside and min(top.y, bottom.y) < left.y < max(top.y, bottom.y)
