"""Moving processes to another flow class, or from old node names to new: docs/processes.md, “Deploys”.

migrate("workflows/flows.incident.OldIncidentFlow", IncidentFlow, {"checking": "verification"})
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.module_loading import import_string
from viewflow.utils import get_app_package
from viewflow.workflow import STATUS
from viewflow.workflow.fields import get_flow_ref
from viewflow.workflow.models import Process, Task
from viewflow.workflow.nodes import Obsolete

from servicedesk.tickets.models import Ticket
from workflows.engine import open_steps
from workflows.models import Acting

# A timer in one of these needs no other beside it; one that has failed waits for somebody.
_ARMED = (STATUS.NEW, STATUS.SCHEDULED, STATUS.ERROR)


class CannotMove(Exception):
    """Some steps have no counterpart in the new flow, or there is no such flow. Nothing was changed."""


@dataclass(frozen=True)
class Moved:
    """How many processes and tasks were moved, and timers set that open steps had lacked."""

    processes: int = 0
    tasks: int = 0
    timers: int = 0


def migrate(
    old: Any,
    new: Any,
    nodes: Mapping[str, str] | None = None,
    *,
    finished: bool = False,
    dry_run: bool = False,
) -> Moved:
    """Let unfinished processes of `old` go on as processes of `new`, all or none of them.

    Args:
        old: a flow class, or its name as the tables keep it; the class itself may be gone.
        new: a flow class or its name. It may be the same, when only nodes were renamed.
        nodes: old name to new name, of those that differ.
        finished: also processes that are over, so that their pictures outlive the old class.
        dry_run: say what would be done and undo it.

    Usable from a data migration: of our own tables it reads keys only, unless a timer must be set.

    Raises:
        CannotMove: a task stands, or stood, at a node without a counterpart.
    """
    flow = flow_of(new)
    with transaction.atomic():
        processes = _processes(_name(old), finished=finished)
        ways = _ways(Task.objects.filter(process__in=processes), flow, nodes or {})
        tasks = _move_tasks(processes, ways)
        keys = list(processes)
        Process.objects.filter(pk__in=keys).update(flow_class=_name(flow))
        timers = sum(_arm(task) for task in _with_timers(keys, flow))
        transaction.set_rollback(dry_run)
    return Moved(len(keys), tasks, timers)


def flow_of(flow: Any) -> Any:
    """The class behind a name such as “workflows/flows.incident.IncidentFlow”.

    Raises:
        CannotMove: there is none.
    """
    if not isinstance(flow, str):
        return flow
    app, _slash, path = flow.partition("/")
    try:
        return import_string(f"{get_app_package(app)}.{path}")
    except (ImportError, LookupError) as error:
        raise CannotMove(f"There is no flow {flow}.") from error


def _name(flow: Any) -> str:
    return flow if isinstance(flow, str) else str(get_flow_ref(flow))


def _processes(name: str, *, finished: bool) -> QuerySet[Any, Any]:
    """Their keys; their tickets are locked first, so that nobody takes a step meanwhile."""
    found = Process.objects.filter(flow_class=name)
    found = found if finished else found.filter(finished=None)
    keys: QuerySet[Any, Any] = found.order_by().values_list("pk", flat=True)
    tickets = Ticket.objects.filter(runs__process__in=keys.values("pk")).order_by("pk")
    list(tickets.select_for_update(of=("self",)).values_list("pk", flat=True))
    return keys


def _ways(tasks: QuerySet[Any], flow: Any, nodes: Mapping[str, str]) -> dict[str, Any]:
    """The new node of each old one that any of these tasks stands at, by its stored name."""
    stored = tasks.annotate(step=Cast("flow_task", CharField())).values_list("step", flat=True)
    ways, missing = {}, []
    for step in sorted(set(stored.order_by().distinct())):
        name = step.rpartition(".")[2]
        node = flow.instance.node(nodes.get(name, name))
        if node is None or isinstance(node, Obsolete):
            missing.append(name)
        ways[step] = node
    if missing:
        raise CannotMove(f"{_name(flow)} has no counterpart for: {', '.join(missing)}.")
    return ways


def _move_tasks(processes: QuerySet[Any, Any], ways: Mapping[str, Any]) -> int:
    """In one statement, so that two nodes may swap their names."""
    if not ways:
        return 0
    refer = Task._meta.get_field("flow_task").get_prep_value
    count: int = Task.objects.filter(process__in=processes).update(
        flow_task=_chosen((step, refer(node)) for step, node in ways.items()),
        flow_task_type=_chosen((step, node.task_type) for step, node in ways.items()),
    )
    return count


def _chosen(pairs: Iterable[tuple[str, str]]) -> Case:
    cases = [When(flow_task=step, then=Value(value)) for step, value in pairs]
    return Case(*cases, output_field=CharField())


def _with_timers(keys: list[int], flow: Any) -> Iterable[Any]:
    """Open tasks at nodes that have timers."""
    hosts = [node for node in flow.instance.nodes() if getattr(node, "_boundary_events", ())]
    waiting = Task.objects.filter(process__in=keys, flow_task__in=hosts, status__in=open_steps.WAITING)
    yield from waiting.select_related("process").order_by("pk").iterator(chunk_size=500)


def _arm(task: Any) -> int:
    """Set the timers that this open step lacks, as if it had begun now; return how many."""
    known = Task.objects.filter(process=task.process_id, previous=task, status__in=_ARMED)
    here = {open_steps.node_name(one) for one in known}
    lacking = [one for one in task.flow_task._boundary_events if one.name not in here]
    for boundary in lacking:
        activation = task.flow_task.activation_class(task)
        activation.process.acting = Acting(outcome="migrated")
        boundary._arm(activation)
    return len(lacking)
