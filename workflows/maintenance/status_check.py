"""Does the status of each ticket agree with its open steps? Deploys and nights ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast
from viewflow.workflow import STATUS
from viewflow.workflow.fields import import_task_by_ref
from viewflow.workflow.models import Task
from viewflow.workflow.nodes import Obsolete

from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows.engine import open_steps
from workflows.models import Approval, TicketRun

BATCH = 1000

# The open steps that explain a status: one of them must be open.
EXPLAINS: dict[str, set[str]] = {
    Status.NEW: {"classify", "accept"},
    Status.UNDER_REVIEW: {"classify", "accept", "review"},
    Status.WAITING_APPROVAL: {"approve"},
    Status.IN_PROGRESS: {"work", "fulfil"},
    Status.WAITING_CLIENT: {"wait_client", "fulfil_wait"},
    Status.WAITING_THIRD_PARTY: {"wait_third_party"},
    Status.VERIFICATION: {"verification"},
    Status.RESOLVED: {"confirm"},
    Status.CLOSED: set(),
    Status.CANCELLED: set(),
}
# What may be open besides: tasks of a plan stand side by side.
_BESIDES: dict[str, set[str]] = {
    Status.IN_PROGRESS: {"fulfil_wait"},
    Status.WAITING_CLIENT: {"fulfil"},
}


@dataclass(frozen=True)
class Disagreement:
    ticket: str
    text: str


def disagreements() -> Iterator[Disagreement]:
    """Yield what does not agree: missing nodes, statuses and approvals that no step explains, two runs.

    A few statements for each thousand open tickets, and no more of them in memory. A step that has failed
    is no disagreement: `workflows.maintenance.faults` shows those.
    """
    yield from _missing()
    yield from _at_open_tickets()
    yield from _at_finished_tickets()


def missing_steps() -> list[str]:
    """Nodes of unfinished tasks that no flow of this version has, as they are stored; one statement."""
    stored = _unfinished().values_list("step", flat=True).order_by().distinct()
    return sorted(step for step in stored if not _exists(step))


def _unfinished() -> QuerySet[Any]:
    """`step` is “workflows/flows.incident.IncidentFlow.work”, even when there is no such thing any more."""
    unfinished = Task.objects.filter(status__in=[*open_steps.WAITING, STATUS.SCHEDULED, STATUS.ERROR])
    of_tickets = unfinished.filter(process__finished=None, process__run__isnull=False)
    named: QuerySet[Any] = of_tickets.annotate(step=Cast("flow_task", CharField()))
    return named


def _exists(step: str) -> bool:
    try:
        node = import_task_by_ref(step)
    except (ImportError, LookupError):
        return False
    return node is not None and not isinstance(node, Obsolete)


def _missing() -> Iterator[Disagreement]:
    if gone := missing_steps():
        found = _unfinished().filter(flow_task__in=gone).order_by("pk")
        for pk, task, step in found.values_list("process__run__ticket", "pk", "step").iterator():
            yield _about(pk, f"task {task} waits at {step}, which does not exist")


def _at_open_tickets() -> Iterator[Disagreement]:
    rows = Ticket.objects.open().order_by("pk").values_list("pk", "status").iterator(chunk_size=BATCH)
    while batch := dict(islice(rows, BATCH)):
        yield from _of_batch(batch)


def _of_batch(statuses: dict[int, str]) -> Iterator[Disagreement]:
    keys = list(statuses)
    nodes = _open_nodes(keys)
    asked = set(Approval.objects.open().filter(ticket__in=keys).values_list("ticket", flat=True))
    for pk, status in statuses.items():
        here = nodes.get(pk, set())
        if not here & EXPLAINS[status] or here - EXPLAINS[status] - _BESIDES.get(status, set()):
            yield _about(pk, f"status {status} is not explained by its open steps: {_listed(here)}")
        if "approve" in here and pk not in asked:
            yield _about(pk, "step approve is open, but nobody is asked")
        if pk in asked and "approve" not in here:
            yield _about(pk, "somebody is asked to approve, but no step waits for it")
    yield from _running_twice(keys)


def _open_nodes(keys: Sequence[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    waiting = _unfinished().filter(status__in=open_steps.WAITING, flow_task_type__in=open_steps.FOR_PEOPLE)
    for pk, step in waiting.filter(process__run__ticket__in=keys).values_list("process__run__ticket", "step"):
        found[pk].add(step.rpartition(".")[2])
    return found


def _running_twice(keys: Sequence[int]) -> Iterator[Disagreement]:
    runs = TicketRun.objects.filter(ticket__in=keys, process__finished=None).order_by()
    for pk, count in runs.values_list("ticket").annotate(count=Count("pk")).filter(count__gt=1):
        yield _about(pk, f"{count} runs are unfinished at once")


def _at_finished_tickets() -> Iterator[Disagreement]:
    finished = Status.finished()
    left = _unfinished().filter(process__run__ticket__status__in=finished).order_by("pk")
    for pk, status, step in left.values_list(
        "process__run__ticket", "process__run__ticket__status", "step"
    ).iterator():
        yield _about(pk, f"status {status}, but a step is open: {step.rpartition('.')[2]}")
    asked = Approval.objects.open().filter(ticket__status__in=finished).order_by("pk")
    for pk in asked.values_list("ticket", flat=True).iterator():
        yield _about(pk, "is over, but somebody is still asked to approve")


def _listed(nodes: set[str]) -> str:
    return ", ".join(sorted(nodes)) or "none"


def _about(pk: int, text: str) -> Disagreement:
    return Disagreement(f"SD-{pk}", text)
