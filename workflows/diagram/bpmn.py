"""A process as BPMN 2.0 XML with its picture, to be read and drawn by any modeller.

The whole graph: what people do, what the system does, questions, parallel ways, waiting, timers. The file
says how the process runs, it is not meant to be run elsewhere. The same flow and language give the same text.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

from django.utils.duration import duration_iso_string
from viewflow.workflow import flow

from workflows.diagram import bpmn_names
from workflows.diagram.bpmn_layout import GATE, SMALL, TASK, Box, Picture, Shape, lay_out
from workflows.engine.labels import PROCESSES, STEPS
from workflows.engine.nodes import ForEach

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:service-desk:processes"

for _prefix, _space in {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "xsi": XSI}.items():
    ET.register_namespace(_prefix, _space)

_ELEMENTS = {
    "START": "startEvent",
    "END": "endEvent",
    "HUMAN": "userTask",
    "FUNCTION": "serviceTask",
    "EXCLUSIVE_GATEWAY": "exclusiveGateway",
    "SWITCH": "exclusiveGateway",
    "JOIN": "parallelGateway",
    "EVENT": "intermediateCatchEvent",
    "TIMER": "boundaryEvent",
}


def of(flow_class: Any) -> bytes:
    """Return the file of a flow, in the active language."""
    root = ET.Element(
        _tag(BPMN, "definitions"), {"id": f"{flow_class.__name__}.definitions", "targetNamespace": OURS}
    )
    process = ET.SubElement(root, _tag(BPMN, "process"))
    process.attrib |= {"id": flow_class.__name__, "name": _title(flow_class), "isExecutable": "false"}
    edges = _edges(flow_class)
    for node in nodes(flow_class):
        _write_node(process, node, edges)
    for edge in edges:
        _write_edge(process, edge)
    _write_picture(root, flow_class)
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text + b"\n"


@cache
def nodes(flow_class: Any) -> tuple[Any, ...]:
    """Every node that a process of this flow can come to, in the order of their names; ways in come first."""
    known = sorted(flow_class.instance.nodes(), key=lambda node: (node.task_type != "START", node.name))
    reached = {node for node in known if node.task_type == "START"}
    waiting = list(reached)
    while waiting:
        node = waiting.pop()
        following = {*(edge.dst for edge in node._outgoing()), *node._boundary_events} - reached
        reached |= following
        waiting += following
    return tuple(node for node in known if node in reached)


def _edges(flow_class: Any) -> list[Any]:
    return [edge for node in nodes(flow_class) for edge in node._outgoing()]


def _write_node(process: ET.Element, node: Any, edges: list[Any]) -> None:
    element = ET.SubElement(process, _tag(BPMN, _element(node)), {"id": node.name, "name": _name(node)})
    if node.task_type == "TIMER":
        interrupts = str(node._interrupting).lower()
        element.attrib |= {"attachedToRef": node._attached_to.name, "cancelActivity": interrupts}
    for edge in edges:
        if edge.src is node and edge.edge_class == "default":
            element.set("default", _edge_id(edge))
    for way, end in (("incoming", "dst"), ("outgoing", "src")):
        for edge in edges:
            if getattr(edge, end) is node:
                ET.SubElement(element, _tag(BPMN, way)).text = _edge_id(edge)
    _write_meaning(element, node)


def _element(node: Any) -> str:
    if isinstance(node, ForEach):
        return "inclusiveGateway"  # the number of ways taken is known only when it is reached
    if node.task_type == "EVENT" and node._boundary_events:
        return "receiveTask"  # only an activity may carry a timer on its border
    return _ELEMENTS[node.task_type]


def _write_meaning(element: ET.Element, node: Any) -> None:
    """What an event waits for, and that a step may stand there several times."""
    if _element(node) == "intermediateCatchEvent":
        ET.SubElement(element, _tag(BPMN, "messageEventDefinition"), {"id": f"{node.name}.message"})
    elif node.task_type == "TIMER":
        timer = ET.SubElement(element, _tag(BPMN, "timerEventDefinition"), {"id": f"{node.name}.timer"})
        duration = ET.SubElement(
            timer, _tag(BPMN, "timeDuration"), {f"{{{XSI}}}type": "bpmn:tFormalExpression"}
        )
        duration.text = duration_iso_string(_delay(node))
    elif getattr(node, "is_multiple", False):
        ET.SubElement(element, _tag(BPMN, "multiInstanceLoopCharacteristics"))


def _delay(node: Any) -> timedelta:
    delay: timedelta = node._delay(None) if callable(node._delay) else node._delay
    return delay


def _write_edge(process: ET.Element, edge: Any) -> None:
    ends = {"id": _edge_id(edge), "sourceRef": edge.src.name, "targetRef": edge.dst.name}
    name = _way(edge)
    ET.SubElement(process, _tag(BPMN, "sequenceFlow"), ends | ({"name": name} if name else {}))


def _write_picture(root: ET.Element, flow_class: Any) -> None:
    drawn = _picture(flow_class)
    diagram = ET.SubElement(root, _tag(BPMNDI, "BPMNDiagram"), {"id": f"{flow_class.__name__}.diagram"})
    plane = ET.SubElement(diagram, _tag(BPMNDI, "BPMNPlane"), {"id": f"{flow_class.__name__}.plane"})
    plane.set("bpmnElement", flow_class.__name__)
    for node in nodes(flow_class):
        _write_shape(plane, node, drawn.boxes[node.name])
    for edge in _edges(flow_class):
        line = ET.SubElement(plane, _tag(BPMNDI, "BPMNEdge"), {"id": f"{_edge_id(edge)}.line"})
        line.set("bpmnElement", _edge_id(edge))
        for x, y in drawn.lines[edge.src.name, edge.dst.name]:
            ET.SubElement(line, _tag(DI, "waypoint"), {"x": str(x), "y": str(y)})


@cache
def _picture(flow_class: Any) -> Picture:
    """Ways are taken in the order in which the flow declares its nodes: forward is as the author wrote."""
    declared = list(vars(flow_class))
    known = sorted(nodes(flow_class), key=lambda node: _place(node, declared))
    shapes = [
        Shape(
            name=node.name,
            size=_size(node),
            is_beginning=node.task_type == "START",
            host=node._attached_to.name if node.task_type == "TIMER" else "",
        )
        for node in known
    ]
    return lay_out(shapes, [(edge.src.name, edge.dst.name) for node in known for edge in node._outgoing()])


def _place(node: Any, declared: list[str]) -> int:
    return declared.index(node._attached_to.name if node.task_type == "TIMER" else node.name)


def _size(node: Any) -> tuple[int, int]:
    element = _element(node)
    if element.endswith("Task"):
        return TASK
    return GATE if element.endswith("Gateway") else SMALL


def _write_shape(plane: ET.Element, node: Any, box: Box) -> None:
    of_node = {"id": f"{node.name}.shape", "bpmnElement": node.name}
    drawn = ET.SubElement(plane, _tag(BPMNDI, "BPMNShape"), of_node)
    if _element(node) == "exclusiveGateway":
        drawn.set("isMarkerVisible", "true")
    bounds = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    ET.SubElement(drawn, _tag(DC, "Bounds"), {name: str(value) for name, value in bounds.items()})


def _edge_id(edge: Any) -> str:
    return f"{edge.src.name}.to.{edge.dst.name}"


def _title(flow_class: Any) -> str:
    return str(PROCESSES[flow_class.__name__])


def _name(node: Any) -> str:
    """A step of people by its own name; a node that has no words yet by what it is called in the flow."""
    if node.task_type in ("HUMAN", "EVENT") and node.name in STEPS:
        return str(STEPS[node.name].label)
    return str(bpmn_names.NODES.get(node.name, node.name.replace("_", " ")))


def _way(edge: Any) -> str:
    if isinstance(edge.src, flow.If):
        return str(bpmn_names.YES if edge.edge_class == "cond_true" else bpmn_names.NO)
    return str(bpmn_names.TRANSITIONS.get((edge.src.name, edge.dst.name), ""))


def _tag(space: str, name: str) -> str:
    return f"{{{space}}}{name}"
