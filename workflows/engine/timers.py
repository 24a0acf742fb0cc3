"""Due moments of processes. The beat only hands out keys; each timer is one transaction under its ticket's
lock, judged again there. So twice is harmless, and what stays undone is due again a minute later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from viewflow.workflow import STATUS
from viewflow.workflow.models import Task

from contracts.deadlines import auto_close
from servicedesk.tickets.models import EventKind, Message, Ticket, TicketEvent
from servicedesk.tickets.statuses import Status
from workflows.engine import failures, locks
from workflows.engine.auto_close import AUTO_CLOSE
from workflows.models import Acting

log = structlog.get_logger(__name__)

CHUNK = 50  # timers for one job: a worker is through with them in seconds
AT_ONCE = 20_000  # no more are handed out in one minute


def chunks(at: datetime) -> Iterator[list[int]]:
    """The keys of what is due, oldest first, in portions for one job each."""
    keys = list(_due(at)[:AT_ONCE])
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def fire_due(at: datetime, limit: int = 500) -> int:
    """Fire at most `limit` of what is due, here and now; return how many fired."""
    return fire(list(_due(at)[:limit]), at)


def fire(keys: Sequence[int], at: datetime) -> int:
    """Fire those of these timers that are still due by `at`; return how many did.

    A ticket that somebody else holds is passed over without waiting. A timer that fails is undone whole and
    becomes a fault, which people see and may try again; it blocks no other.
    """
    return sum(_fire(key, at) for key in keys)


def on_ticket_event(event: TicketEvent) -> None:
    """A word from the staff on a resolved ticket gives the client the full time again (C3)."""
    if event.kind == EventKind.MESSAGE_POSTED and event.ticket.status == Status.RESOLVED:
        said = (event.details.get("side"), event.details.get("visibility"))
        if said == (Message.Side.STAFF, Message.Visibility.PUBLIC):
            postpone_auto_close(event.ticket, since=event.happened_at)


def postpone_auto_close(ticket: Ticket, *, since: datetime | None = None) -> None:
    """Close by silence not before the full time has passed since then; now when left out.

    That of a timer which has failed is moved too: it may be tried again. Never to an earlier moment.
    """
    moment = auto_close.closes_at(ticket, since or timezone.now())
    Task.objects.filter(
        process__in=ticket.runs.values("process"),
        flow_task__endswith=f".{AUTO_CLOSE}",
        status__in=[STATUS.SCHEDULED, STATUS.ERROR],
        scheduled__lt=moment,
    ).update(scheduled=moment)


def oldest_due(at: datetime) -> datetime | None:
    """Since when the longest waiting timer could have fired; None when none waits."""
    oldest: datetime | None = _due(at).values_list("scheduled", flat=True).first()
    return oldest


def _due(at: datetime) -> QuerySet[Any, int]:
    waiting = Task.objects.filter(flow_task_type="TIMER", status=STATUS.SCHEDULED, scheduled__lte=at)
    of_tickets = waiting.filter(process__run__isnull=False).order_by("scheduled")
    keys: QuerySet[Any, int] = of_tickets.values_list("pk", flat=True)
    return keys


def _fire(key: int, at: datetime) -> bool:
    try:
        with transaction.atomic(), locks.held():
            return _fire_locked(key, at)
    except (
        OperationalError,
        InterfaceError,
    ):  # of the database, not of the step: the row is due again in a minute
        log.warning("timer_put_off", task=key, exc_info=True)
    except Exception as error:  # one broken process must not stop the others' timers
        log.exception("timer_failed", task=key)
        failures.keep(key, error, at)
    return False


def _fire_locked(key: int, at: datetime) -> bool:
    free = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).order_by()
    ticket = free.filter(runs__process__task=key).select_related("client", "group", "assignee").first()
    if ticket is None:
        log.info("timer_of_a_held_ticket", task=key)
        return False
    task = Task.objects.select_related("process").get(pk=key)
    if task.status != STATUS.SCHEDULED or task.scheduled > at:
        return False
    _run(task, ticket)
    return True


def _run(task: Any, ticket: Ticket) -> None:
    """As the engine itself would, but an error comes out instead of staying in the middle of a process.

    Raises:
        failing.StepMissing: no flow knows the step any more.
    """
    if not failures.is_known(task):
        raise failures.StepMissing
    activation = task.flow_task.activation_class(task)
    activation.process.ticket, activation.process.acting = ticket, Acting(outcome="timeout")
    activation.start()
    if getattr(task.flow_task, "_interrupting", False):
        activation.cancel_host_tasks()
    activation.complete()
    activation.activate_next()
