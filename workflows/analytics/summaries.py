"""Finished runs, each in one row, so that insight need not read their tasks.

A run is written once it has ended, whatever way it ended; the row can be made anew at any time from the
tasks. Safe beside another worker: a run has one row, and both would write the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from viewflow.workflow import PROCESS, STATUS
from viewflow.workflow.models import Task

from workflows.analytics.time_in_steps import Span, stays
from workflows.engine.open_steps import FOR_PEOPLE
from workflows.models import RunSummary, TicketRun

BATCH = 500
SEPARATOR = ">"
_LONGEST_FLOW = 40
# Ends that say more than “it is over”.
_ENDS = {"end_rejected": "rejected"}
# Why the next run of the ticket began, where that says how the cancelled one ended.
_FOLLOWED_BY = {
    TicketRun.Reason.CONVERTED: "converted",
    TicketRun.Reason.RESOLVED_WITH: "resolved_with",
}


class Ended(NamedTuple):
    """A finished run, as it is read for its summary."""

    run: int
    ticket: int
    process: int
    finished_at: datetime
    status: str
    flow: str
    next_reason: str | None


def batches(*, rebuild: bool = False) -> Iterator[int]:
    """Summarise finished runs, oldest first; yield the number of each batch after it was written.

    Four statements a batch. Only runs without a summary are looked at, however many there were; `rebuild`
    writes also those anew that have their row.
    """
    last = 0
    while found := _ended(after=last, rebuild=rebuild):
        _write(found, rebuild=rebuild)
        last = found[-1].run
        yield len(found)


def waiting(*, rebuild: bool = False) -> int:
    """How many runs `batches` would summarise now."""
    return _chosen(rebuild=rebuild).count()


def _chosen(*, rebuild: bool) -> QuerySet[TicketRun]:
    runs = TicketRun.objects.filter(process__finished__isnull=False)
    return runs if rebuild else runs.filter(is_summarised=False)


def _ended(*, after: int, rebuild: bool) -> list[Ended]:
    following = TicketRun.objects.filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("pk")).order_by("pk")
    runs = _chosen(rebuild=rebuild).filter(pk__gt=after).order_by("pk")
    columns = ("pk", "ticket_id", "process_id", "process__finished", "process__status", "flow", "next_reason")
    read = runs.annotate(
        # as text: the class itself may be gone from the code
        flow=Cast("process__flow_class", CharField()),
        next_reason=Subquery(following.values("reason")[:1]),
    ).values_list(*columns)
    return [Ended(*row) for row in read[:BATCH]]


@transaction.atomic
def _write(found: Sequence[Ended], *, rebuild: bool) -> None:
    tasks = _tasks(one.process for one in found)
    summaries = [_summary(one, tasks[one.process]) for one in found]
    if rebuild:
        fields = ["ticket", "flow", "finished_at", "path", "stays"]
        RunSummary.objects.bulk_create(
            summaries, update_conflicts=True, unique_fields=["run"], update_fields=fields
        )
    else:
        RunSummary.objects.bulk_create(summaries, ignore_conflicts=True)
    written = TicketRun.objects.filter(pk__in=[one.run for one in found], is_summarised=False)
    written.update(is_summarised=True)


def _tasks(processes: Iterable[int]) -> dict[int, list[tuple[Any, ...]]]:
    """Steps of people, messages and ends by process, in the order of their keys; one statement."""
    found = Task.objects.filter(process__in=list(processes), flow_task_type__in=[*FOR_PEOPLE, "END"])
    read = (
        found.exclude(status=STATUS.REVIVED)
        .annotate(node=Cast("flow_task", CharField()), branch=Cast("token", CharField()))
        .order_by("process_id", "pk")
        .values_list("process_id", "node", "flow_task_type", "branch", "created", "finished")
    )
    tasks: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for process, node, *rest in read:
        tasks[process].append((node.rpartition(".")[2], *rest))
    return tasks


def _summary(ended: Ended, tasks: Sequence[tuple[Any, ...]]) -> RunSummary:
    """A step that was open when its run was cancelled, or when silence closed it, was left at that moment."""
    spans = [
        Span(node, token, created, finished or ended.finished_at)
        for node, kind, token, created, finished in tasks
        if kind != "END"
    ]
    way = [(stay.name, stay.seconds) for stay in stays(spans)]
    if ending := _ending(ended, [node for node, kind, *_rest in tasks if kind == "END"]):
        way.append((ending, 0))
    return RunSummary(
        run_id=ended.run,
        ticket_id=ended.ticket,
        flow=ended.flow.rpartition(".")[2][:_LONGEST_FLOW],
        finished_at=ended.finished_at,
        path=SEPARATOR.join(name for name, _seconds in way),
        stays=SEPARATOR.join(str(seconds) for _name, seconds in way),
    )


def _ending(ended: Ended, ends: Sequence[str]) -> str:
    """“cancelled” and the like; nothing when the run came to its usual end."""
    if ended.status == PROCESS.CANCELED:
        return _FOLLOWED_BY.get(TicketRun.Reason(ended.next_reason or "opened"), "cancelled")
    return next((_ENDS[name] for name in ends if name in _ENDS), "")
