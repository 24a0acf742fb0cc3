"""Does the status of each ticket agree with its open steps? Deploys and nights ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from servicedesk.tickets.models import Ticket
from servicedesk.tickets.statuses import Status
from workflows import steps

# The open steps that explain a status.
EXPLAINS: dict[str, set[str]] = {
    Status.NEW: {"classify", "accept"},
    Status.UNDER_REVIEW: {"accept", "review"},
    Status.WAITING_APPROVAL: {"approve"},
    Status.IN_PROGRESS: {"work", "fulfil"},
    Status.WAITING_CLIENT: {"wait_client"},
    Status.WAITING_THIRD_PARTY: {"wait_third_party"},
    Status.VERIFICATION: {"verification"},
    Status.RESOLVED: {"confirm"},
    Status.CLOSED: set(),
    Status.CANCELLED: set(),
}


@dataclass(frozen=True)
class Disagreement:
    ticket: str
    text: str


def disagreements() -> Iterator[Disagreement]:
    """Yield what does not agree: missing nodes, failed steps, statuses that no step explains."""
    unfinished = Task.objects.filter(status__in=[*steps.WAITING, STATUS.SCHEDULED, STATUS.ERROR])
    open_nodes: dict[int, set[str]] = {}
    for task in unfinished.select_related("process__run__ticket").iterator(chunk_size=500):
        ticket = task.process.run.ticket
        node = steps.node_name(task)
        if not node:
            yield Disagreement(ticket.reference, f"task {task.pk} waits at a step that no longer exists")
        elif task.status == STATUS.ERROR:
            yield Disagreement(ticket.reference, f"step {node} failed (task {task.pk})")
        elif task.flow_task_type in steps.FOR_PEOPLE:
            open_nodes.setdefault(ticket.pk, set()).add(node)
    yield from _unexplained(open_nodes)


def _unexplained(open_nodes: dict[int, set[str]]) -> Iterator[Disagreement]:
    for pk, status in Ticket.objects.open().values_list("pk", "status").iterator():
        if not open_nodes.get(pk, set()) & EXPLAINS[status]:
            found = ", ".join(sorted(open_nodes.get(pk, set()))) or "none"
            yield Disagreement(f"SD-{pk}", f"status {status} is not explained by its open steps: {found}")
    finished = Ticket.objects.filter(pk__in=open_nodes, status__in=Status.finished())
    for pk, status in finished.values_list("pk", "status"):
        found = ", ".join(sorted(open_nodes[pk]))
        yield Disagreement(f"SD-{pk}", f"status {status}, but steps are open: {found}")
