"""What is kept of a step that failed in the background: a class, a sentence, a moment. See `faults`.

The traceback goes to the log. Local variables, which the engine would store, hold personal data: nowhere.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from viewflow.workflow import STATUS
from viewflow.workflow.models import Task
from viewflow.workflow.nodes import Obsolete
from viewflow.workflow.signals import task_failed

from servicedesk.tickets.errors import TicketError
from servicedesk.tickets.models import Ticket
from workflows.engine import open_steps

log = structlog.get_logger(__name__)

KEPT = "fault"  # in the task's data
ENGINES_OWN = "_exception"  # where the engine stores traceback and local variables


class StepMissing(Exception):
    """No flow of this version of the product knows the step."""


def is_known(task: Any) -> bool:
    """Whether the step of this task still exists; the engine puts a stand-in for one that is gone."""
    return task.flow_task is not None and not isinstance(task.flow_task, Obsolete)


def keep(key: int, error: BaseException, at: datetime) -> None:
    """Mark a timer that is still due by `at` as failed. What it had done before is undone already."""
    with transaction.atomic():
        held = Ticket.objects.select_for_update(of=("self",)).order_by()
        list(held.filter(runs__process__task=key).values_list("pk"))
        task = Task.objects.get(pk=key)
        if task.status == STATUS.SCHEDULED and task.scheduled <= at:
            mark(task, error)


def mark(task: Any, error: BaseException | None) -> None:
    """In error, and of the error nothing but its class and, if it was meant for people, its sentence."""
    at = timezone.now()
    data = {name: value for name, value in task.data.items() if name != ENGINES_OWN}
    data[KEPT] = {
        "error": type(error).__name__ if error else "",
        "reason": str(error) if isinstance(error, TicketError) else "",
        "at": at.isoformat(),
        "step": open_steps.node_name(task),
    }
    task.status, task.finished, task.data = STATUS.ERROR, at, data
    task.save(update_fields=["status", "finished", "data"])


@receiver(task_failed)
def _clean(task: Any, **_signal: Any) -> None:
    """The engine has kept an error in its own way, as it does after timers and signals of its own."""
    error = sys.exception()
    log.error("step_failed", task=task.pk, exc_info=error)
    mark(task, error)
