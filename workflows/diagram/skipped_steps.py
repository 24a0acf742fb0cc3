"""Steps that a ticket skipped, and the transitions it took."""

from __future__ import annotations

from itertools import pairwise

from workflows.diagram import graph
from workflows.diagram.taken_path import TakenPath, Transition


def skipped(path: TakenPath) -> list[str]:
    """Steps of the main row between the two ends of a way the ticket went, if they were never entered."""
    order = graph.steps(path.flow_class)
    between = {name for way in path.gone for name in _between(order, way)}
    return [name for name in graph.main_row(path.flow_class) if name in between - set(path.visits)]


def taken_transitions(path: TakenPath) -> set[Transition]:
    """The ways gone; one that has no line of its own is shown along the main row, past what lies between."""
    drawn, row = set(graph.drawn(path.flow_class)), graph.main_row(path.flow_class)
    unseen = [way for way in path.gone if way not in drawn and set(way) <= set(row)]
    past = {step for way in unseen for step in pairwise((way[0], *_between(row, way), way[1]))}
    return path.gone | past


def _between(order: tuple[str, ...], way: Transition) -> list[str]:
    """What lies between in this order; nothing on a way back."""
    if not set(way) <= set(order):
        return []
    return list(order[order.index(way[0]) + 1 : order.index(way[1])])
