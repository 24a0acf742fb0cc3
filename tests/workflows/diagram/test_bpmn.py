"""Processes as BPMN 2.0: valid by the schema of its makers, whole, and with a picture."""

from __future__ import annotations

import re
from importlib import util
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.utils.translation import override
from lxml import etree

from workflows.diagram import bpmn, bpmn_names
from workflows.engine.labels import STEPS
from workflows.flows.start import FLOWS

flows = pytest.mark.parametrize("flow_class", FLOWS.values(), ids=lambda one: one.__name__)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")  # a safe part of what an NCName may be
SPACES = {"b": bpmn.BPMN, "di": bpmn.BPMNDI, "dc": bpmn.DC, "d": bpmn.DI}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """That of the Object Management Group, as it lies in a package used by these tests alone."""
    found = util.find_spec("SpiffWorkflow")
    assert found is not None
    assert found.origin is not None
    return etree.XMLSchema(file=Path(found.origin).parent / "bpmn" / "parser" / "schema" / "BPMN20.xsd")


def told(flow_class: Any) -> ET.Element:
    return ET.fromstring(bpmn.of(flow_class))


def process(flow_class: Any) -> ET.Element:
    found = told(flow_class).find("b:process", SPACES)
    assert found is not None
    return found


def reached(flow_class: Any) -> set[Any]:
    """Every node that some way leads to, and what stands on its border."""
    known = {node for node in flow_class.instance.nodes() if node.task_type == "START"}
    while True:
        more = {edge.dst for node in known for edge in node._outgoing()}
        more |= {border for node in known for border in node._boundary_events}
        if more <= known:
            return known
        known |= more


@flows
@pytest.mark.parametrize("language", ["en", "ru", "es"])
def test_it_is_valid(schema: etree.XMLSchema, flow_class: Any, language: str) -> None:
    with override(language):
        schema.assertValid(etree.fromstring(bpmn.of(flow_class)))


@flows
def test_every_node_and_every_way_is_in_it_and_nothing_else(flow_class: Any) -> None:
    kept = [one for one in process(flow_class) if "sequenceFlow" not in one.tag]
    nodes = reached(flow_class)
    assert sorted(one.attrib["id"] for one in kept) == sorted(node.name for node in nodes)
    ways = process(flow_class).findall("b:sequenceFlow", SPACES)
    found = sorted((one.attrib["sourceRef"], one.attrib["targetRef"]) for one in ways)
    assert found == sorted((edge.src.name, edge.dst.name) for node in nodes for edge in node._outgoing())


def test_only_a_shared_part_may_bring_a_node_that_a_flow_never_comes_to() -> None:
    unreached = {
        (flow_class.__name__, node.name)
        for flow_class in FLOWS.values()
        for node in set(flow_class.instance.nodes()) - reached(flow_class)
    }
    assert unreached <= {("IncidentFlow", "is_held")}


@flows
def test_each_node_says_what_comes_in_and_goes_out(flow_class: Any) -> None:
    ways = {one.attrib["id"]: one.attrib for one in process(flow_class).findall("b:sequenceFlow", SPACES)}
    for node in process(flow_class):
        for name, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            said = [one.text for one in node.findall(f"b:{name}", SPACES)]
            assert said == [key for key, way in ways.items() if way[end] == node.attrib["id"]]


@flows
def test_everything_has_a_place_in_the_picture(flow_class: Any) -> None:
    root = told(flow_class)
    shapes = {one.attrib["bpmnElement"] for one in root.iterfind(".//di:BPMNShape", SPACES)}
    lines = {one.attrib["bpmnElement"] for one in root.iterfind(".//di:BPMNEdge", SPACES)}
    everything = {one.attrib["id"] for one in process(flow_class)}
    assert shapes | lines == everything
    assert not shapes & lines
    assert all(len(one) >= 2 for one in root.iterfind(".//di:BPMNEdge", SPACES))


def boxes(flow_class: Any) -> dict[str, tuple[float, ...]]:
    """Left, top, right and bottom of each node that stands for itself."""
    borders = {one.attrib["id"] for one in process(flow_class).findall("b:boundaryEvent", SPACES)}
    found = {}
    for shape in told(flow_class).iterfind(".//di:BPMNShape", SPACES):
        x, y, width, height = (float(shape[0].attrib[name]) for name in ("x", "y", "width", "height"))
        found[shape.attrib["bpmnElement"]] = (x, y, x + width, y + height)
    return {name: box for name, box in found.items() if name not in borders}


@flows
def test_no_two_steps_lie_on_one_another(flow_class: Any) -> None:
    for one, other in combinations(boxes(flow_class).values(), 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


@flows
def test_lines_run_level_or_upright_from_step_to_step_and_through_none(flow_class: Any) -> None:
    known = boxes(flow_class)
    for line in told(flow_class).iterfind(".//di:BPMNEdge", SPACES):
        points = [(float(one.attrib["x"]), float(one.attrib["y"])) for one in line]
        for (x, y), (across, down) in pairwise(points):
            assert x == across or y == down
            through = [
                name
                for name, (left, top, right, bottom) in known.items()
                if min(x, across) < right
                and left < max(x, across)
                and min(y, down) < bottom
                and top < max(y, down)
            ]
            assert through == [], line.attrib["bpmnElement"]
        target = line.attrib["bpmnElement"].partition(".to.")[2]
        assert (points[-1][0], points[-1][1]) == (known[target][0], sum(known[target][1::2]) / 2)


@flows
def test_names_inside_are_safe_and_different(flow_class: Any) -> None:
    keys = [one.attrib["id"] for one in told(flow_class).iter() if "id" in one.attrib]
    assert len(keys) == len(set(keys))
    assert [key for key in keys if not NAME.fullmatch(key)] == []


@flows
def test_every_node_and_every_choice_has_words(flow_class: Any) -> None:
    for node in reached(flow_class):
        assert node.name in STEPS or node.name in bpmn_names.NODES, (
            f"name {node.name} in workflows.diagram.bpmn_names"
        )
    choices = [node for node in process(flow_class) if "Gateway" in node.tag]
    open_ways = {out.text for node in choices for out in node.findall("b:outgoing", SPACES)}
    nameless = [
        one.attrib["id"]
        for one in process(flow_class).findall("b:sequenceFlow", SPACES)
        if one.attrib["id"] in open_ways and "name" not in one.attrib
    ]
    assert nameless in ([], ["stage_done.to.next_stage"])  # a join leaves nothing to choose


def test_no_words_are_left_over() -> None:
    nodes = {node.name for flow_class in FLOWS.values() for node in reached(flow_class)}
    assert set(bpmn_names.NODES) - nodes == set()


def test_what_people_do_and_what_waits_can_be_told_apart() -> None:
    kinds = {one.attrib["id"]: one.tag.rpartition("}")[2] for one in process(FLOWS["service_request"])}
    told_apart = {
        "start": "startEvent", "work": "userTask", "resolution": "serviceTask", "route": "exclusiveGateway",
        "needs_approval": "exclusiveGateway", "stage_done": "parallelGateway", "fan_out": "inclusiveGateway",
        "wait_client": "intermediateCatchEvent", "confirm": "receiveTask", "end_rejected": "endEvent",
        "confirm__timeout": "boundaryEvent", "end": "endEvent",
    }  # fmt: skip
    assert {name: kinds[name] for name in told_apart} == told_apart


def test_the_timer_stands_on_the_border_of_its_step_and_knows_its_time(settings: Any) -> None:
    [timer] = process(FLOWS["incident"]).findall("b:boundaryEvent", SPACES)
    assert (timer.attrib["attachedToRef"], timer.attrib["cancelActivity"]) == ("confirm", "true")
    days = settings.AUTO_CLOSE_AFTER.days
    assert [one.text for one in timer.iterfind(".//b:timeDuration", SPACES)] == [f"P{days}DT00H00M00S"]


def test_steps_are_named_in_the_readers_language() -> None:
    with override("ru"):
        named = {one.attrib["id"]: one.attrib.get("name") for one in process(FLOWS["incident"])}
        assert named["wait_client"] == str(STEPS["wait_client"].label)


@flows
def test_the_same_process_gives_the_same_text(flow_class: Any) -> None:
    assert bpmn.of(flow_class) == bpmn.of(flow_class)
