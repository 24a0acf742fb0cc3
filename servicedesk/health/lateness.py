"""What of the background work is late: said by `/health/ready`, and to administrators on every page.

- worker, beat: no process of the kind was heard of for 90 seconds.
- an entry of the schedule: its last run failed, or its last good one ended longer ago than its interval and
  90 seconds (a tenth of the interval if that is more).
- a queue: its oldest due work has waited for longer than 3 minutes, all of them while we were there.
- the broker: it takes no connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from servicedesk.health.models import Heartbeat, ScheduleRun

log = structlog.get_logger(__name__)

SILENCE = timedelta(seconds=90)
QUEUE_SILENCE = timedelta(minutes=3)
BROKER_SECONDS = 2
_SERVING_SINCE = timezone.now()  # what never showed life is late only some time after this process started


@dataclass(frozen=True)
class Late:
    """`kind` is beat, worker, broker, queue, schedule or failing; `since` None: never ran, or not known."""

    kind: str
    name: str
    since: datetime | None = None
    error: str = ""


@dataclass(frozen=True)
class State:
    at: datetime
    late: tuple[Late, ...]
    heartbeats: tuple[Heartbeat, ...]
    runs: tuple[ScheduleRun, ...]

    def living(self, kind: Heartbeat.Kind) -> int:
        """How many processes of the kind were heard of lately."""
        return sum(each.kind == kind and each.seen_at >= self.at - SILENCE for each in self.heartbeats)

    @property
    def has_broker(self) -> bool:
        return not any(each.kind == "broker" for each in self.late)


def look(at: datetime) -> State:
    """Ask the database (two statements, and one for each queue) and the broker."""
    heartbeats, runs = tuple(Heartbeat.objects.all()), tuple(ScheduleRun.objects.all())
    late = [*_broker(), *_processes(heartbeats, at), *_queues(at), *_entries(runs, at)]
    return State(at, tuple(late), heartbeats, runs)


_last: list[tuple[float, State]] = []
_looking = Lock()


def state(max_age: float) -> State:
    """The same, looked at within the last `max_age` seconds by this process; one at a time looks."""
    with _looking:
        if not _last or monotonic() - _last[0][0] > max_age:
            _last[:] = [(monotonic(), look(timezone.now()))]
        return _last[0][1]


def forget() -> None:
    """The next `state` looks anew."""
    _last.clear()


def _processes(heartbeats: Iterable[Heartbeat], at: datetime) -> Iterator[Late]:
    for kind in (Heartbeat.Kind.BEAT, Heartbeat.Kind.WORKER):
        seen = max((each.seen_at for each in heartbeats if each.kind == kind), default=None)
        if (seen or _SERVING_SINCE) < at - SILENCE:
            yield Late(kind.value, kind.value, seen)


def _entries(runs: Iterable[ScheduleRun], at: datetime) -> Iterator[Late]:
    found = {run.entry: run for run in runs}
    for entry, row in settings.CELERY_BEAT_SCHEDULE.items():
        run = found.get(entry)
        if run is not None and run.is_failing:
            yield Late("failing", entry, run.failed_at, run.error)
        elif _reference(run) < at - allowed(row["schedule"]):
            yield Late("schedule", entry, run.finished_at if run else None)


def _reference(run: ScheduleRun | None) -> datetime:
    if run is None:
        return _SERVING_SINCE
    return run.finished_at or run.known_since


def allowed(interval: Any) -> timedelta:
    """How long ago the last good run of an entry may have ended; seconds or a timedelta."""
    every: timedelta = interval if isinstance(interval, timedelta) else timedelta(seconds=interval)
    return every + max(SILENCE, every / 10)


def _queues(at: datetime) -> Iterator[Late]:
    for name, question in settings.HEALTH_QUEUES.items():
        oldest: datetime | None = import_string(question)(at)
        # What waited already when this process started gets its time too: a first round has to come.
        if oldest is not None and max(oldest, _SERVING_SINCE) < at - QUEUE_SILENCE:
            yield Late("queue", name, oldest)


def _broker() -> Iterator[Late]:
    try:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as connection:
            _reach(connection)
    except Exception as error:  # each transport has errors of its own
        log.warning("broker_unreachable", error=type(error).__name__)
        yield Late("broker", "broker")


def _reach(connection: Any) -> None:
    seconds = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS, "max_retries": 0}
    connection.transport_options = {**connection.transport_options, **seconds}
    connection.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
    connection.default_channel.queue_declare  # noqa: B018 (opening the channel speaks to the broker)
