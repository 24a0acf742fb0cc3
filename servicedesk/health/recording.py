"""What Celery tells of its processes and of scheduled runs, written down.

A database that does not answer never stops the work: the sign of life is then missing, and that is seen.
Connections for heartbeats are closed at once, because a worker's main process forks.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import signals
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from servicedesk.lib.logs import ADDRESS

log = structlog.get_logger(__name__)

EVERY = 30  # seconds between two signs of life of a process
FORGOTTEN_AFTER = timedelta(minutes=10)
Kind = str

_begun: dict[str, datetime] = {}  # of runs in this process, by task id
_beating: list[Any] = []  # the timer of this worker


def entries() -> dict[str, str]:
    """The names of the schedule's entries by their task."""
    return {str(row["task"]): name for name, row in settings.CELERY_BEAT_SCHEDULE.items()}


def beat(kind: Kind, name: str) -> None:
    """A process lives: one statement, two for its first sign."""
    from servicedesk.health.models import Heartbeat

    now = timezone.now()
    if not Heartbeat.objects.filter(name=name).update(seen_at=now):
        Heartbeat.objects.bulk_create(
            [Heartbeat(name=name, kind=kind, started_at=now, seen_at=now)], ignore_conflicts=True
        )


def born(kind: Kind, name: str) -> None:
    """A process starts: its row begins anew, and those of the long dead go."""
    from servicedesk.health.models import Heartbeat

    forget(name)
    Heartbeat.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    beat(kind, name)


def forget(name: str) -> None:
    """A process ended in order, or begins anew under its old name."""
    from servicedesk.health.models import Heartbeat

    Heartbeat.objects.filter(name=name).delete()


def take_up_schedule() -> None:
    """Let there be a row for every entry of the schedule, and none for what was taken out of it."""
    from servicedesk.health.models import ScheduleRun

    now, names = timezone.now(), list(entries().values())
    ScheduleRun.objects.exclude(entry__in=names).delete()
    ScheduleRun.objects.bulk_create(
        [ScheduleRun(entry=name, known_since=now) for name in names], ignore_conflicts=True
    )


def ended(entry: str, started_at: datetime, error: BaseException | None) -> None:
    """A scheduled run ended: one statement, two the first time."""
    from servicedesk.health.models import ScheduleRun

    now = timezone.now()
    values: dict[str, Any] = {"started_at": started_at, "finished_at": now}
    if error is not None:
        values = {"started_at": started_at, "failed_at": now, "error": told(error)}
    if not ScheduleRun.objects.filter(entry=entry).update(**values):
        ScheduleRun.objects.bulk_create(
            [ScheduleRun(entry=entry, known_since=started_at, **values)], ignore_conflicts=True
        )


def told(error: BaseException) -> str:
    """The sort of error and its first line, without people's addresses."""
    line = (str(error).strip().splitlines() or [""])[0].replace("\x00", "")
    return ADDRESS.sub(r"…@\1", f"{type(error).__name__}: {line}".removesuffix(": "))[:300]


def surely(act: Callable[..., None], *arguments: Any, close: bool = True) -> None:
    """Do it; a database that fails is only logged."""
    try:
        act(*arguments)
    except (DatabaseError, InterfaceError) as error:
        log.warning("sign_of_life_not_written", error=type(error).__name__)
        connections.close_all()
    if close:
        connections.close_all()


@signals.worker_ready.connect
def _worker_is_ready(sender: Any, **_: Any) -> None:
    """Each time that the worker has (again) reached the broker; its timer was emptied before."""
    for timer in _beating:
        timer.cancel()
    surely(born, "worker", sender.hostname)
    _beating[:] = [sender.timer.call_repeatedly(EVERY, surely, (beat, "worker", sender.hostname))]


@signals.worker_shutdown.connect
def _worker_ends(sender: Any, **_: Any) -> None:
    if hostname := getattr(sender, "hostname", None):
        surely(forget, hostname)


@signals.task_prerun.connect
def _connection_is_fresh(task: Any, **_: Any) -> None:
    """As before a request: what is too old, or broken, is opened anew."""
    if not task.request.is_eager:
        close_old_connections()


@signals.task_prerun.connect
def _run_begins(task_id: str, task: Any, **_: Any) -> None:
    if task.name in entries():
        _begun[task_id] = timezone.now()


@signals.task_postrun.connect
def _run_ends(task_id: str, task: Any, retval: Any = None, state: str = "", **_: Any) -> None:
    started = _begun.pop(task_id, None)
    if started is None or task.request.is_eager:
        return
    error = retval if isinstance(retval, BaseException) else None
    if error is None and state == "FAILURE":
        error = RuntimeError("the run failed")
    surely(ended, entries()[task.name], started, error, close=False)


def beat_name() -> str:
    return f"beat@{socket.gethostname()}"
