"""Due moments of processes: dispatched by our own beat task, one transaction for each timer."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.conf import settings
from django.utils import timezone
from viewflow.workflow import STATUS, FlowLockFailed
from viewflow.workflow.models import Task

from servicedesk.tickets.models import Ticket
from workflows.models import Acting

log = structlog.get_logger(__name__)


def fire_due(at: datetime, limit: int = 500) -> int:
    """Fire what is due by `at`, oldest first, at most `limit`; return how many fired.

    Two dispatchers are safe: each timer is judged again under its ticket's lock. A timer
    that fails is marked by viewflow as a task in error, logged, and blocks no other.
    """
    due = Task.objects.filter(flow_task_type="TIMER", status=STATUS.SCHEDULED, scheduled__lte=at)
    return sum(_fire(pk, at) for pk in due.order_by("scheduled").values_list("pk", flat=True)[:limit])


def postpone_auto_close(ticket: Ticket) -> None:
    """A word from the staff gives the client the full time again (C3)."""
    Task.objects.filter(
        process__in=ticket.runs.values("process"), flow_task_type="TIMER", status=STATUS.SCHEDULED
    ).update(scheduled=timezone.now() + settings.AUTO_CLOSE_AFTER)


def _fire(pk: int, at: datetime) -> bool:
    task = Task.objects.get(pk=pk)
    try:
        with task.activation() as activation:
            start = getattr(activation, "start", None)
            if start is None:
                log.error("timer of a missing step", task=pk)
                return False
            if not start.can_proceed() or activation.task.scheduled > at:
                return False
            activation.process.acting = Acting(outcome="timeout")
            activation.start()
            activation.execute()
            return True
    except FlowLockFailed:
        log.info("timer is locked, next minute", task=pk)
    except Exception:  # one broken process must not stop the others' timers
        log.exception("timer failed", task=pk)
    return False
