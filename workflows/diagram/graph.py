"""A flow's own graph without its inner nodes: the steps people know, and the ways between them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from viewflow.workflow import flow

from workflows.engine.labels import STEPS
from workflows.engine.nodes import ForEach

# Steps for people, messages we wait for, and the two ends of the way.
VISIBLE_TYPES = {"HUMAN", "EVENT", "START", "END"}
# A second run and a refusal have doors of their own; the picture has one on each side. A task that waits for
# the client is still that task.
SECOND_DOORS = {"start_again", "start_corrected", "start_resolved", "end_rejected", "fulfil_wait"}


@cache
def steps(flow_class: Any) -> tuple[str, ...]:
    """The visible steps in the order in which the flow declares them: forward is as the author wrote."""
    nodes = {node.name: node for node in flow_class.instance.nodes()}
    return tuple(
        name
        for name in vars(flow_class)
        if name in nodes and name not in SECOND_DOORS and nodes[name].task_type in VISIBLE_TYPES
    )


@cache
def main_row(flow_class: Any) -> tuple[str, ...]:
    """The straight way from start to end; every other step stands below it."""
    return tuple(name for name in steps(flow_class) if name not in STEPS or not STEPS[name].under)


@cache
def ways(flow_class: Any) -> dict[str, tuple[str, ...]]:
    """For each visible step, the visible steps that can come right after it, in declared order."""
    order = steps(flow_class)
    found = {}
    for name in order:
        reached = set(_reached(_node(flow_class, name), _node(flow_class, name), order, set()))
        found[name] = tuple(target for target in order if target in reached)
    return found


@cache
def drawn(flow_class: Any) -> tuple[tuple[str, str], ...]:
    """The ways worth a line.

    Several steps meet at one switch and have the same ways out. Its first step draws them all;
    the others draw the way back to it and the way on, so that the picture stays readable.
    """
    row, hubs = main_row(flow_class), _hubs(flow_class)
    lines = []
    for source, targets in ways(flow_class).items():
        first = hubs.get(source, source)
        kept = targets if first == source else (first, *_way_on(source, targets, row))
        lines += [(source, target) for target in targets if target in kept and target != source]
    return tuple(lines)


def _reached(node: Any, source: Any, order: tuple[str, ...], seen: set[str]) -> Iterator[str]:
    for edge in node._outgoing():
        target = edge.dst
        if isinstance(node, ForEach) and target is node._if_none and source is not node._next:
            continue  # "nothing left to do" is only met after doing something
        if getattr(node, "is_shortcut", False) and target is node._on_true:
            continue
        if target.name in order:
            yield target.name
        elif target.name not in seen:
            seen.add(target.name)
            yield from _reached(target, source, order, seen)


def _hubs(flow_class: Any) -> dict[str, str]:
    """For each step that leads straight to a switch, the first step that does."""
    first: dict[str, str] = {}
    hubs = {}
    for name in steps(flow_class):
        for edge in _node(flow_class, name)._outgoing():
            if isinstance(edge.dst, flow.Switch):
                hubs[name] = first.setdefault(edge.dst.name, name)
    return hubs


def _way_on(source: str, targets: tuple[str, ...], row: tuple[str, ...]) -> tuple[str, ...]:
    """The next step of the main row, if it can come right after this one."""
    following = row[row.index(source) + 1 :][:1] if source in row else ()
    return tuple(name for name in following if name in targets)


def _node(flow_class: Any, name: str) -> Any:
    return flow_class.instance.node(name)
