"""Steps that a ticket passed by without a visit, and the lines it went along."""

from __future__ import annotations

from itertools import pairwise

from workflows.diagram import graph
from workflows.diagram.taken_path import Course, Way


def passed_by(course: Course) -> list[str]:
    """Steps of the main row between the two ends of a way the ticket went, if they were never entered."""
    order = graph.steps(course.flow_class)
    between = {name for way in course.gone for name in _between(order, way)}
    return [name for name in graph.main_row(course.flow_class) if name in between - set(course.visits)]


def went_along(course: Course) -> set[Way]:
    """The ways gone; one that has no line of its own is shown along the main row, past what lies between."""
    drawn, row = set(graph.drawn(course.flow_class)), graph.main_row(course.flow_class)
    unseen = [way for way in course.gone if way not in drawn and set(way) <= set(row)]
    past = {step for way in unseen for step in pairwise((way[0], *_between(row, way), way[1]))}
    return course.gone | past


def _between(order: tuple[str, ...], way: Way) -> list[str]:
    """What lies between in this order; nothing on a way back."""
    if not set(way) <= set(order):
        return []
    return list(order[order.index(way[0]) + 1 : order.index(way[1])])
